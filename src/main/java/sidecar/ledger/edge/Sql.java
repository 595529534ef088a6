package sidecar.ledger.edge;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** JDBC without its ceremony: parameters are always bound, whatever is opened is closed, failures are unchecked. */
public final class Sql {

    private static final int FETCHED = 1_000;

    private Sql() {}

    /** A statement failed; the transaction it was part of is lost. */
    static final class DatabaseException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DatabaseException(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Reads one row. */
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Is handed one row after the other. */
    public interface Visitor {
        void visit(ResultSet row) throws SQLException;
    }

    /** Works on a connection. */
    public interface Work {
        void on(Connection connection) throws SQLException;
    }

    /** A query that runs when its rows are asked for. */
    public record Query(DataSource database, String text, List<?> parameters) {

        public void each(Visitor visitor) {
            // in a transaction: outside of one, PostgreSQL's driver holds all rows at once, whatever the fetch size
            atomically(database, connection -> Sql.each(connection, text, parameters, visitor));
        }

        public <T> List<T> all(Reader<T> reader) {
            List<T> all = new ArrayList<>();
            each(row -> all.add(reader.read(row)));
            return all;
        }

        <T> Optional<T> first(Reader<T> reader) {
            return all(reader).stream().findFirst();
        }
    }

    private static void each(Connection connection, String text, List<?> parameters, Visitor visitor)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, text, parameters)) {
            statement.setFetchSize(FETCHED);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    visitor.visit(rows);
                }
            }
        }
    }

    /** All rows of a query that is part of what the connection does. */
    static <T> List<T> all(Connection connection, String text, List<?> parameters, Reader<T> reader)
            throws SQLException {
        List<T> all = new ArrayList<>();
        each(connection, text, parameters, row -> all.add(reader.read(row)));
        return all;
    }

    /** The first of {@link #all}. */
    static <T> Optional<T> first(Connection connection, String text, List<?> parameters, Reader<T> reader)
            throws SQLException {
        return all(connection, text, parameters, reader).stream().findFirst();
    }

    public static Query query(DataSource database, String text, List<?> parameters) {
        return new Query(database, text, parameters);
    }

    static void update(DataSource database, Work work) {
        try (Connection connection = database.getConnection()) {
            work.on(connection);
        } catch (SQLException failed) {
            throw new DatabaseException(failed);
        }
    }

    /**
     * All of {@code work}, or nothing of it: in the container's transaction or, where there is none, such as while the
     * application is being taken down, in one of its own.
     */
    public static void atomically(DataSource database, Work work) {
        update(database, connection -> {
            if (!connection.getAutoCommit()) {
                work.on(connection);
                return;
            }
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                work.on(connection);
                connection.commit();
                done = true;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        });
    }

    /** Executes one statement. @return how many rows were changed */
    static int update(DataSource database, String text, List<?> parameters) {
        int[] changed = new int[1];
        update(database, connection -> changed[0] = execute(connection, text, parameters));
        return changed[0];
    }

    /** Executes one statement. @return how many rows were changed */
    static int execute(Connection connection, String text, List<?> parameters) throws SQLException {
        try (PreparedStatement statement = prepare(connection, text, parameters)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String text, List<?> parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text);
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
        return statement;
    }
}
