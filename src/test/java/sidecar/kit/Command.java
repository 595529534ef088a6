package sidecar.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A command of {@code deploy/sidecar}, typed and waited for. */
public final class Command {

    /** How it ended, and what it said on both outputs. */
    public record Ended(int status, String text) {}

    private Command() {}

    /**
     * Runs {@code deploy/sidecar} with those words.
     *
     * @param directory where it is typed; a link or directory {@code deploy} must be in it
     * @param environment what is set besides the tests' own environment, which counts only where it is not Sidecar's
     */
    public static Ended sidecar(Path directory, Map<String, String> environment, List<String> words) {
        ProcessBuilder builder = new ProcessBuilder("deploy/sidecar")
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.command().addAll(words);
        builder.environment().keySet().removeIf(name -> name.startsWith("SIDECAR_") || name.startsWith("LOG_"));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
