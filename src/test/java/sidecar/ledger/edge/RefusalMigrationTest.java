package sidecar.ledger.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Refusals that a request log of the version before has are counted at the upgrade. */
class RefusalMigrationTest {

    private static final String URL = "jdbc:h2:mem:before-refusals;DB_CLOSE_DELAY=-1";

    private static void logged(Connection database, String client, int attempts, String outcome, int status)
            throws SQLException {
        database.createStatement()
                .execute(
                        "insert into request_log (at_ms, request_id, client, path, stream, model, provider_id, provider_name, pool,"
                                + " attempts, outcome, status, took_us, waited_us, prompt, completion, cached, cache_written, reasoning, cost)"
                                + " values (7200001, 'r', '" + client + "', '/v1/models', false, '', '', '', '', "
                                + attempts + ", '" + outcome + "', " + status
                                + ", 1, 1, 0, 0, 0, 0, 0, 0)");
    }

    @Test
    void whatTheLogHasIsCounted() throws SQLException {
        Flyway.configure().dataSource(URL, "", "").target("12").load().migrate();
        try (Connection database = DriverManager.getConnection(URL)) {
            logged(database, "a", 0, "x", 503);
            logged(database, "a", 0, "x", 503);
            logged(database, "a", 1, "x", 503);
            logged(database, "a", 0, "x", 404);
            logged(database, "b", 0, "x", 0);
            logged(database, "b", 0, "client_gone", 200);

            Flyway.configure().dataSource(URL, "", "").load().migrate();

            var rows = database.createStatement().executeQuery("select hour_utc, client, refused from refusal_hour");
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isEqualTo(2);
            assertThat(rows.getString(2)).isEqualTo("a");
            assertThat(rows.getLong(3)).isEqualTo(2);
            assertThat(rows.next()).isFalse();
        }
    }
}
