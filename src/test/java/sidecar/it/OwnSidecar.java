package sidecar.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import sidecar.kit.Answers;
import sidecar.kit.Gateway;
import sidecar.kit.Operator;
import sidecar.kit.RunScript;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/** A Sidecar with a data directory of its own that is started, loaded, killed and started again, and the upstream behind it. */
final class OwnSidecar implements AutoCloseable {

    static final String ADMIN = "admin-token-of-this-test";
    static final String VIEWER = "viewer-token-of-this-test";
    static final String KEY = "00".repeat(31) + "ff";
    static final String MODEL = "canon";

    private final Path home;
    private final Map<String, String> environment;
    private final StubUpstream upstream = new StubUpstream();
    private final Map<String, Long> answered = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private RunScript server;
    private Gateway gateway;

    OwnSidecar(Path home) {
        this(home, Map.of());
    }

    /** @param more on top of the usual environment */
    OwnSidecar(Path home, Map<String, String> more) {
        this.home = home;
        this.environment = new HashMap<>(usual());
        environment.putAll(more);
        try {
            Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        upstream.always(Answers.chat("hello", new Usage(10, 5)));
    }

    private static Map<String, String> usual() {
        return Map.of(
                "SIDECAR_ENCRYPTION_KEY",
                KEY,
                "SIDECAR_ADMIN_TOKEN",
                ADMIN,
                "SIDECAR_VIEWER_TOKEN",
                VIEWER,
                "SIDECAR_HEALTH_PROBE_MODE",
                "off");
    }

    OwnSidecar start() {
        server = launch();
        server.ready();
        gateway = new Gateway(server.port(), ADMIN);
        return this;
    }

    /** Starts it without waiting for it; the caller's to close. */
    RunScript launch() {
        return RunScript.start(home, environment);
    }

    RunScript server() {
        return server;
    }

    Gateway gateway() {
        return gateway;
    }

    StubUpstream upstream() {
        return upstream;
    }

    Path home() {
        return home;
    }

    Path data() {
        return home.resolve("data");
    }

    /** Types {@code deploy/sidecar} with these words; {@code changes} come on top of the usual environment. */
    Operator.Said command(Map<String, String> changes, String... words) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SIDECAR_DATA_DIR", "data");
        if (server != null) {
            all.put("SIDECAR_PORT", String.valueOf(server.port()));
        }
        all.putAll(changes);
        return new Operator(home, all).sidecar(words);
    }

    /** Clients that ask until told to stop, or until nobody answers any more. */
    final class Load implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final List<Thread> clients = new ArrayList<>();

        @Override
        public void close() {
            stop.set(true);
            clients.forEach(OwnSidecar::join);
        }

        private void ask(Gateway asked) {
            while (!stop.get()) {
                String id = "r-" + number.incrementAndGet();
                try {
                    if (asked.chat(MODEL, "X-Request-Id", id).status() == 200) {
                        answered.put(id, System.nanoTime());
                    }
                } catch (UncheckedIOException | AssertionError killed) {
                    return;
                }
            }
        }
    }

    Load load(int clients) {
        Load load = new Load();
        Gateway asked = gateway;
        for (int i = 0; i < clients; i++) {
            Thread client = new Thread(() -> load.ask(asked), "client");
            load.clients.add(client);
            client.start();
        }
        return load;
    }

    /** What was answered whole, by request id, with when. */
    Map<String, Long> answered() {
        return answered;
    }

    static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The only column of all rows of a stopped server's database; {@code file} is its name without {@code .mv.db}. */
    static List<String> inDatabase(Path file, String query) {
        try (Connection database = DriverManager.getConnection("jdbc:h2:file:" + file, "sa", "");
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    /** The ids of the request log, all of them. */
    List<String> logged() {
        List<String> ids = new ArrayList<>();
        String before = "";
        do {
            JsonNode page = gateway.adminGet("/requests?limit=1000" + before).json();
            page.path("items").forEach(item -> ids.add(item.path("request_id").asText()));
            before = page.path("next").isNull()
                    ? ""
                    : "&before=" + page.path("next").asText();
        } while (!before.isEmpty());
        return ids;
    }

    /** How many requests all rows by the hour hold together. */
    int inTheBooks() {
        int requests = 0;
        for (JsonNode row : gateway.adminGet("/stats/hourly").json()) {
            requests += row.path("request_count").asInt();
        }
        return requests;
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        upstream.close();
    }
}
