package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.database.DatabaseStartCheck;
import sidecar.database.edge.PostgresServer;
import sidecar.kit.FreePorts;
import sidecar.kit.Postgres;
import sidecar.kit.RunScript;
import sidecar.settings.Settings;

/** A PostgreSQL that cannot be used ends a start with one line: what it is, and what to do. */
class PostgresStartIT {

    private static Postgres postgres;

    @TempDir
    private Path home;

    @BeforeAll
    static void make() {
        postgres = Postgres.start();
        postgres.psql("postgres", "create database latin encoding 'LATIN1' template template0");
        postgres.psql("postgres", "create database standby");
        postgres.psql("postgres", "alter database standby set default_transaction_read_only = on");
        postgres.psql("postgres", "create database foreigners");
        postgres.psql("postgres", "create role stranger login password '" + Postgres.PASSWORD + "'");
        postgres.psql("foreigners", "revoke create on schema public from public");
    }

    @AfterAll
    static void end() {
        postgres.close();
    }

    private static Connection connect(String database, String user, String password) throws SQLException {
        return DriverManager.getConnection(postgres.url(database), user, password);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            latin      | sidecar  | its encoding is LATIN1, and names may hold any character: create the database with --encoding=UTF8
            standby    | sidecar  | it may only be read: SIDECAR_DB_URL must name the primary, not a standby
            foreigners | stranger | SIDECAR_DB_USER may not make tables there: GRANT USAGE, CREATE ON SCHEMA public TO USER
            """)
    void whatItIsDecides(String database, String user, String refusal) throws SQLException {
        try (Connection connection = connect(database, user, Postgres.PASSWORD)) {
            assertThat(PostgresServer.of(connection).refusal()).contains(refusal);
        }
    }

    @Test
    void anEmptyDatabaseWillDo() throws SQLException {
        try (Connection connection = connect("sidecar", "sidecar", Postgres.PASSWORD)) {
            assertThat(PostgresServer.of(connection).refusal()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sidecar                    | nobody  | secret-of-the-database | check SIDECAR_DB_USER and SIDECAR_DB_PASSWORD
            sidecar                    | sidecar | another                | check SIDECAR_DB_USER and SIDECAR_DB_PASSWORD
            none                       | sidecar | secret-of-the-database | createdb --owner=USER DATABASE
            sidecar?sslmode=require    | sidecar | secret-of-the-database | check sslmode and sslrootcert in SIDECAR_DB_URL
            """)
    void itsOwnErrorsComeWithAdvice(String database, String user, String password, String advice) {
        DatabaseStartCheck check = new DatabaseStartCheck(
                new Settings(Map.of("SIDECAR_DATA_DIR", home.toString(), "SIDECAR_DB_URL", postgres.url(database))));

        assertThat(refused(database, user, password, check))
                .startsWith("the database jdbc:postgresql://127.0.0.1:" + postgres.port() + "/")
                .contains(" cannot be opened: ", advice)
                .doesNotContain("secret", "sslmode=require");
    }

    private static String refused(String database, String user, String password, DatabaseStartCheck check) {
        try (Connection connection = connect(database, user, password)) {
            throw new AssertionError("opened " + connection);
        } catch (SQLException e) {
            return check.unopened(e.getSQLState(), e.getMessage());
        }
    }

    @Test
    void theStartEndsWithOneLine() throws IOException {
        RunScript nowhere = start("nowhere", "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/sidecar");
        RunScript unknown = start("unknown", "jdbc:postgresql://nowhere.invalid/sidecar");

        assertThat(line(nowhere))
                .contains("refused", "check host and port in SIDECAR_DB_URL, and whether PostgreSQL runs there");
        assertThat(line(unknown)).contains("the host nowhere.invalid cannot be resolved", "check host and port");
    }

    private RunScript start(String name, String url) throws IOException {
        Path directory = Files.createDirectory(home.resolve(name));
        Files.createSymbolicLink(directory.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        Map<String, String> environment = new HashMap<>(postgres.environment());
        environment.put("SIDECAR_DB_URL", url);
        environment.put("SIDECAR_ENCRYPTION_KEY", OwnSidecar.KEY);
        environment.put("SIDECAR_ADMIN_TOKEN", OwnSidecar.ADMIN);
        return RunScript.start(directory, environment);
    }

    private static String line(RunScript start) {
        assertThat(start.exitStatus()).as(start.text()).isEqualTo(3);
        return start.output().stream()
                .filter(line -> line.startsWith("sidecar: refusing to start: "))
                .reduce((one, two) -> {
                    throw new AssertionError("two lines: " + one + "\n" + two);
                })
                .orElseThrow(() -> new AssertionError("no line in " + start.text()));
    }
}
