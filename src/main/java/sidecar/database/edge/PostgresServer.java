package sidecar.database.edge;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import sidecar.database.PostgresAdvice;

/**
 * What a PostgreSQL says of itself, as far as Sidecar depends on it.
 *
 * @param versionNumber as {@code server_version_num}: 150012 is 15.12
 * @param version for people, such as {@code 15.12 (Debian …)}
 * @param encoding of the database, such as {@code UTF8}
 * @param readOnly whether it is a standby, or was told to refuse writes
 * @param mayWrite whether this user finds Sidecar's tables there, or may make them
 */
public record PostgresServer(int versionNumber, String version, String encoding, boolean readOnly, boolean mayWrite) {

    /** Of 14. */
    private static final int MIN_VERSION = 140_000;

    private static final String QUERY = """
            select current_setting('server_version_num')::int, current_setting('server_version'),
              current_setting('server_encoding'), pg_is_in_recovery() or current_setting('transaction_read_only') = 'on',
              current_schema() is not null
                and (to_regclass('flyway_schema_history') is not null or has_schema_privilege(current_schema(), 'CREATE'))
            """;

    /** Asks it. */
    public static PostgresServer of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            return new PostgresServer(
                    row.getInt(1), row.getString(2), row.getString(3), row.getBoolean(4), row.getBoolean(5));
        }
    }

    /** Why it cannot be Sidecar's database, and what to do; empty when it can. */
    public Optional<String> refusal() {
        if (versionNumber < MIN_VERSION) {
            return Optional.of("it is PostgreSQL " + version + "; Sidecar needs 14 or newer");
        }
        if (!encoding.equals("UTF8")) {
            return Optional.of("its encoding is " + encoding
                    + ", and names may hold any character: create the database with --encoding=UTF8");
        }
        if (readOnly) {
            return Optional.of(PostgresAdvice.READ_ONLY);
        }
        return mayWrite
                ? Optional.empty()
                : Optional.of(
                        "SIDECAR_DB_USER may not make tables there: GRANT USAGE, CREATE ON SCHEMA public TO USER");
    }
}
