package sidecar.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Holds the books of the gateway against those of the upstream: nothing may differ, not by one LLM token or 1e-18 USD. */
final class Audit {

    private static final int SHOWN = 3;

    private final Report report;
    private final GatewayBooks gateway;
    private final Map<String, Served> exchanges;

    /** @param exchanges by id, what must be in the books: no more, no less */
    Audit(Report report, GatewayBooks gateway, Map<String, Served> exchanges) {
        this.report = report;
        this.gateway = gateway;
        this.exchanges = exchanges;
    }

    /** Looks at every place where the gateway tells what was used. */
    void all(List<GatewayBooks.Entry> log) {
        Map<String, Sums> byPool = Sums.by(Place::pool, exchanges.values());
        Map<String, Sums> daily = new TreeMap<>();
        byPool.forEach((pool, sums) -> daily.put(pool, sums.withoutParts()));
        Sums sum = Sums.of(daily.values());
        same(
                "hourly rows, by provider and model",
                Sums.by(Place::providerAndModel, exchanges.values()),
                gateway.hourly());
        same("daily rows, by pool", daily, gateway.daily());
        same("/stats/total", Map.of("all", sum), Map.of("all", gateway.total()));
        same("/metrics", metrics(sum), shownMetrics());
        log(log);
        report.target(gateway.guessed() == 0, "no usage is a guess");
    }

    private static Map<String, Double> metrics(Sums sum) {
        return Map.of(
                "sidecar_requests_total",
                (double) sum.requests(),
                "sidecar_errors_total",
                (double) sum.errors(),
                "sidecar_tokens_total",
                (double) sum.tokens().total(),
                "sidecar_cost_total",
                sum.cost().doubleValue());
    }

    private Map<String, Double> shownMetrics() {
        return metrics(Sums.NOTHING).keySet().stream().collect(Collectors.toMap(name -> name, gateway::metric));
    }

    private void log(List<GatewayBooks.Entry> log) {
        Set<String> ids = new HashSet<>();
        List<String> twice = new ArrayList<>();
        Map<String, Served.Line> lines = new TreeMap<>();
        for (GatewayBooks.Entry entry : log) {
            if (!ids.add(entry.requestId())) {
                twice.add(entry.requestId());
            }
            if (entry.line().attempts() > 0) {
                lines.put(entry.requestId(), entry.line());
            }
        }
        Map<String, Served.Line> wanted = new TreeMap<>();
        exchanges.forEach((id, served) -> wanted.put(id, served.line()));
        same("request log, request by request", wanted, lines);
        report.target(twice.isEmpty(), "nothing twice in the request log");
        twice.stream().limit(SHOWN).forEach(id -> report.line("", "%s", id));
    }

    private <T> void same(String what, Map<String, T> wanted, Map<String, T> found) {
        Set<String> keys = new TreeSet<>(wanted.keySet());
        keys.addAll(found.keySet());
        List<String> different = keys.stream()
                .filter(key -> !Objects.equals(wanted.get(key), found.get(key)))
                .toList();
        report.target(
                different.isEmpty(),
                "%s: %s",
                what,
                different.isEmpty() ? "equal, " + keys.size() : different.size() + " of " + keys.size() + " differ");
        different.stream().limit(SHOWN).forEach(key -> {
            report.line("", "%s", key);
            report.line("", "  upstream %s", wanted.get(key));
            report.line("", "  gateway  %s", found.get(key));
        });
    }
}
