package sidecar.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Somebody at a terminal who types {@code deploy/sidecar …}, in an environment of their own. */
public final class Operator {

    private static final Duration PATIENCE = Duration.ofMinutes(8);

    private final Path directory;
    private final Map<String, String> environment;

    /**
     * Sits down.
     *
     * @param directory where commands are typed; a link or directory {@code deploy} must be in it
     * @param environment what is set besides the tests' own environment, which counts only where it is not Sidecar's
     */
    public Operator(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
    }

    /** The same with more in the environment. */
    public Operator with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Operator(directory, more);
    }

    /** The same in another directory. */
    public Operator in(Path elsewhere) {
        return new Operator(elsewhere, environment);
    }

    /** What a command said, on both outputs, and how it ended. */
    public record Said(int status, String text) {}

    /** Types {@code deploy/sidecar} and these words, and waits for the end. */
    public Said sidecar(String... words) {
        List<String> command = new ArrayList<>(List.of("deploy/sidecar"));
        command.addAll(List.of(words));
        return type(command);
    }

    /** Types any command. */
    public Said type(List<String> command) {
        try {
            // into a file: a server that is left running must not keep us waiting for the end of its output
            Path output = Files.createTempFile("said", ".txt");
            Process process = start(command, output);
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " has not ended; it said:\n" + Files.readString(output));
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return new Said(process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Process start(List<String> command, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> all = builder.environment();
        all.keySet().removeIf(name -> name.startsWith("SIDECAR_") || name.startsWith("LOG_"));
        all.put("JAVA_OPTS", RunScript.QUICK_START);
        all.put("no_proxy", "*");
        all.putAll(environment);
        return builder.start();
    }
}
