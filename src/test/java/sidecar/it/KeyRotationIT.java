package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.Reply;
import sidecar.kit.RunScript;
import sidecar.kit.Shell;
import sidecar.kit.StubUpstream;
import sidecar.vault.KeyVault;

/** A change of the encryption key, as operators make it. */
class KeyRotationIT {

    private static final String ADMIN = "admin-token-of-this-test";
    private static final String OTHER_KEY = "fedcba98".repeat(8);
    private static final String KEY = "SIDECAR_ENCRYPTION_KEY=";
    private static final String PREVIOUS = "SIDECAR_ENCRYPTION_KEY_PREVIOUS=";

    @TempDir
    private Path home;

    private final StubUpstream upstream = new StubUpstream();
    private RunScript server;
    private Gateway gateway;

    @BeforeEach
    void layOut() throws IOException {
        Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
    }

    @AfterEach
    void end() {
        server.close();
        upstream.close();
    }

    private void start(Map<String, String> more) {
        server = run(more).ready();
        gateway = new Gateway(server.port(), ADMIN);
    }

    private RunScript run(Map<String, String> more) {
        Map<String, String> environment = new ConcurrentHashMap<>(more);
        environment.put("SIDECAR_ADMIN_TOKEN", ADMIN);
        environment.put("SIDECAR_HEALTH_PROBE_MODE", "off");
        return RunScript.start(home, environment);
    }

    private void stop() {
        server.terminate();
        server.exitStatus();
    }

    private String sidecar(String command) {
        return Shell.run("env -i PATH=\"$PATH\" SIDECAR_PORT=" + server.port() + " SIDECAR_ADMIN_TOKEN=" + ADMIN
                + " SIDECAR_DATA_DIR=" + home.resolve("data") + " deploy/sidecar " + command);
    }

    private Path secrets() {
        return home.resolve("data/sidecar.env");
    }

    private String inFile(String prefix) throws IOException {
        return Files.readAllLines(secrets()).stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst()
                .orElse("");
    }

    private Connection database() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:file:" + home.resolve("data/sidecar"), "sa", "");
    }

    /** The ids of the keys with which anything in any table is sealed. */
    private List<String> keysInUse() throws SQLException {
        List<String> used = new ArrayList<>();
        try (Connection database = database();
                Statement columns = database.createStatement();
                ResultSet found = columns.executeQuery("select table_name, column_name from information_schema.columns"
                        + " where table_schema = 'PUBLIC' and data_type like 'CHARACTER%'")) {
            while (found.next()) {
                String column = '"' + found.getString(2) + '"';
                try (Statement values = database.createStatement();
                        ResultSet ids = values.executeQuery("select distinct substring(" + column + ", 4, 8) from \""
                                + found.getString(1) + "\" where " + column + " like 'v1:________:%'")) {
                    while (ids.next()) {
                        used.add(ids.getString(1));
                    }
                }
            }
        }
        return used.stream().distinct().toList();
    }

    private static String idOf(String key) {
        return new KeyVault(key, Optional.empty()).keyId();
    }

    private void providers(int many) {
        for (int i = 0; i < many; i++) {
            Draft draft = Draft.of("p" + i)
                    .at(upstream)
                    .serves("m" + i, "n" + i)
                    .with("api_key", "sk-original-" + i + "-0001");
            JsonNode made = gateway.create(draft);
            gateway.update(made.path("id").asText(), "{\"headers\":{\"X-Extra\":\"header-secret-" + i + "\"}}");
        }
    }

    /** Then the operator changes it once more, in the environment. */
    @Test
    void underLoadNoRequestFailsNoEditIsLostAndTheOldKeyIsUselessAfterwards() throws Exception {
        start(Map.of());
        providers(20);
        gateway.set("window_seconds", "3600");
        gateway.create(Draft.of("limited").at(upstream).serves("limited", "n").with("rpm_limit", 3));
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.chat("limited").status()).isEqualTo(200);
        }
        String old = inFile(KEY);
        String backup = gateway.backUp().path("name").asText();
        assertThat(restoring(backup)).contains("can be restored");
        AtomicBoolean over = new AtomicBoolean();
        List<String> failures = new CopyOnWriteArrayList<>();
        Map<String, String> acknowledged = new ConcurrentHashMap<>();
        AtomicInteger answered = new AtomicInteger();
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int n = i;
            load.add(new Thread(() -> ask(n, over, failures, answered)));
            load.add(new Thread(() -> edit(n, over, failures, acknowledged)));
        }
        load.forEach(Thread::start);

        String said = "";
        for (int i = 1; i <= 5; i++) {
            int asked = 20 * i;
            Await.until(
                    () -> answered.get() > asked && acknowledged.size() == 4, "requests and edits before the next one");
            said = sidecar("rotate-key");
        }
        Await.until(() -> answered.get() > 120, "requests after the last one");
        over.set(true);
        for (Thread thread : load) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(said).contains("\"status\":\"rotated\"").contains("Done: ").doesNotContain(inFile(KEY));
        assertThat(Json.read(said.lines().findFirst().orElseThrow())
                        .path("resealed")
                        .asInt())
                .as("20 keys, 20 headers, one key, the vault's own")
                .isEqualTo(42);
        assertThat(inFile(KEY)).matches("[0-9a-f]{64}").isNotEqualTo(old);
        assertThat(inFile(PREVIOUS)).isEmpty();
        assertThat(restoring(backup)).contains("cannot be restored", "made under another encryption key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets())))
                .isEqualTo("rw-------");

        stop();
        assertThat(keysInUse()).singleElement().isNotEqualTo(idOf(old));
        String next = "12".repeat(32);
        start(Map.of("SIDECAR_ENCRYPTION_KEY", next, "SIDECAR_ENCRYPTION_KEY_PREVIOUS", inFile(KEY)));
        Files.writeString(secrets(), "");
        assertThat(sidecar("rotate-key")).contains("Take SIDECAR_ENCRYPTION_KEY_PREVIOUS out");
        assertThat(sidecar("rotate-key")).contains("openssl rand -hex 32").doesNotContain(next);
        assertThat(gateway.provider("limited").path("window_used").asInt())
                .as("the window is still full: the group is the same under another key")
                .isEqualTo(3);
        upstream.forget();
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.chat("m" + i).status()).isEqualTo(200);
            assertThat(upstream.received().get(i).key())
                    .isEqualTo(acknowledged.getOrDefault("p" + i, "sk-original-" + i + "-0001"));
            assertThat(upstream.received().get(i).header("X-Extra")).isEqualTo("header-secret-" + i);
        }
        stop();
        assertThat(keysInUse()).singleElement().isEqualTo(idOf(next));
    }

    private void ask(int n, AtomicBoolean over, List<String> failures, AtomicInteger answered) {
        while (!over.get()) {
            Reply reply = gateway.chat("m" + n);
            if (reply.status() == 200) {
                answered.incrementAndGet();
            } else {
                failures.add(reply.toString());
            }
        }
    }

    private void edit(int n, AtomicBoolean over, List<String> failures, Map<String, String> acknowledged) {
        String id = gateway.provider("p" + n).path("id").asText();
        for (int i = 0; !over.get(); i++) {
            String key = "sk-edited-" + n + "-" + i + "-0001";
            Reply reply = gateway.admin("PUT", "/backends/" + id, "{\"api_key\":\"" + key + "\"}");
            if (reply.status() == 200) {
                acknowledged.put("p" + n, key);
            } else {
                failures.add(reply.toString());
            }
            Await.sleep(Duration.ofMillis(5));
        }
    }

    @Test
    void aKillInTheMiddleLeavesEveryRowReadable() throws Exception {
        start(Map.of());
        providers(50);
        Random random = new Random(4711);
        for (int round = 0; round < 3; round++) {
            String old = inFile(KEY);
            // as deploy/sidecar rotate-key writes it
            Files.writeString(
                    secrets(), PREVIOUS + old + "\n" + KEY + String.format("%064x", round + 0x1234567L) + "\n");
            Thread rotation = new Thread(() -> {
                try {
                    gateway.admin("POST", "/keys/rotate", "");
                } catch (RuntimeException | AssertionError killed) {
                    // that is what is to happen
                }
            });
            rotation.start();
            Await.sleep(Duration.ofMillis(random.nextInt(40)));
            server.kill();
            rotation.join();
            start(Map.of());

            assertThat(server.text()).doesNotContain("cannot be opened");
            assertThat(gateway.providers()).hasSize(50).allSatisfy(one -> {
                assertThat(one.path("api_key").asText()).contains("****");
                assertThat(one.path("headers").path("X-Extra").asText()).contains("****");
            });
            assertThat(sidecar("rotate-key")).contains("The rotation is finished");
            assertThat(inFile(PREVIOUS)).isEmpty();
        }
        assertThat(gateway.chat("m49").status()).isEqualTo(200);
        stop();
        assertThat(keysInUse()).singleElement().isEqualTo(idOf(inFile(KEY)));
    }

    private String restoring(String backup) {
        return gateway.admin("POST", "/backups/" + backup + "/restore", "").text();
    }

    @Test
    void aSecretThatNoKeyOpensChangesNothingAndIsNamed() throws Exception {
        start(Map.of());
        providers(3);
        assertThat(sidecar("rotate-key")).contains("Done: ");
        String old = inFile(KEY);
        stop();
        try (Connection database = database();
                Statement statement = database.createStatement()) {
            statement.executeUpdate("update provider set headers = 'v1:00000000:00:00' where name = 'p1'");
        }
        start(Map.of());
        assertThat(gateway.chat("m0").status())
                .as("with nothing but the key that rotate-key has written")
                .isEqualTo(200);

        Files.writeString(secrets(), PREVIOUS + old + "\n" + KEY + OTHER_KEY + "\n");
        Reply refused = gateway.admin("POST", "/keys/rotate", "");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("unreadable").path(0).asText()).isEqualTo("provider p1: headers");
        assertThat(refused.json().path("detail").asText()).startsWith("Nothing was changed: ");
        gateway.update(gateway.provider("p1").path("id").asText(), "{\"notes\":\"an edit of something else\"}");
        assertThat(gateway.admin("POST", "/keys/rotate", "").status())
                .as("what cannot be read is not thrown away by the way")
                .isEqualTo(409);

        gateway.update(gateway.provider("p1").path("id").asText(), "{\"headers\":{\"X-Extra\":\"entered again 1\"}}");
        assertThat(sidecar("rotate-key")).contains("The rotation is finished");
        stop();
        assertThat(keysInUse()).hasSize(1);
    }
}
