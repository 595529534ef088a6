package sidecar.database.edge;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.h2.jdbcx.JdbcDataSource;
import sidecar.database.BackupContents;
import sidecar.database.BackupFailedException;
import sidecar.database.DatabaseLocation;
import sidecar.vault.KeyVault;

/** Opens a copy of the database, changes nothing, and reads every row of every table. Blocks for as long as that takes. */
final class BackupVerifier {

    /** Row by row: a table of a million rows must not be in memory at once. And no log of H2 beside the copy. */
    private static final String OPTIONS =
            ";ACCESS_MODE_DATA=r;IFEXISTS=TRUE;DB_CLOSE_ON_EXIT=FALSE;CACHE_SIZE=1024;TRACE_LEVEL_FILE=0;LAZY_QUERY_EXECUTION=1";

    private static final String HISTORY = "flyway_schema_history";

    private final KeyVault vault;
    private final InstantSource clock;

    BackupVerifier(KeyVault vault, InstantSource clock) {
        this.vault = vault;
        this.clock = clock;
    }

    /** What is in it. */
    BackupContents read(Path copy) throws BackupFailedException {
        try (Connection connection = source(copy).getConnection()) {
            Map<String, Long> rows = rows(connection);
            if (!rows.containsKey(HISTORY)) {
                throw new BackupFailedException("it holds no database of Sidecar");
            }
            long[] keys = keys(connection, rows);
            return new BackupContents(schema(connection), rows, keys[0], keys[1], clock.instant());
        } catch (SQLException damaged) {
            throw new BackupFailedException("it cannot be read: " + Migrator.rootMessage(damaged), damaged);
        }
    }

    /** Connections to a copy that change nothing in it. */
    static JdbcDataSource source(Path copy) {
        String file = copy.toAbsolutePath().toString();
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:file:" + file.substring(0, file.length() - DatabaseLocation.ENDING.length()) + OPTIONS);
        source.setUser("sa");
        source.setPassword("");
        return source;
    }

    private static Map<String, Long> rows(Connection connection) throws SQLException {
        Map<String, Long> rows = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery("select table_name from information_schema.tables"
                        + " where table_schema = 'PUBLIC' and table_type = 'BASE TABLE'")) {
            while (tables.next()) {
                rows.put(tables.getString(1), 0L);
            }
        }
        Map<String, Long> counted = new TreeMap<>();
        for (String table : rows.keySet()) {
            counted.put(table.toLowerCase(Locale.ROOT), count(connection, table));
        }
        return counted;
    }

    /** Fetches every row: {@code count(*)} would only believe what the table says of itself. */
    private static long count(Connection connection, String table) throws SQLException {
        long count = 0;
        try (Statement statement = connection.createStatement();
                ResultSet all = statement.executeQuery("select * from \"" + table.replace("\"", "\"\"") + '"')) {
            while (all.next()) {
                count++;
            }
        }
        return count;
    }

    private static String schema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("select \"version\" from \"" + HISTORY
                        + "\" where \"success\" order by \"installed_rank\" desc fetch first 1 rows only")) {
            return version.next() ? String.valueOf(version.getString(1)) : "0";
        }
    }

    /** How many providers' keys there are, and how many of them the encryption key opens. */
    private long[] keys(Connection connection, Map<String, Long> rows) throws SQLException, BackupFailedException {
        long sealed = 0;
        long opened = 0;
        if (rows.getOrDefault("provider", 0L) > 0) {
            try (Statement statement = connection.createStatement();
                    ResultSet stored = statement.executeQuery("select id, api_key from provider")) {
                while (stored.next()) {
                    sealed++;
                    opened +=
                            vault.open(stored.getString(1), stored.getString(2)).isPresent() ? 1 : 0;
                }
            }
        }
        if (sealed > 0 && opened == 0) {
            throw new BackupFailedException("SIDECAR_ENCRYPTION_KEY opens none of the " + sealed
                    + " provider keys in it: it was made under another encryption key; set the one of that time");
        }
        return new long[] {sealed, opened};
    }
}
