package sidecar.database.edge;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import sidecar.console.ChangeNotices;
import sidecar.console.TableVersions;

/** Of gateways that share a PostgreSQL: a version of each table, which its changes make higher, and a notice with the commit. Thread-safe. */
final class PostgresChangeNotices implements ChangeNotices {

    private static final System.Logger LOG = System.getLogger(PostgresChangeNotices.class.getName());

    private static final String ANNOUNCE = "insert into table_version (name, version) values (?, 1)"
            + " on conflict (name) do update set version = table_version.version + 1 returning version";

    /** What the thread is at. */
    private static final ThreadLocal<TableTransaction> CURRENT = new ThreadLocal<>();

    private final TableVersions versions;
    private final DataSource database;
    private final UserTransaction transactions;
    private final Executor executor;
    private final Set<String> unannounced = ConcurrentHashMap.newKeySet();

    /**
     * @param transactions those of the thread that asks, in which the database's connections take part
     * @param executor may block
     */
    PostgresChangeNotices(
            TableVersions versions, DataSource database, UserTransaction transactions, Executor executor) {
        this.versions = versions;
        this.database = database;
        this.transactions = transactions;
        this.executor = executor;
    }

    @Override
    public void subscribe(String table, Runnable reload) {
        versions.subscribe(table, reload);
    }

    @Override
    public <T> T change(String table, Supplier<T> work, Predicate<T> changed) {
        TableTransaction outer = CURRENT.get();
        try {
            return outer == null ? begin(table, work, changed) : outer.include(table, work, changed);
        } catch (SQLException | NotSupportedException | SystemException failed) {
            throw new IllegalStateException("the " + table + " cannot be changed: " + failed.getMessage(), failed);
        } catch (RollbackException | HeuristicMixedException | HeuristicRollbackException failed) {
            throw new IllegalStateException("the change of the " + table + " was not committed", failed);
        }
    }

    private <T> T begin(String table, Supplier<T> work, Predicate<T> changed)
            throws SQLException, NotSupportedException, SystemException, RollbackException, HeuristicMixedException,
                    HeuristicRollbackException {
        TableTransaction transaction = new TableTransaction(database, versions);
        boolean committed = false;
        T done;
        transactions.begin();
        CURRENT.set(transaction);
        try {
            transaction.begin();
            done = transaction.include(table, work, changed);
            transaction.announce();
            transactions.commit();
            committed = true;
        } finally {
            CURRENT.remove();
            if (!committed) {
                // whoever does not hear of a commit does not know whether it was one
                versions.forget(transaction.changes().keySet());
            }
            if (transactions.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transactions.rollback();
            }
        }
        transaction.changes().forEach(versions::tryToReload);
        return done;
    }

    @Override
    public void announce(String table) {
        unannounced.add(table);
        executor.execute(this::sendUnannounced);
    }

    /** Tells what could not be told yet. Blocks on the database. */
    void sendUnannounced() {
        for (String table : List.copyOf(unannounced)) {
            // before it is sent: what is announced meanwhile may be another change
            unannounced.remove(table);
            try {
                send(table);
            } catch (SQLException | RuntimeException notNow) {
                unannounced.add(table);
                versions.forget(Set.of(table));
                LOG.log(System.Logger.Level.DEBUG, "a change of " + table + " is not announced yet", notNow);
                return;
            }
        }
    }

    private void send(String table) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement announce = connection.prepareStatement(ANNOUNCE);
                PreparedStatement tell = connection.prepareStatement(ChangeListener.NOTIFY)) {
            connection.setAutoCommit(false);
            announce.setString(1, table);
            try (ResultSet row = announce.executeQuery()) {
                row.next();
                versions.changing(table, row.getLong(1));
            }
            tell.setString(1, table);
            tell.execute();
            connection.commit();
            connection.setAutoCommit(true);
        }
    }
}
