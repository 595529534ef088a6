package sidecar.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import sidecar.kit.Browser;
import sidecar.kit.FreePorts;
import sidecar.kit.Postgres;
import sidecar.kit.RunScript;

/**
 * Starts one server with the first class that wants it, a browser with the first that wants one, and ends both after the last
 * one of the JVM. The server's database is in memory, or PostgreSQL's, its settings are those of the build's environment. Used by one thread: see
 * {@link RunningSidecar}.
 */
final class SharedServer implements BeforeAllCallback {

    /** Of the server of {@link WarIT}, which may run beside it. */
    private static final Set<String> OF_THE_DEPLOYED_ONE = Set.of("SIDECAR_DATA_DIR", "SIDECAR_METRICS_PORT");

    /** The same for each server, so that the browser stays where it is. */
    private static final String PORT = String.valueOf(FreePorts.next());

    private static RunScript running;
    private static RunScript runningOnPostgres;
    private static Browser browser;

    /** The server that a class shares. */
    static RunScript server(Class<?> test) {
        return isOnPostgres(test) ? runningOnPostgres : running;
    }

    /** The browser, as if it had just been started. */
    static Browser browser(String root) {
        if (browser == null) {
            browser = new Browser(root);
        } else {
            browser.begin();
        }
        return browser;
    }

    /** Begins with a server of its own: what others have asked before would change its answers. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Fresh {}

    /** Shares another server, with a database of PostgreSQL; so do the classes inside. They run on a thread of their own. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface OnPostgres {}

    private static boolean isOnPostgres(Class<?> test) {
        return test.isAnnotationPresent(OnPostgres.class)
                || (test.getEnclosingClass() != null && isOnPostgres(test.getEnclosingClass()));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isOnPostgres(context.getRequiredTestClass())) {
            if (runningOnPostgres == null) {
                Postgres postgres = Postgres.start();
                endWith(context, postgres);
                runningOnPostgres = start(String.valueOf(FreePorts.next()), postgres.environment());
                endWith(context, runningOnPostgres);
            }
        } else if (running != null && context.getRequiredTestClass().isAnnotationPresent(Fresh.class)) {
            running.close();
            running = start(PORT, Map.of());
        } else if (running == null) {
            running = start(PORT, Map.of());
            endWith(context, SharedServer::end);
        }
    }

    /** After the last class; what was begun last ends first. */
    private static void endWith(ExtensionContext context, AutoCloseable closed) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedServer.class))
                .put(closed, closed);
    }

    private static void end() {
        if (browser != null) {
            browser.close();
        }
        running.close();
    }

    private static RunScript start(String port, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SIDECAR_PORT", port);
        environment.put("JAVA_OPTS", RunScript.SHIPPED_HEAP);
        System.getenv().forEach((name, value) -> {
            if (name.startsWith("SIDECAR_") && !OF_THE_DEPLOYED_ONE.contains(name)) {
                environment.put(name, value);
            }
        });
        environment.putAll(more);
        try {
            Path home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "it-");
            Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
            return RunScript.start(home, environment).ready();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
