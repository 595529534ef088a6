package sidecar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import sidecar.kit.Json;

/**
 * Times the admin REST over a year of history. Exits with 0 when every answer came in time, 1 when one did not, 2 when it
 * could not run.
 */
public final class HistoryBench {

    private static final int PROVIDERS = 10;
    private static final int PRIMARIES = 7;
    private static final int ROWS = 5_000_000;
    private static final int CALLS = 5;
    private static final int WARM_ROUNDS = 10;
    private static final double MOST_MILLIS = 200;
    private static final int HOUR_SECONDS = 3_600;

    private final Options options;
    private final Path work;
    private final String adminToken = Secrets.fresh("admin-");
    private final long rows;
    private final long endHour = Instant.now().getEpochSecond() / HOUR_SECONDS + 1;
    private final Report report;

    private HistoryBench(Options options) {
        this.options = options;
        this.work = options.work().resolve("history");
        this.rows = options.number("rows", ROWS);
        this.report = new Report("history: a year of " + PROVIDERS + " providers × " + HistoryFile.MODELS + " models, "
                + rows + " requests in the log");
    }

    public static void main(String[] words) {
        try {
            System.exit(new HistoryBench(new Options(Set.of("rows", "calls"), Set.of("work"), words)).run() ? 0 : 1);
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println("history: " + e.getMessage());
            System.exit(2);
        }
    }

    private boolean run() {
        List<HistoryFile.Known> providers = new ArrayList<>();
        // nothing is pruned
        Map<String, String> settings = Map.of(
                "SIDECAR_REQUEST_LOG_MAX_ROWS", "100000000",
                "SIDECAR_REQUEST_LOG_RETENTION_DAYS", "3650",
                "SIDECAR_USAGE_HOURLY_RETENTION_DAYS", "3650",
                "SIDECAR_HEALTH_PROBE_MODE", "off");
        try (OwnGateway gateway = OwnGateway.in(work, adminToken, Secrets.fresh("client-"), settings)) {
            for (int number = 1; number <= PROVIDERS; number++) {
                providers.add(provider(gateway, number));
            }
            gateway.stop();
            generate(providers);
            long start = System.nanoTime();
            gateway.start();
            report.line("start", "%.1f s", (System.nanoTime() - start) / 1e9);
            measure(gateway, providers.get(2));
            report.line("gateway", "%s", gateway.cost());
        }
        return report.print();
    }

    private HistoryFile.Known provider(Gateway gateway, int number) {
        String name = "key-" + number;
        String pool = number <= PRIMARIES ? "primary" : "fallback";
        gateway.create(
                name, "http://127.0.0.1:9/v1", Secrets.fresh("nvapi-"), 40, "\"*\":{}", ",\"pool\":\"" + pool + "\"");
        String answer = gateway.admin("GET", "/backends", "");
        for (JsonNode one : Json.read(answer)) {
            if (name.equals(one.path("name").asText())) {
                return new HistoryFile.Known(one.path("id").asText(), name, pool);
            }
        }
        throw new IllegalStateException("no provider " + name + " in " + answer);
    }

    private void generate(List<HistoryFile.Known> providers) {
        double log = written("log", providers, history -> history.log(endHour, rows));
        report.line("", "%.0f MB a million requests", log / rows * 1_000_000);
        written("books", providers, history -> history.books(endHour));
    }

    /** Writes a part of the history. Returns the megabytes of the file after it. */
    private double written(String part, List<HistoryFile.Known> providers, Consumer<HistoryFile> writing) {
        long start = System.nanoTime();
        try (HistoryFile history = HistoryFile.open(work.resolve("data/sidecar"), providers)) {
            writing.accept(history);
        }
        double megabytes = megabytes(work.resolve("data/sidecar.mv.db"));
        report.line(part, "%.0f s to write, the file has %.0f MB", (System.nanoTime() - start) / 1e9, megabytes);
        return megabytes;
    }

    private static double megabytes(Path file) {
        try {
            return Files.size(file) / 1e6;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In rounds: a query that comes again at once would be answered from what the database remembers of it. */
    private void measure(Gateway gateway, HistoryFile.Known provider) {
        Stopwatch watch = new Stopwatch(gateway, adminToken);
        List<String> queries = Queries.all(provider, rows, Instant.ofEpochSecond(endHour * HOUR_SECONDS));
        Map<String, List<Stopwatch.Taken>> taken = new HashMap<>();
        for (int round = -WARM_ROUNDS; round < calls(); round++) {
            for (String query : queries) {
                Stopwatch.Taken now = watch.time(query);
                if (round >= 0) {
                    taken.computeIfAbsent(query, first -> new ArrayList<>()).add(now);
                }
            }
        }
        report.line("queries", "median and slowest of %d, %.0f ms wanted", calls(), MOST_MILLIS);
        queries.forEach(query -> tell(query, taken.get(query)));
    }

    private void tell(String query, List<Stopwatch.Taken> taken) {
        double[] sorted =
                taken.stream().mapToDouble(Stopwatch.Taken::millis).sorted().toArray();
        double median = sorted[sorted.length / 2];
        String body = taken.get(0).body();
        report.target(
                median <= MOST_MILLIS,
                "%7.1f ms %7.1f ms %6d KB %s%s",
                median,
                sorted[sorted.length - 1],
                body.length() / 1_000,
                query,
                page(body));
    }

    private int calls() {
        return options.number("calls", CALLS);
    }

    /** How much of the request log an answer holds. */
    private static String page(String body) {
        if (!body.startsWith("{\"items\":")) {
            return "";
        }
        long items = body.split("\"request_id\"", -1).length - 1;
        return " (" + items + (body.endsWith("\"next\":null}") ? ", the last)" : ", and a next page)");
    }
}
