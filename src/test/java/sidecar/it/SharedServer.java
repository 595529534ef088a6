package sidecar.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import sidecar.kit.RunScript;

/**
 * Starts one server with the first class that wants it, and ends it after the last one of the JVM. Its database is in memory,
 * its settings are those of the build's environment. Used by one thread: see {@link RunningSidecar}.
 */
final class SharedServer implements BeforeAllCallback {

    /** Of the server of {@link WarIT}, which may run beside it. */
    private static final Set<String> OF_THE_DEPLOYED_ONE = Set.of("SIDECAR_DATA_DIR", "SIDECAR_METRICS_PORT");

    private static RunScript running;

    /** The server. */
    static RunScript server() {
        return running;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (running == null) {
            running = start();
            context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(SharedServer.class))
                    .put(RunScript.class, running);
        }
    }

    private static RunScript start() {
        Map<String, String> environment = new HashMap<>();
        System.getenv().forEach((name, value) -> {
            if (name.startsWith("SIDECAR_") && !OF_THE_DEPLOYED_ONE.contains(name)) {
                environment.put(name, value);
            }
        });
        try {
            Path home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "it-");
            Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
            return RunScript.start(home, environment).ready();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
