package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Operator;
import sidecar.kit.Reply;
import sidecar.kit.RunScript;

/**
 * Backups are made while it serves, and bring everything back; what is damaged or lost is never taken for new. One server for all
 * tests, which begin without providers; backups and what it has counted before stay.
 */
class BackupIT {

    @TempDir
    private static Path home;

    private static OwnSidecar sidecar;

    @BeforeAll
    static void layOut() {
        sidecar = new OwnSidecar(home);
    }

    @BeforeEach
    void serve() {
        if (sidecar.server() == null || !sidecar.server().alive()) {
            sidecar.start();
        }
        sidecar.gateway().clear();
    }

    @AfterAll
    static void end() {
        sidecar.close();
    }

    private static Reply admin(String method, String path) {
        return sidecar.gateway().admin(method, path, "");
    }

    private static Reply as(String token, String path) {
        return sidecar.gateway().get("/api/admin" + path, "Authorization", "Bearer " + token);
    }

    private static Path database() {
        return sidecar.data().resolve("sidecar.mv.db");
    }

    @Test
    void whatWasBackedUpUnderLoadComesBackAfterTheDataDirectoryIsLost() {
        new RestoreDrill(sidecar).run(3, 4, Duration.ofSeconds(2));
    }

    @Test
    void backupsAreMadeListedDownloadedAndDeletedByAdminsAndOnlyListedForViewers() throws IOException {
        sidecar.gateway().create(Draft.of("one").at(sidecar.upstream()).serves(OwnSidecar.MODEL, "n"));

        JsonNode made = sidecar.gateway().backUp();

        String name = made.path("name").asText();
        assertThat(made.path("contents").path("rows").path("provider").asInt()).isEqualTo(1);
        JsonNode list = as(OwnSidecar.VIEWER, "/backups").json();
        assertThat(list.path("items")).anySatisfy(item -> assertThat(item).isEqualTo(made));
        assertThat(list.path("directory").asText())
                .isEqualTo(sidecar.data().resolve("backups").toString());
        assertThat(list.path("failure").isNull()).isTrue();
        assertThat(sidecar.gateway().metric("sidecar_backup_last_success_timestamp_seconds"))
                .isGreaterThan(1.7e9);

        Reply zip = as(OwnSidecar.ADMIN, "/backups/" + name);
        assertThat(zip.status()).isEqualTo(200);
        assertThat(zip.header("Content-Type")).isEqualTo("application/zip");
        assertThat(zip.header("Content-Disposition")).isEqualTo("attachment; filename=\"" + name + '"');
        assertThat(zip.body())
                .isEqualTo(Files.readAllBytes(sidecar.data().resolve("backups").resolve(name)));
        Reply refused = as(OwnSidecar.VIEWER, "/backups/" + name);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("detail").asText()).contains("hold everything");
        assertThat(sidecar.gateway().get("/api/admin/backups/" + name).status()).isEqualTo(401);
        for (String elsewhere :
                List.of("sidecar.env", "..%2Fsidecar.env", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/sidecar.lock")) {
            assertThat(as(OwnSidecar.ADMIN, "/backups/" + elsewhere).status())
                    .as(elsewhere)
                    .isIn(400, 404);
            assertThat(admin("DELETE", "/backups/" + elsewhere).status())
                    .as(elsewhere)
                    .isIn(400, 404, 405);
        }

        Reply restore = admin("POST", "/backups/" + name + "/restore");
        assertThat(restore.status()).isEqualTo(409);
        assertThat(restore.json().path("command").asText()).contains("deploy/sidecar restore ", name);

        Path copy = Files.copy(
                sidecar.data().resolve("backups").resolve(name),
                sidecar.data().resolve("backups").resolve("sidecar-20200101-000000.zip"));
        Files.write(copy, Arrays.copyOf(Files.readAllBytes(copy), 3000));
        assertThat(admin("POST", "/backups/" + copy.getFileName() + "/restore")
                        .json()
                        .path("detail")
                        .asText())
                .contains("cannot be restored", "damaged or was cut");

        assertThat(admin("DELETE", "/backups/" + name).status()).isEqualTo(200);
        assertThat(admin("DELETE", "/backups/" + name).status()).isEqualTo(404);
        assertThat(as(OwnSidecar.ADMIN, "/backups/" + name).status()).isEqualTo(404);
    }

    @Test
    void aFailureIsAnsweredKeptAndCountedAndOverWithTheNextGoodOne() throws IOException {
        Path file = Files.createFile(home.resolve("no-directory"));
        double failures = sidecar.gateway().metric("sidecar_backup_failures_total");
        sidecar.gateway().set("backup_dir", file.toString());

        Reply failed = admin("POST", "/backups");

        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.json().path("detail").asText()).contains("cannot be written to " + file, "backup_dir");
        assertThat(as(OwnSidecar.VIEWER, "/backups")
                        .json()
                        .path("failure")
                        .path("message")
                        .asText())
                .isEqualTo(failed.json().path("detail").asText());
        admin("POST", "/backups");
        assertThat(sidecar.gateway().metric("sidecar_backup_failures_total") - failures)
                .isEqualTo(2);
        assertThat(sidecar.server().output().stream().filter(line -> line.contains("no backup was made")))
                .hasSize(1);

        sidecar.gateway().set("backup_dir", "elsewhere");
        assertThat(admin("POST", "/backups").status()).isEqualTo(200);
        assertThat(sidecar.data().resolve("elsewhere")).isDirectoryContaining("glob:**.zip");
        assertThat(as(OwnSidecar.VIEWER, "/backups").json().path("failure").isNull())
                .isTrue();
    }

    @Test
    void theDailyOneIsMadeByItselfWhereOneIsMissing() {
        for (JsonNode backup : as(OwnSidecar.VIEWER, "/backups").json().path("items")) {
            admin("DELETE", "/backups/" + backup.path("name").asText());
        }

        Await.until(
                Duration.ofMinutes(5),
                () -> !as(OwnSidecar.VIEWER, "/backups").json().path("items").isEmpty(),
                "a backup without anybody asking");
    }

    @Test
    void theCommandsBackUpAndRestoreInPlaceAndUsageComesBackFromTheJournal() {
        sidecar.gateway().create(Draft.of("one").at(sidecar.upstream()).serves(OwnSidecar.MODEL, "n"));
        int before = sidecar.logged().size();
        sidecar.gateway().chat(OwnSidecar.MODEL);
        Await.until(() -> sidecar.logged().size() == before + 1, "the first request in the log");

        Operator.Said made = sidecar.command(Map.of(), "backup");

        assertThat(made.status()).as(made.text()).isZero();
        String file = made.text().lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
        sidecar.gateway().create(Draft.of("two").at(sidecar.upstream()).serves(OwnSidecar.MODEL, "n"));
        sidecar.gateway().chat(OwnSidecar.MODEL);
        Operator.Said running = sidecar.command(Map.of(), "restore", file);
        assertThat(running.status()).isEqualTo(2);
        assertThat(running.text()).contains("stop it first");
        sidecar.server().terminate();
        sidecar.server().exitStatus();
        assertThat(sidecar.command(Map.of(), "restore").text())
                .contains(Path.of(file).getFileName().toString());

        Operator.Said restored =
                sidecar.command(Map.of(), "restore", Path.of(file).getFileName().toString());
        assertThat(restored.status()).as(restored.text()).isZero();
        sidecar.start();

        assertThat(sidecar.gateway().providers()).hasSize(1);
        assertThat(sidecar.logged()).hasSize(before + 2);
        String back = restored.text()
                .lines()
                .filter(line -> line.startsWith("to go back: "))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".* ", "");
        sidecar.server().terminate();
        sidecar.server().exitStatus();
        assertThat(sidecar.command(Map.of(), "restore", back).status()).isZero();
        assertThat(OwnSidecar.inDatabase(sidecar.data().resolve("sidecar"), "select count(*) from provider"))
                .containsExactly("2");
    }

    @Test
    void aDatabaseThatIsLostOrDamagedEndsTheStartWithTheCommandToType() throws IOException {
        sidecar.gateway().create(Draft.of("one").at(sidecar.upstream()).serves(OwnSidecar.MODEL, "n"));
        String backup = admin("POST", "/backups").json().path("name").asText();
        sidecar.server().terminate();
        sidecar.server().exitStatus();
        byte[] whole = Files.readAllBytes(database());

        Files.delete(database());
        refusesToStart("is missing", backup);
        byte[] zeroed = whole.clone();
        Arrays.fill(zeroed, 0, 8192, (byte) 0);
        Files.write(database(), zeroed);
        refusesToStart("cannot be opened", backup);

        Files.write(database(), whole);
        sidecar.start();
        assertThat(sidecar.gateway().providers()).hasSize(1);
    }

    private void refusesToStart(String why, String backup) {
        try (RunScript refused = sidecar.launch()) {
            assertThat(refused.exitStatus()).as(refused.text()).isEqualTo(3);
            assertThat(refused.output().stream().filter(line -> line.startsWith("sidecar: refusing to start")))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains(why, "deploy/sidecar restore ", backup));
        }
    }
}
