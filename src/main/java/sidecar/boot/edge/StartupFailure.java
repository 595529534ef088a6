package sidecar.boot.edge;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Ends a start that must not go on. */
final class StartupFailure {

    private static final int EXIT_CODE = 3;

    /** How the JVM ends by SIGTERM; that of SIGINT is not known any more. */
    private static final int STOPPED = 143;

    private static final Duration HOOKS = Duration.ofSeconds(10);

    private StartupFailure() {}

    /**
     * Whether the process is ending already. The server's shutdown hook takes classes and database away from a start that
     * is still under way, so that what fails from then on says nothing about either.
     */
    static boolean isTooLate() {
        Thread probe = new Thread(() -> {}, "sidecar-probe");
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException ending) {
            return true;
        }
    }

    /** Prints one line and ends the process, or lets it end where it was told to stop meanwhile; never returns. */
    static IllegalStateException stop(String reason) {
        if (isTooLate()) {
            awaitExit();
        }
        String line = "sidecar: refusing to start: " + reason.replaceAll("\\p{Cntrl}+", " ") + "\n";
        // The server turns System.err into log records written by another thread, which will not live to write this
        // one.
        try (FileOutputStream err = new FileOutputStream(FileDescriptor.err)) {
            err.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Nobody is listening; the exit code still tells.
        }
        Runtime.getRuntime().halt(EXIT_CODE);
        return new IllegalStateException(reason);
    }

    /** The hooks end the process, unless one of them waits for this thread. */
    private static void awaitExit() {
        try {
            Thread.sleep(HOOKS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(STOPPED);
    }
}
