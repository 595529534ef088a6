package sidecar.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import sidecar.kit.Postgres;

/**
 * Several gateways and the PostgreSQL of their own that they share, as their operator sees them: the first is asked what all know, and what each counts is
 * added up. Nodes are counted from 0.
 */
final class ClusterNodes extends Gateway {

    private final Path work;
    private final String name;
    private final Postgres database;
    private final Map<String, String> settings;
    private final String clientToken;
    private final List<OwnGateway> nodes = new ArrayList<>();
    private final List<DatabaseLink> links = new ArrayList<>();
    private final List<Consumer<Gateway>> created = new ArrayList<>();

    private ClusterNodes(
            Path work,
            String name,
            Postgres database,
            Map<String, String> settings,
            String clientToken,
            OwnGateway first) {
        super(first.host(), first.port(), settings.get("SIDECAR_ADMIN_TOKEN"));
        this.work = work;
        this.name = name;
        this.database = database;
        this.settings = settings;
        this.clientToken = clientToken;
        nodes.add(first);
    }

    /**
     * Starts a database and the first node.
     *
     * @param name how directories below {@code work} begin
     * @param more environment variables of every node
     */
    static ClusterNodes start(Path work, String name, String adminToken, String clientToken, Map<String, String> more) {
        Postgres database = postgres(work, name);
        Map<String, String> settings = new HashMap<>(database.environment());
        settings.put("SIDECAR_ENCRYPTION_KEY", Secrets.fresh("") + Secrets.fresh(""));
        settings.put("SIDECAR_ADMIN_TOKEN", adminToken);
        settings.putAll(more);
        try {
            OwnGateway first = OwnGateway.in(directory(work, name, 0), adminToken, clientToken, settings);
            return new ClusterNodes(work, name, database, settings, clientToken, first);
        } catch (IllegalStateException failed) {
            database.close();
            throw failed;
        }
    }

    /** Its process id lies where src/bench/lib.sh looks, with its data beside it. */
    private static Postgres postgres(Path work, String name) {
        try {
            // the user postgres must be let through
            Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx--x--x"));
            Path home = Files.createDirectories(databaseDirectory(work, name));
            Postgres database = Postgres.start(Files.createDirectory(home.resolve("home")), "UTF8");
            writePid(home, database);
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path databaseDirectory(Path work, String name) {
        return work.resolve(name + "-database");
    }

    private static void writePid(Path directory, Postgres database) throws IOException {
        Files.writeString(directory.resolve("postgres.pid"), database.pid() + "\n");
    }

    /** Starts the database again after its {@link Postgres#stop}. */
    void resumeDatabase() {
        database.resume();
        try {
            writePid(databaseDirectory(work, name), database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path directory(Path work, String name, int node) {
        return work.resolve(name + "-node-" + (node + 1));
    }

    /** Starts one more, which reaches its database at that URL. */
    OwnGateway add(String url) {
        Map<String, String> own = new HashMap<>(settings);
        own.put("SIDECAR_DB_URL", url);
        OwnGateway node = OwnGateway.in(
                directory(work, name, nodes.size()), settings.get("SIDECAR_ADMIN_TOKEN"), clientToken, own);
        nodes.add(node);
        return node;
    }

    /** Starts one more on the same database. */
    OwnGateway add() {
        return add(settings.get("SIDECAR_DB_URL"));
    }

    /** Starts one more on the same database, behind a link that can be cut. */
    DatabaseLink addBehindLink() {
        DatabaseLink link = DatabaseLink.to(database.port());
        links.add(link);
        add("jdbc:postgresql://127.0.0.1:" + link.port() + "/sidecar");
        return link;
    }

    Postgres database() {
        return database;
    }

    OwnGateway node(int number) {
        return nodes.get(number);
    }

    List<OwnGateway> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    void create(String provider, String baseUrl, String key, int rpm, String mappings, String more) {
        super.create(provider, baseUrl, key, rpm, mappings, more);
        created.add(gateway -> gateway.create(provider, baseUrl, key, rpm, mappings, more));
    }

    /** Makes the same providers once more, in a gateway that does not know them. */
    void createAllIn(Gateway other) {
        created.forEach(provider -> provider.accept(other));
    }

    /** Metrics without labels, each the sum over all nodes. */
    @Override
    String metrics() {
        Map<String, Double> sums = new TreeMap<>();
        for (Gateway node : nodes) {
            node.metrics()
                    .lines()
                    .filter(line -> !line.startsWith("#") && line.indexOf('{') < 0)
                    .map(line -> line.split(" "))
                    .forEach(words -> sums.merge(words[0], Double.parseDouble(words[1]), Double::sum));
        }
        StringBuilder text = new StringBuilder();
        sums.forEach(
                (metric, sum) -> text.append(metric).append(' ').append(sum).append('\n'));
        return text.toString();
    }

    @Override
    List<String> log(String... words) {
        List<String> lines = new ArrayList<>();
        for (int number = 0; number < nodes.size(); number++) {
            String node = "node " + (number + 1) + ": ";
            nodes.get(number).log(words).forEach(line -> lines.add(node + line));
        }
        return lines;
    }

    @Override
    String cost() {
        return String.join(" · ", nodes.stream().map(OwnGateway::cost).toList());
    }

    /** Ends the nodes one after the other, then the database. */
    @Override
    public void close() {
        try {
            links.forEach(DatabaseLink::heal);
            nodes.forEach(OwnGateway::close);
        } finally {
            links.forEach(DatabaseLink::close);
            try {
                Files.writeString(databaseDirectory(work, name).resolve("postgres.log"), database.log());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                database.close();
            }
        }
    }
}
