package sidecar.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import sidecar.kit.FreePorts;

/** A Sidecar that {@code deploy/run.sh} starts on free ports, with a data directory of its own. */
final class OwnGateway extends Gateway {

    private static final long BOOT_SECONDS = 900; // the first start may have to build

    private final Path work;
    private final Map<String, String> environment;
    private Process process;
    private String fallen = "";

    private OwnGateway(Path work, int port, String adminToken, Map<String, String> environment) {
        super("127.0.0.1", port, adminToken);
        this.work = work;
        this.environment = environment;
    }

    /**
     * Starts one from the checkout that is the current directory.
     *
     * @param work gets its data, its log and its process id
     */
    static OwnGateway in(Path work, String adminToken, String clientToken) {
        return in(work, adminToken, clientToken, Map.of());
    }

    /**
     * Starts one with settings of its own.
     *
     * @param work gets its data, its log and its process id
     * @param settings environment variables
     */
    static OwnGateway in(Path work, String adminToken, String clientToken, Map<String, String> settings) {
        try {
            Files.createDirectories(work);
            int port = FreePorts.next();
            Map<String, String> environment = new HashMap<>(settings);
            environment.put("SIDECAR_HOST", "127.0.0.1");
            environment.put("SIDECAR_PORT", String.valueOf(port));
            environment.put("SIDECAR_METRICS_PORT", String.valueOf(FreePorts.next()));
            environment.put("SIDECAR_DATA_DIR", work.resolve("data").toString());
            environment.put("SIDECAR_ADMIN_TOKEN", adminToken);
            environment.put("SIDECAR_CLIENT_TOKEN", clientToken);
            OwnGateway gateway = new OwnGateway(work, port, adminToken, environment);
            gateway.start();
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void start() {
        ProcessBuilder builder = new ProcessBuilder("deploy/run.sh")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        work.resolve("gateway.log").toFile()));
        // other SIDECAR_* variables pass: that is how settings are tried out
        builder.environment().keySet().removeAll(List.of("SIDECAR_API_KEY", "SIDECAR_METRICS_HOST", "SIDECAR_DB_PATH"));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
            Files.writeString(work.resolve("gateway.pid"), process.pid() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOOT_SECONDS);
        while (!ready()) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                List<String> log = log("");
                throw new IllegalStateException("the gateway does not start; the end of its log:\n"
                        + String.join("\n", log.subList(Math.max(0, log.size() - 20), log.size())));
            }
            Load.pause(20);
        }
    }

    @Override
    void kill() {
        fallen = cost() + " before the kill, ";
        // whatever deploy/run.sh may have started, and what it has become
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
        await(process, 30);
    }

    @Override
    List<String> log(String... words) {
        try (Stream<String> lines = Files.lines(work.resolve("gateway.log"), StandardCharsets.UTF_8)) {
            return lines.filter(line -> Arrays.stream(words).anyMatch(line::contains))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    String cost() {
        return fallen + ProcessCost.of(pid());
    }

    @Override
    double cpuSeconds() {
        return ProcessCost.seconds(pid());
    }

    private long pid() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .filter(one -> one.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElse(process.toHandle())
                .pid();
    }

    /** Ends it in order. */
    void stop() {
        process.destroy();
        if (!await(process, 45)) {
            kill();
        }
    }

    @Override
    public void close() {
        stop();
    }

    private static boolean await(Process process, int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
