package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import sidecar.database.DatabaseStartCheck;
import sidecar.database.edge.HistoryCopy;
import sidecar.database.edge.Migrator;
import sidecar.kit.Postgres;
import sidecar.settings.Settings;

/** What was used goes along when a file of H2 is left for a PostgreSQL. */
class HistoryCopyIT {

    @TempDir
    private Path home;

    private Postgres postgres;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void make() throws SQLException {
        postgres = Postgres.start();
        migrate(file());
        execute(
                "insert into request_log (id, at_ms, request_id, client, path, stream, model, provider_id, provider_name, pool, attempts, outcome, status, took_us, waited_us, first_us,"
                        + " prompt, completion, cached, cache_written, reasoning, cost) select 40 + x, x, 'req-' || x, 'agent', '/v1/chat/completions', true, '小车', 'bkd_1', 'one', 'primary', 1, 'ok',"
                        + " 200, 5, 6, null, 7, 8, 0, 0, 0, 0.000000000000000001 from system_range(1, 2500)");
        execute("insert into refusal_hour values (400000, 'agent', 3)");
        execute(
                "insert into cooldown_event values ('c1', 'bkd_1', 'one', 'group', '', 1, '429', false, 1, 2, null, true)");
    }

    @AfterEach
    void end() {
        postgres.close();
    }

    private JdbcDataSource file() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:file:" + home.resolve("old"));
        source.setUser("sa");
        source.setPassword("");
        return source;
    }

    private DataSource database() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(postgres.url("sidecar"));
        source.setUser("sidecar");
        source.setPassword(Postgres.PASSWORD);
        return source;
    }

    private void migrate(DataSource database) {
        Settings settings = new Settings(Map.of("SIDECAR_DATA_DIR", home.toString()));
        assertThat(new Migrator(database).migrate(new DatabaseStartCheck(settings), Optional::empty))
                .isEmpty();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = file().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int copy() {
        return HistoryCopy.run(
                new String[] {home.resolve("old.mv.db").toString()},
                postgres.environment(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    @Test
    void everyRowArrivesAndThePostgresNumbersItsOwn() {
        migrate(database());

        assertThat(copy()).as(err.toString(UTF_8)).isZero();

        assertThat(out.toString(UTF_8)).contains("copied 2500 rows of request_log", "copied 1 rows of cooldown_event");
        assertThat(
                        postgres.psql(
                                "sidecar",
                                "select id, request_id, model, stream, first_us is null, cost from request_log where at_ms = 2500"))
                .isEqualTo(List.of("2500|req-2500|小车|t|t|0.000000000000000001"));
        assertThat(postgres.psql("sidecar", "select refused from refusal_hour")).isEqualTo(List.of("3"));
        assertThat(postgres.psql("sidecar", "select nextval(pg_get_serial_sequence('request_log', 'id'))"))
                .isEqualTo(List.of("2501"));
    }

    @Test
    void aSecondTimeNothingIsCopied() {
        migrate(database());
        copy();

        assertThat(copy()).isEqualTo(3);

        assertThat(err.toString(UTF_8)).contains("there are rows in refusal_hour of PostgreSQL already");
        assertThat(postgres.psql("sidecar", "select count(*) from request_log")).isEqualTo(List.of("2500"));
    }

    @Test
    void anotherSchemaIsRefused() throws SQLException {
        migrate(database());
        execute("update \"flyway_schema_history\" set \"version\" = '99' where \"installed_rank\" = 1");
        execute("delete from \"flyway_schema_history\" where \"installed_rank\" > 1");

        assertThat(copy()).isEqualTo(3);

        assertThat(err.toString(UTF_8)).contains("the file has schema 99 and PostgreSQL has schema");
        assertThat(postgres.psql("sidecar", "select count(*) from request_log")).isEqualTo(List.of("0"));
    }
}
