package sidecar.database.edge;

import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sidecar.database.DatabaseLocation;
import sidecar.settings.Settings;

/**
 * Copies what was used from a file of H2 into the PostgreSQL that the settings name, in a process of its own ({@code deploy/sidecar copy-history}). The configuration is no part of it: that is what
 * export and import are for. All or nothing, and once: into tables that hold something already nothing is copied, since usage would be counted twice.
 */
public final class HistoryCopy {

    private static final List<String> TABLES =
            List.of("usage_hour", "usage_day", "refusal_hour", "request_log", "cooldown_event");

    /** Flyway's table is called so, in small letters, in both. */
    private static final String SCHEMA =
            "select \"version\" from \"flyway_schema_history\" where \"success\" order by \"installed_rank\" desc limit 1";

    private static final int ROWS_AT_ONCE = 1_000;

    private final Connection source;
    private final Connection target;

    private HistoryCopy(Connection source, Connection target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Copies, and answers what to exit with: 0 when it was done, 3 when it was not and nothing has changed.
     *
     * @param words the file's path, and nothing else
     */
    public static int run(String[] words, Map<String, String> environment, PrintStream out, PrintStream err) {
        DatabaseLocation location = DatabaseLocation.of(new Settings(environment));
        if (words.length != 1 || !words[0].endsWith(DatabaseLocation.ENDING) || !location.isPostgres()) {
            err.println("sidecar: expected the path of a file *" + DatabaseLocation.ENDING
                    + ", and the URL of a PostgreSQL in SIDECAR_DB_URL");
            return 2;
        }
        try (Connection source = BackupVerifier.source(Path.of(words[0])).getConnection();
                Connection target = DatabaseConnector.connect(location)) {
            target.setAutoCommit(false);
            HistoryCopy copy = new HistoryCopy(source, target);
            Optional<String> refusal = copy.refusal();
            if (refusal.isPresent()) {
                err.println("sidecar: nothing was copied: " + refusal.get());
                return 3;
            }
            List<String> done = copy.all();
            target.commit();
            done.forEach(out::println);
            return 0;
        } catch (SQLException failed) {
            err.println("sidecar: nothing was copied: " + Migrator.rootMessage(failed));
            return 3;
        }
    }

    private Optional<String> refusal() throws SQLException {
        String from = schema(source);
        String to = schema(target);
        if (!from.equals(to)) {
            return Optional.of("the file has schema " + from + " and PostgreSQL has schema " + to
                    + ": start this version once with each, which brings both to its own");
        }
        for (String table : TABLES) {
            if (first(target, "select 1 from " + table + " limit 1").isPresent()) {
                return Optional.of("there are rows in " + table
                        + " of PostgreSQL already: it has to be done before the first request, into an empty database");
            }
        }
        return Optional.empty();
    }

    private static String schema(Connection connection) throws SQLException {
        return first(connection, SCHEMA).orElse("none");
    }

    private static Optional<String> first(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    private List<String> all() throws SQLException {
        List<String> done = new ArrayList<>();
        for (String table : TABLES) {
            done.add("copied " + table(table) + " rows of " + table);
        }
        return done;
    }

    private long table(String table) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet rows = statement.executeQuery("select * from " + table + " order by 1")) {
            List<Integer> columns = columns(rows.getMetaData());
            try (PreparedStatement insert = target.prepareStatement(insert(table, rows.getMetaData(), columns))) {
                return copy(rows, columns, insert);
            }
        }
    }

    /** All but what the database numbers by itself: it would not know of numbers that it has not given. */
    private static List<Integer> columns(ResultSetMetaData table) throws SQLException {
        List<Integer> columns = new ArrayList<>();
        for (int column = 1; column <= table.getColumnCount(); column++) {
            if (!table.isAutoIncrement(column)) {
                columns.add(column);
            }
        }
        return columns;
    }

    private static String insert(String table, ResultSetMetaData rows, List<Integer> columns) throws SQLException {
        List<String> names = new ArrayList<>();
        for (int column : columns) {
            names.add(rows.getColumnName(column).toLowerCase(Locale.ROOT));
        }
        return "insert into " + table + " (" + String.join(", ", names) + ") values ("
                + String.join(", ", Collections.nCopies(names.size(), "?")) + ")";
    }

    private static long copy(ResultSet rows, List<Integer> columns, PreparedStatement insert) throws SQLException {
        long copied = 0;
        while (rows.next()) {
            for (int i = 0; i < columns.size(); i++) {
                insert.setObject(i + 1, rows.getObject(columns.get(i)));
            }
            insert.addBatch();
            copied++;
            if (copied % ROWS_AT_ONCE == 0) {
                insert.executeBatch();
            }
        }
        insert.executeBatch();
        return copied;
    }
}
