package sidecar.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A server started as operators start it, by {@code deploy/run.sh}, in an environment of its own. */
public final class RunScript implements AutoCloseable {

    /**
     * Words for the JVM that make a start take a seventh less of the CPU: nothing here measures speed, most servers begin and end within a
     * minute, and the class files are verified in the servers that tests share. Tests of memory give the shipped heap, {@link #SHIPPED_HEAP}.
     */
    public static final String QUICK_START = "-XX:TieredStopAtLevel=1 -Xms192m -Xmn100m"
            + " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote";

    /** The heap as operators have it. */
    public static final String SHIPPED_HEAP = "-XX:TieredStopAtLevel=1";

    /** Bounds of waits that come to an end much sooner, on an idle machine within seconds. */
    private static final Duration BOOT = Duration.ofMinutes(5);

    private static final Duration END = Duration.ofMinutes(2);

    private final Process process;
    private final int port;
    private final int metricsPort;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<Integer> early = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private RunScript(Process process, int port, int metricsPort) {
        this.process = process;
        this.port = port;
        this.metricsPort = metricsPort;
        // whoever ends the tests by force must not leave servers behind
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        this.reader = new Thread(this::read, "output of run.sh");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts it.
     *
     * @param directory where the command is typed; a link or directory {@code deploy} must be in it
     * @param environment what is set besides the tests' own environment, which counts only where it is not Sidecar's
     */
    public static RunScript start(Path directory, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder("deploy/run.sh")
                .directory(directory.toFile())
                .redirectErrorStream(true);
        Map<String, String> all = builder.environment();
        all.keySet().removeIf(name -> name.startsWith("SIDECAR_") || name.startsWith("LOG_"));
        int port = port(environment, "SIDECAR_PORT");
        int metricsPort = port(environment, "SIDECAR_METRICS_PORT");
        all.put("SIDECAR_PORT", String.valueOf(port));
        all.put("SIDECAR_METRICS_PORT", String.valueOf(metricsPort));
        all.put("SIDECAR_DATA_DIR", "data");
        all.put("JAVA_OPTS", QUICK_START);
        all.putAll(environment);
        try {
            return new RunScript(builder.start(), port, metricsPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int port(Map<String, String> environment, String name) {
        return Integer.parseInt(environment.getOrDefault(name, String.valueOf(FreePorts.next())));
    }

    /** In target/servers, for whoever looks into a failed test afterwards. */
    private OutputStream keptOutput() throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "servers"));
        return Files.newOutputStream(
                directory.resolve(Instant.now().toString().replace(':', '.') + "-" + process.pid() + ".log"));
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                PrintStream kept = new PrintStream(keptOutput(), true, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                kept.println(line);
            }
        } catch (IOException e) {
            output.add("(the output ended with " + e + ")");
        }
    }

    /** Waits until it serves. */
    public RunScript ready() {
        Await.until(BOOT, () -> healthy() || !process.isAlive(), () -> "a ready server; it said:\n" + text());
        if (!process.isAlive()) {
            throw new AssertionError("the server ended with " + process.exitValue() + "; it said:\n" + text());
        }
        return this;
    }

    private boolean healthy() {
        try (RawClient client = RawClient.to(port)) {
            client.request("GET", "/health", new byte[0], "Connection", "close");
            int status = client.head().status();
            boolean ok = status == 200 && new String(client.body(), StandardCharsets.UTF_8).contains("\"ok\"");
            if (!ok) {
                early.add(status);
            }
            return ok;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    /** Of the listener that answers {@code /metrics} and {@code /health} only. */
    public int metricsPort() {
        return metricsPort;
    }

    /** The server that it became. */
    public ServerProcess process() {
        return ServerProcess.below(process.toHandle());
    }

    /** Whether the script has become the server's JVM. */
    public boolean isServerProcess() {
        return ServerProcess.isServer(process.toHandle());
    }

    /** The statuses with which it answered before it was ready. */
    public List<Integer> early() {
        return List.copyOf(early);
    }

    /** What it has written so far, on both outputs. */
    public List<String> output() {
        return List.copyOf(output);
    }

    /** What it has written so far, on both outputs. */
    public String text() {
        return String.join("\n", output);
    }

    /** Asks it to stop, with SIGTERM, and goes on listening to it, which {@link Process#destroy} would not. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Ends it with SIGKILL and waits for that. */
    public void kill() {
        process.destroyForcibly();
        exitStatus();
    }

    /** Whether it still runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Waits for its end; whoever wants to see that it does not wait for something gives that more than two minutes. */
    public int exitStatus() {
        try {
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                dumpThreads();
                throw new AssertionError("the server still runs after " + END + "; it said:\n" + text());
            }
            reader.join(1_000);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What runs below {@code run.sh}, or has taken its place. */
    public ServerProcess server() {
        return ServerProcess.below(process.toHandle());
    }

    /** Has the JVM write down what its threads wait for, into its own output. */
    private void dumpThreads() throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-QUIT", String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            output.add("(no thread dump: " + e + ")");
        }
        reader.join(2_000);
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
