package sidecar.database.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.database.Backup;
import sidecar.database.BackupFailedException;
import sidecar.database.BackupFolder;
import sidecar.database.DatabaseStartCheck;
import sidecar.settings.Settings;
import sidecar.vault.KeyVault;

/** A real H2 file, backed up while it is open, and put back. */
class BackupRestoreTest {

    private static final String KEY = "0f".repeat(32);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-26T03:00:00Z"));

    @TempDir
    private Path home;

    private final List<BackupMaker.Stage> stages = new ArrayList<>();
    private Path data;
    private BackupFolder folder;

    @BeforeEach
    void places() {
        data = home.resolve("sidecar.mv.db");
        folder = BackupFolder.of(new Settings(environment(KEY)));
    }

    private Map<String, String> environment(String key) {
        return Map.of("SIDECAR_DATA_DIR", home.toString(), "SIDECAR_ENCRYPTION_KEY", key);
    }

    private JdbcDataSource database() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:file:" + home.resolve("sidecar"));
        source.setUser("sa");
        source.setPassword("");
        return source;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String value(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private static KeyVault vault(String key) {
        return new KeyVault(key, Optional.empty());
    }

    /** The schema as it is, with one setting and one provider's key in it. */
    private void fill() throws SQLException {
        new Migrator(database()).migrate(new DatabaseStartCheck(new Settings(environment(KEY))), Optional::empty);
        execute("insert into setting values ('queue_max_depth', '7', '', 0)");
        execute("insert into provider values ('bkd_1', 1, 'one', '', 'http://x', 'openai-completions', '"
                + vault(KEY).seal("bkd_1", "nvapi-secret")
                + "', '', 1, 1, null, null, null, null, 'window', 'auto', 'primary', 1,"
                + " true, '{}', 'webui', '', '{}', 0, 0)");
    }

    private Backup backUp() throws Exception {
        try (Connection held = database().getConnection()) { // open, as it is while a server runs
            return new BackupMaker(database(), vault(KEY), CLOCK).make(data, folder, stages::add);
        }
    }

    private List<String> files() throws Exception {
        try (Stream<Path> all = Files.list(home)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("sidecar.trace.db")) // H2's own log
                    .sorted()
                    .toList();
        }
    }

    private List<String> restore(Path file, String key) throws Exception {
        return BackupRestore.of(environment(key), CLOCK).from(file);
    }

    @Test
    void aBackupSaysWhatIsInIt() throws Exception {
        fill();

        Backup backup = backUp();

        assertThat(backup.name()).isEqualTo("sidecar-20261126-030000.zip");
        assertThat(backup.verified()).isTrue();
        assertThat(backup.contents().orElseThrow().rows("setting")).isEqualTo(1);
        assertThat(backup.contents().orElseThrow().opened()).isEqualTo(1);
        assertThat(folder.list()).containsExactly(backup);
        assertThat(stages).containsExactly(BackupMaker.Stage.COPYING, BackupMaker.Stage.CHECKING);
        assertThat(home.resolve("backups")).isDirectoryContaining("glob:**.zip").isDirectoryNotContaining("glob:**/.*");
        assertThat(Files.getPosixFilePermissions(folder.path(backup)))
                .allMatch(permission -> permission.name().startsWith("OWNER"));
    }

    @Test
    void twoInOneSecondDoNotGetInEachOthersWay() throws Exception {
        fill();

        assertThat(backUp().name()).isEqualTo("sidecar-20261126-030000.zip");
        assertThat(backUp().name()).isEqualTo("sidecar-20261126-030001.zip");
    }

    @Test
    void aCopyThatTheKeyDoesNotOpenIsNoBackup() throws Exception {
        fill();
        BackupMaker maker = new BackupMaker(database(), vault("ee".repeat(32)), CLOCK);

        assertThatExceptionOfType(BackupFailedException.class)
                .isThrownBy(() -> maker.make(data, folder, stages::add))
                .withMessageContaining("opens none of the 1 provider keys");
        assertThat(folder.directory()).isEmptyDirectory();
    }

    @Test
    void whatWasThereIsPutAsideAndComesBackTheSameWay() throws Exception {
        fill();
        Path backup = folder.path(backUp());
        execute("update setting set content = '8'");

        List<String> said = restore(backup, KEY);

        assertThat(value("select content from setting")).isEqualTo("7");
        Path aside = home.resolve("sidecar.mv.db.before-restore-20261126-030000");
        assertThat(said).anyMatch(line -> line.equals("to go back: deploy/sidecar restore " + aside));
        assertThat(said.get(0)).contains("1 providers, 1 settings");
        assertThat(files())
                .containsExactly("backups", "sidecar.mv.db", aside.getFileName().toString());

        restore(aside, KEY);
        assertThat(value("select content from setting")).isEqualTo("8");
        assertThat(aside).exists();
        assertThat(home.resolve("sidecar.mv.db.before-restore-20261126-030001")).exists();
    }

    @Test
    void itComesBackWhereNothingIsLeft() throws Exception {
        fill();
        Path elsewhere = Files.move(folder.path(backUp()), home.resolve("kept-by-the-operator.zip"));
        Files.delete(data);

        restore(elsewhere, KEY);

        assertThat(value("select content from setting")).isEqualTo("7");
    }

    private void refuses(Path file, Map<String, String> environment, String why) throws Exception {
        List<String> before = files();
        byte[] whole = Files.readAllBytes(data);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);

        int status = BackupRestore.run(new String[] {file.toString()}, environment, CLOCK, err, err);

        assertThat(status).isEqualTo(3);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .startsWith("sidecar: not restored")
                .contains(why);
        assertThat(files()).isEqualTo(before);
        assertThat(Files.readAllBytes(data)).isEqualTo(whole);
    }

    @Test
    void aBackupOfAnotherKeyIsRefusedAndSaysSo() throws Exception {
        fill();
        Path backup = folder.path(backUp());

        refuses(backup, environment("e1".repeat(32)), "made under another encryption key");
        refuses(backup, Map.of("SIDECAR_DATA_DIR", home.toString()), "SIDECAR_ENCRYPTION_KEY is not set");
    }

    @Test
    void whatIsDamagedOrIsNoBackupIsRefused() throws Exception {
        fill();
        Path backup = folder.path(backUp());
        byte[] whole = Files.readAllBytes(backup);
        byte[] flipped = whole.clone();
        Arrays.fill(flipped, whole.length / 2, whole.length / 2 + 100, (byte) 7);
        Path bad = home.resolve("bad.zip");

        refuses(Files.write(bad, Arrays.copyOf(whole, whole.length / 2)), environment(KEY), "damaged or was cut");
        refuses(Files.write(bad, flipped), environment(KEY), "not restored");
        refuses(Files.writeString(bad, "no zip"), environment(KEY), "neither a backup nor a database");
        refuses(Files.write(bad, new byte[0]), environment(KEY), "neither a backup nor a database");
        refuses(home.resolve("missing.zip"), environment(KEY), "NoSuchFile");
    }

    @Test
    void aBackupOfANewerVersionIsRefused() throws Exception {
        fill();
        execute(
                "insert into \"flyway_schema_history\" values (999, '999', 'from the future', 'SQL', 'V999__x.sql', 0, 'sa', now(), 1, true)");
        Path backup = folder.path(backUp());

        refuses(backup, environment(KEY), "newer version of Sidecar (schema 999)");
        assertThat(new Migrator(database())
                        .migrate(new DatabaseStartCheck(new Settings(environment(KEY))), Optional::empty)
                        .orElseThrow())
                .contains("newer version of Sidecar (schema 999)");
    }

    @Test
    void aDatabaseOfAnotherServerIsNotRestoredHere() {
        Map<String, String> environment = new HashMap<>(environment(KEY));
        environment.put("SIDECAR_DB_URL", "jdbc:postgresql://db/sidecar");

        assertThatExceptionOfType(BackupFailedException.class)
                .isThrownBy(() -> BackupRestore.of(environment, CLOCK))
                .withMessageContaining("pg_restore");
    }

    @Test
    void anUpgradeIsPrecededByABackup() throws Exception {
        fill();
        execute("delete from \"flyway_schema_history\" where \"installed_rank\" ="
                + " (select max(\"installed_rank\") from \"flyway_schema_history\")");
        DatabaseStartCheck check = new DatabaseStartCheck(new Settings(environment(KEY)));

        assertThat(new Migrator(database()).migrate(check, () -> Optional.of("no room")))
                .contains("no room");
    }

    @Test
    void anEmptyDatabaseIsNotMadeWhereOneWasUsed() throws Exception {
        Files.createDirectory(home.resolve("ledger"));

        assertThat(new Migrator(database())
                        .migrate(new DatabaseStartCheck(new Settings(environment(KEY))), Optional::empty)
                        .orElseThrow())
                .contains("holds nothing", "deploy/sidecar restore");
    }
}
