package sidecar.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A command line, as a reader of a recipe types it. */
public final class Shell {

    private Shell() {}

    /**
     * Runs a command with bash.
     *
     * @return what it wrote, on both outputs
     * @throws AssertionError if it ends with another status than 0
     */
    public static String run(String command) {
        Ended ended = end(command);
        if (ended.status() != 0) {
            throw new AssertionError(command + "\nended with " + ended.status() + ":\n" + ended.output());
        }
        return ended.output();
    }

    /** Runs a command with bash, and tells whether it ends with 0. */
    public static boolean succeeds(String command) {
        return end(command).status() == 0;
    }

    private record Ended(int status, String output) {}

    private static Ended end(String command) {
        try {
            Process process = new ProcessBuilder("bash", "-c", command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
