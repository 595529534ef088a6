package sidecar.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A PostgreSQL of its own, of Debian's binaries, with an empty database {@code sidecar} of the user {@code sidecar}. It listens at a free port of 127.0.0.1
 * and asks for a password. It does not wait for the disk. Runs as {@code postgres} where the tests run as root, which it refuses to be.
 */
public final class Postgres implements AutoCloseable {

    /** Of the user {@code sidecar}. */
    public static final String PASSWORD = "secret-of-the-database";

    private static final Path BINARIES = Path.of("/usr/lib/postgresql");
    private static final Duration BEGINS = Duration.ofMinutes(2);

    private final Path home;
    private final int port;
    private Process server;

    private Postgres(Path home, int port) {
        this.home = home;
        this.port = port;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** Makes and starts one. */
    public static Postgres start() {
        return start("UTF8");
    }

    /** Makes and starts one with a database in that encoding. */
    public static Postgres start(String encoding) {
        try {
            // not below the checkout, into which another user may not be let
            return start(Files.createTempDirectory("sidecar-postgres"), encoding);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes and starts one in that empty directory, which the user {@code postgres} must be let into. */
    public static Postgres start(Path home, String encoding) throws IOException {
        Postgres postgres = new Postgres(home, FreePorts.next());
        postgres.make(encoding);
        postgres.resume();
        postgres.psql("postgres", "create database sidecar");
        return postgres;
    }

    private void make(String encoding) throws IOException {
        Path password = Files.writeString(home.resolve("password"), PASSWORD);
        if (isRoot()) {
            Shell.run("chown -R postgres: " + home);
        }
        Shell.run(String.join(
                " ",
                as(
                        "initdb",
                        "--pgdata=" + home.resolve("data"),
                        "--username=sidecar",
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--locale=C",
                        "--encoding=" + encoding,
                        "--no-sync")));
    }

    /** Starts it again after {@link #stop}. */
    public void resume() {
        try {
            server = new ProcessBuilder(as(
                            "postgres",
                            "-D" + home.resolve("data"),
                            "-k" + home,
                            "-h127.0.0.1",
                            "-p" + port,
                            "-cfsync=off"))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(
                BEGINS,
                () -> Shell.succeeds(binary("pg_isready") + " -q -h 127.0.0.1 -p " + port),
                () -> "a PostgreSQL that accepts connections; it said:\n" + log());
    }

    /** Ends it and all its connections, as a restart would. */
    public void stop() {
        if (server.isAlive()) {
            Shell.run("kill -INT " + server.pid()); // "fast": it waits for nobody
            try {
                server.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** The settings that lead a Sidecar to its database. */
    public Map<String, String> environment() {
        return Map.of("SIDECAR_DB_URL", url("sidecar"), "SIDECAR_DB_USER", "sidecar", "SIDECAR_DB_PASSWORD", PASSWORD);
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public int port() {
        return port;
    }

    /**
     * Has a statement executed by {@code sidecar}, its superuser.
     *
     * @return the rows, with | between the columns
     */
    public List<String> psql(String database, String statement) {
        return Shell.run("PGPASSWORD=" + PASSWORD + " " + binary("psql")
                        + " -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p " + port + " -U sidecar -d " + database
                        + " -c \"" + statement.replace("\"", "\\\"") + "\"")
                .lines()
                .toList();
    }

    /** Its process, while it runs. */
    public long pid() {
        return server.pid();
    }

    /** All it has said. */
    public String log() {
        try {
            return Files.readString(home.resolve("log"));
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    private static List<String> as(String program, String... arguments) {
        List<String> words = new ArrayList<>();
        if (isRoot()) {
            words.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        }
        words.add(binary(program));
        words.addAll(List.of(arguments));
        return words;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** Of the newest version that is installed: Debian has them beside each other. */
    private static String binary(String name) {
        try (Stream<Path> versions = Files.list(BINARIES)) {
            return versions.map(version -> version.resolve("bin").resolve(name))
                    .filter(Files::isExecutable)
                    .max(Comparator.comparing(
                            path -> Integer.parseInt(path.getName(3).toString())))
                    .map(Path::toString)
                    .orElseThrow(() -> new AssertionError("no " + name + " below " + BINARIES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            stop();
        }
        Shell.run("rm -rf " + home);
    }
}
