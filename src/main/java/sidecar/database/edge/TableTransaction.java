package sidecar.database.edge;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import sidecar.console.TableVersions;

/**
 * Changes of tables within one transaction of the thread. The row of a table's version is what gateways exclude each other with; whether it was made higher is decided by the same commit as the change
 * itself, and so is the notice: whoever is killed leaves either all of it or nothing. Of one thread.
 */
final class TableTransaction {

    /** A gateway that stops in the middle, with its machine, must not keep the others from changing anything: the database ends its transaction. */
    private static final String BOUNDS =
            "set local lock_timeout = '20s'; set local idle_in_transaction_session_timeout = '30s'";

    private static final String LOCK = "select version from table_version where name = ? for update";
    private static final String FIRST =
            "insert into table_version (name, version) values (?, 0) on conflict do nothing";
    private static final String CHANGE = "update table_version set version = ? where name = ?";

    private final DataSource database;
    private final TableVersions versions;
    private final Map<String, Long> locked = new LinkedHashMap<>();
    private final Set<String> changed = new TreeSet<>();

    TableTransaction(DataSource database, TableVersions versions) {
        this.database = database;
        this.versions = versions;
    }

    /** Before all else. */
    void begin() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(BOUNDS);
        }
    }

    /** Does the work when no other gateway is at the table, and this one has what it holds in memory. */
    <T> T include(String table, Supplier<T> work, Predicate<T> changes) throws SQLException {
        if (!locked.containsKey(table)) {
            long stored = lock(table);
            locked.put(table, stored);
            if (versions.isOutdated(table, stored)) {
                versions.reload(table, stored);
            }
        }
        T done = work.get();
        if (changes.test(done)) {
            changed.add(table);
        }
        return done;
    }

    private long lock(String table) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setString(1, table);
            long stored = version(lock);
            if (stored >= 0) {
                return stored;
            }
            try (PreparedStatement first = connection.prepareStatement(FIRST)) {
                first.setString(1, table);
                first.executeUpdate();
            }
            return version(lock);
        }
    }

    private static long version(PreparedStatement lock) throws SQLException {
        try (ResultSet row = lock.executeQuery()) {
            return row.next() ? row.getLong(1) : -1;
        }
    }

    /** After all else, before the commit: the others are told by it. */
    void announce() throws SQLException {
        for (String table : changed) {
            long version = locked.get(table) + 1;
            try (Connection connection = database.getConnection();
                    PreparedStatement change = connection.prepareStatement(CHANGE + "; " + ChangeListener.NOTIFY)) {
                change.setLong(1, version);
                change.setString(2, table);
                change.setString(3, table);
                change.execute();
            }
            versions.changing(table, version);
        }
    }

    /** What is different when it is committed, with the version of each. */
    Map<String, Long> changes() {
        Map<String, Long> changes = new LinkedHashMap<>();
        locked.forEach((table, stored) -> {
            if (changed.contains(table)) {
                changes.put(table, stored + 1);
            }
        });
        return changes;
    }
}
