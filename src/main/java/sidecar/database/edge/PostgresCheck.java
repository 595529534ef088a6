package sidecar.database.edge;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import sidecar.database.DatabaseLocation;
import sidecar.database.DatabaseStartCheck;
import sidecar.settings.Settings;

/**
 * What {@code deploy/sidecar doctor} says of a PostgreSQL, whether Sidecar runs or not. Each finding is a line: {@code ok}, {@code warn} or {@code fail}, a
 * tab, what was found; for the last two a tab and what to do.
 */
public final class PostgresCheck {

    private static final int READINGS = 15;
    private static final Duration SLOW = Duration.ofMillis(20);
    private static final Duration APART = Duration.ofSeconds(2);

    private final Clock clock;
    private final PrintStream out;

    private PostgresCheck(Clock clock, PrintStream out) {
        this.clock = clock;
        this.out = out;
    }

    /**
     * Looks at the database that the environment names.
     *
     * @return the exit status: 0, whatever was found
     */
    public static int run(Map<String, String> environment, Clock clock, PrintStream out) {
        Settings settings = new Settings(environment);
        DatabaseLocation location = DatabaseLocation.of(settings);
        PostgresCheck check = new PostgresCheck(clock, out);
        try (Connection connection = DatabaseConnector.connect(location)) {
            check.look(location, connection);
        } catch (SQLException failed) {
            check.say(
                    "fail",
                    new DatabaseStartCheck(settings)
                            .unopened(failed.getSQLState(), DatabaseConnector.reason(location, failed)),
                    "until then Sidecar does not start");
        }
        return 0;
    }

    private void say(String... columns) {
        out.println(String.join("\t", columns).replaceAll("[\r\n]+", " "));
    }

    private void look(DatabaseLocation location, Connection connection) throws SQLException {
        PostgresServer server = PostgresServer.of(connection);
        Optional<String> refusal = server.refusal();
        if (refusal.isPresent()) {
            say("fail", "the database " + location + " cannot be used", refusal.get());
            return;
        }
        say("ok", "the database " + location + ": PostgreSQL " + server.version());
        tellLatency(connection);
        tellClock(connection);
    }

    private void tellLatency(Connection connection) throws SQLException {
        Instant begun = clock.instant();
        for (int i = 0; i < READINGS; i++) {
            one(connection, "select 1");
        }
        Duration each = Duration.between(begun, clock.instant()).dividedBy(READINGS);
        String took = String.format("a question to the database takes %.1f ms", each.toNanos() / 1e6);
        if (each.compareTo(SLOW) > 0) {
            say("warn", took, "put the database nearer: pages and changes wait for many of them");
        } else {
            say("ok", took);
        }
    }

    private void tellClock(Connection connection) throws SQLException {
        long before = clock.millis();
        long theirs = one(connection, "select (extract(epoch from clock_timestamp()) * 1000)::bigint");
        long apart = theirs - (before + clock.millis()) / 2;
        String says = String.format(
                "the database's clock is %.1f s %s", Math.abs(apart) / 1e3, apart < 0 ? "behind" : "ahead");
        if (Math.abs(apart) > APART.toMillis()) {
            say("warn", says, "let both machines keep their time by NTP: the ledger has this machine's");
        } else {
            say("ok", says);
        }
    }

    private static long one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
