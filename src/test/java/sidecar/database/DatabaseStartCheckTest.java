package sidecar.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.settings.Settings;

class DatabaseStartCheckTest {

    @TempDir
    private Path home;

    private DatabaseStartCheck check() {
        return new DatabaseStartCheck(new Settings(Map.of("SIDECAR_DATA_DIR", home.toString())));
    }

    private Path data() {
        return home.resolve("sidecar.mv.db");
    }

    private void used() throws IOException {
        Files.createDirectory(home.resolve("ledger"));
    }

    private void makeDatabase() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + home.resolve("sidecar"), "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("create table t (id int primary key, x varchar)");
            statement.execute("insert into t select x, random_uuid() from system_range(1, 5000)");
            // on a slow machine H2 would leave free space at the file's end, which may be cut off without any loss
            statement.execute("shutdown compact");
        }
    }

    @Test
    void aFreshInstallMayBegin() {
        assertThat(check().refusal()).isEmpty();
        assertThat(check().emptiness()).isEmpty();
    }

    @Test
    void aWholeDatabaseMayBeOpened() throws Exception {
        makeDatabase();
        used();

        assertThat(check().refusal()).isEmpty();
    }

    @Test
    void aMissingDatabaseIsNoFreshInstallWhereOneWasUsed() throws IOException {
        used();

        assertThat(check().refusal().orElseThrow())
                .contains(data() + " is missing", home.resolve("ledger").toString(), "deploy/sidecar restore");
        assertThat(check().emptiness()).isPresent();
    }

    @Test
    void backupsShowThatThereWasADatabaseAndTheNewestOneIsNamed() throws IOException {
        Path backups = Files.createDirectory(home.resolve("backups"));
        Files.write(backups.resolve("sidecar-20261125-030000.zip"), new byte[1]);
        Files.write(backups.resolve("sidecar-20261126-030000.zip"), new byte[1]);

        assertThat(check().refusal().orElseThrow())
                .contains("deploy/sidecar restore " + backups.resolve("sidecar-20261126-030000.zip"));
    }

    @Test
    void aDatabasePutAsideByARestoreThatBrokeOffIsATrace() throws IOException {
        Path aside = home.resolve("sidecar.mv.db.before-restore-20261126-030000");
        Files.write(aside, new byte[1]);

        assertThat(check().refusal().orElseThrow()).contains(aside.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4096, 8192})
    void whatHoldsNoMoreThanAHeaderIsEmpty(int bytes) throws Exception {
        makeDatabase();
        Files.write(data(), Arrays.copyOf(Files.readAllBytes(data()), bytes));
        used();

        assertThat(check().refusal().orElseThrow()).contains("is empty");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.5, 0.9, 0.99})
    void aDatabaseThatWasCutIsNotOpened(double share) throws Exception {
        makeDatabase();
        byte[] whole = Files.readAllBytes(data());
        Files.write(data(), Arrays.copyOf(whole, (int) (share * whole.length)));

        assertThat(check().refusal().orElseThrow()).contains("was cut", "deploy/sidecar restore");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.5, 0.9, 0.99})
    void itsNewestChunkNeedNotBeTheLastInTheFile(double share) throws Exception {
        try (MVStore store = new MVStore.Builder()
                .fileName(data().toString())
                .autoCommitDisabled()
                .open()) {
            store.setRetentionTime(0);
            fill(store.openMap("first"));
            fill(store.openMap("second"));
            store.removeMap("first");
            for (int i = 0; i < 20; i++) {
                store.openMap("small").put("k", "v" + i);
                store.commit();
            }
            store.close(0);
        }
        byte[] whole = Files.readAllBytes(data());
        assertThat(check().refusal()).isEmpty();
        String header = new String(whole, 0, 100, StandardCharsets.ISO_8859_1);
        Matcher newest = Pattern.compile("block:([0-9a-f]+)").matcher(header);
        assertThat(newest.find()).isTrue();
        assertThat(Long.parseLong(newest.group(1), 16) * 4096).isLessThan(whole.length / 4);

        Files.write(data(), Arrays.copyOf(whole, (int) (share * whole.length)));

        assertThat(check().refusal().orElseThrow()).contains("deploy/sidecar restore");
    }

    private static void fill(MVMap<String, String> map) {
        for (int i = 0; i < 5_000; i++) {
            map.put("key" + i, UUID.randomUUID().toString());
        }
        map.getStore().commit();
    }

    @Test
    void aDatabaseOfAnotherServerIsItsOwnAffair() throws IOException {
        used();
        DatabaseStartCheck check = new DatabaseStartCheck(new Settings(Map.of(
                "SIDECAR_DATA_DIR",
                home.toString(),
                "SIDECAR_DB_URL",
                "jdbc:postgresql://db/sidecar?password=secret")));

        assertThat(check.refusal()).isEmpty();
        assertThat(check.emptiness()).isEmpty();
        assertThat(check.unopened(null, "no route"))
                .isEqualTo("the database jdbc:postgresql://db/sidecar cannot be opened: no route");
    }
}
