package sidecar.boot.edge;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Ends a start that must not go on. */
final class Refusal {

    private static final int EXIT_CODE = 3;

    private Refusal() {}

    /** Prints one line and ends the process; never returns. */
    static IllegalStateException stop(String reason) {
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
}
