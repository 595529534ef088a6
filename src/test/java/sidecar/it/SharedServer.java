package sidecar.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sidecar.kit.Browser;
import sidecar.kit.FreePorts;
import sidecar.kit.Postgres;
import sidecar.kit.RunScript;

/**
 * A server that many classes share, since a start takes longer than most of them. It begins with the first class that wants it and
 * ends after the last class of all. Its settings are those of the build's environment. Which class shares which says {@link
 * SharesServer}; classes of one server run one after another, so each is used by one thread at a time.
 */
final class SharedServer {

    /** Of the server of {@link WarIT}, which may run beside it. */
    private static final Set<String> OF_THE_DEPLOYED_ONE = Set.of("SIDECAR_DATA_DIR", "SIDECAR_METRICS_PORT");

    private final SharesServer.Purpose purpose;
    private @Nullable RunScript running;
    private @Nullable Browser browser;
    private Map<String, String> environment = Map.of();

    SharedServer(SharesServer.Purpose purpose) {
        this.purpose = purpose;
    }

    boolean runs() {
        return running != null;
    }

    /** Starts it for the first time; what must end after the last class is handed to {@code atTheEnd}, which ends the latest first. */
    void begin(Consumer<AutoCloseable> atTheEnd) {
        Map<String, String> own = new HashMap<>();
        // the same after a fresh start, so that the browser stays where it is
        own.put("SIDECAR_PORT", String.valueOf(FreePorts.next()));
        if (purpose == SharesServer.Purpose.POSTGRES) {
            Postgres postgres = Postgres.start();
            atTheEnd.accept(postgres);
            own.putAll(postgres.environment());
        }
        environment = Map.copyOf(own);
        running = start();
        atTheEnd.accept(() -> server().close());
        atTheEnd.accept(() -> {
            if (browser != null) {
                browser.close();
            }
        });
    }

    /** Ends what runs and starts another one with nothing in it. */
    void beginAfresh() {
        server().close();
        running = start();
    }

    /** What runs; to be asked for after it began. */
    RunScript server() {
        if (running == null) {
            throw new IllegalStateException("the server for " + purpose + " has not been started");
        }
        return running;
    }

    /** The browser, as if it had just been started. */
    Browser browser(String root) {
        if (browser == null) {
            browser = new Browser(root);
        } else {
            browser.begin();
        }
        return browser;
    }

    private RunScript start() {
        Map<String, String> all = new HashMap<>();
        all.put("JAVA_OPTS", RunScript.SHIPPED_HEAP);
        System.getenv().forEach((name, value) -> {
            if (name.startsWith("SIDECAR_") && !OF_THE_DEPLOYED_ONE.contains(name)) {
                all.put(name, value);
            }
        });
        all.putAll(environment);
        try {
            Path home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "it-");
            Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
            return RunScript.start(home, all).ready();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
