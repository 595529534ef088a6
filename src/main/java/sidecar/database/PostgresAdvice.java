package sidecar.database;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can do about a PostgreSQL that cannot be used, by the SQLSTATE of its error (PostgreSQL's manual, appendix "Error Codes"; those of class
 * 08 are the JDBC driver's own).
 */
public final class PostgresAdvice {

    /** On one that refuses writes. */
    public static final String READ_ONLY = "it may only be read: SIDECAR_DB_URL must name the primary, not a standby";

    private static final Map<String, String> BY_STATE = Map.of(
            "25006",
            READ_ONLY,
            "3D000",
            "create it first, with SIDECAR_DB_USER as its owner: createdb --owner=USER DATABASE",
            "42501",
            "let SIDECAR_DB_USER make tables there: GRANT USAGE, CREATE ON SCHEMA public TO USER",
            "53300",
            "raise max_connections: each Sidecar takes up to 17 connections",
            "57P03",
            "start again when it accepts connections");

    private static final Map<String, String> BY_CLASS = Map.of(
            "08",
            "check host and port in SIDECAR_DB_URL, and whether PostgreSQL runs there and lets this machine in",
            "28",
            "check SIDECAR_DB_USER and SIDECAR_DB_PASSWORD, and what pg_hba.conf allows this machine",
            "53",
            "it lacks memory, disk or connections: its log says which");

    private PostgresAdvice() {}

    /**
     * The advice, as the end of a sentence.
     *
     * @param state five characters; null where there is none
     * @param message the error's own words
     * @return empty where the words have to do
     */
    static Optional<String> on(@Nullable String state, String message) {
        if (state == null || state.length() != 5) {
            return Optional.empty();
        }
        String kind = state.substring(0, 2);
        if (kind.equals("08") && (message.contains("SSL") || message.contains("PKIX") || message.contains("TLS"))) {
            return Optional.of(
                    "check sslmode and sslrootcert in SIDECAR_DB_URL, and the certificate that the server shows");
        }
        return Optional.ofNullable(BY_STATE.getOrDefault(state, BY_CLASS.get(kind)));
    }
}
