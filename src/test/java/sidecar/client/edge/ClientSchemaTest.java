package sidecar.client.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** What the migrations make of clients that are there already. */
class ClientSchemaTest {

    private static void migrate(DataSource source, String version) {
        Flyway.configure(ClientSchemaTest.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration")
                .target(version)
                .load()
                .migrate();
    }

    @Test
    void aClientOfAnOlderVersionIsAnsweredAsBefore() throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:clients;DB_CLOSE_DELAY=-1");
        migrate(source, "9");
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into client (id, name, enabled, sha256, hint, models, cidrs, may_pin, environment,"
                            + " created_ms, updated_ms) values ('cli_1', 'ann', true, 'ab', 'tok', '[]', '[]', true, false, 1, 2)");

            migrate(source, "10");

            try (ResultSet row = statement.executeQuery("select may_pin, strict_translation, heartbeat from client")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getBoolean("may_pin")).isTrue();
                assertThat(row.getBoolean("strict_translation")).isFalse();
                assertThat(row.getString("heartbeat")).isEqualTo("comment");
            }
            statement.execute("shutdown");
        }
    }
}
