package sidecar.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import sidecar.kit.FreePorts;

/** An H2 server in a process of its own, which can be made to stand still. H2 is on the class path of this program. */
final class DatabaseServer implements AutoCloseable {

    private static final long START_SECONDS = 30;

    private final Process process;
    private final int port;

    private DatabaseServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one.
     *
     * @param work gets its data, its log and its process id
     */
    static DatabaseServer in(Path work) {
        try {
            Files.createDirectories(work);
            int port = FreePorts.next();
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx256m",
                            "-Dh2.bindAddress=127.0.0.1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "org.h2.tools.Server",
                            "-tcp",
                            "-tcpPort",
                            String.valueOf(port),
                            "-baseDir",
                            work.resolve("database").toString(),
                            "-ifNotExists")
                    .redirectErrorStream(true)
                    .redirectOutput(work.resolve("database.log").toFile())
                    .start();
            Files.writeString(work.resolve("database.pid"), process.pid() + "\n");
            DatabaseServer server = new DatabaseServer(process, port);
            server.awaitListening();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitListening() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!listening()) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                throw new IllegalStateException("the database does not start: see database.log");
            }
            Load.pause(50);
        }
    }

    private boolean listening() {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    String url() {
        return "jdbc:h2:tcp://127.0.0.1:" + port + "/./sidecar";
    }

    /** Makes it stand still, connections open. */
    void stop() {
        signal("STOP");
    }

    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("the database cannot be sent SIG" + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
