package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.FreePorts;
import sidecar.kit.Gateway;
import sidecar.kit.Operator;
import sidecar.kit.StubUpstream;

/** {@code deploy/sidecar start}, {@code status}, {@code stop} and {@code logs}, as typed. */
class OperateIT {

    @TempDir
    private Path home;

    private final int port = FreePorts.next();
    private Operator operator;

    @BeforeEach
    void layOut() throws IOException {
        Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        Map<String, String> environment = new HashMap<>();
        environment.put("SIDECAR_PORT", String.valueOf(port));
        environment.put("SIDECAR_METRICS_PORT", String.valueOf(FreePorts.next()));
        // relative: meant from where the command is typed
        environment.put("SIDECAR_DATA_DIR", "kept/data");
        operator = new Operator(home, environment);
    }

    @AfterEach
    void stop() {
        operator.sidecar("stop");
    }

    private static void assertSaid(Operator.Said said, int status, String... parts) {
        assertThat(said.text()).contains(parts);
        assertThat(said.status()).as(said.text()).isEqualTo(status);
    }

    @Test
    void aServerIsStartedLookedAtAndStopped() throws IOException {
        Operator.Said started = operator.sidecar("start");

        assertSaid(started, 0, "Sidecar is ready at http://127.0.0.1:" + port, "admin token (shown only now, kept in ");
        String token = started.text().replaceAll("(?s).*sidecar.env\\): ([0-9a-f]{48})\\s.*", "$1");
        assertThat(new Gateway(port, token).adminGet("/pools").status()).isEqualTo(200);
        Path log = home.resolve("kept/data/sidecar.log");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(log)).contains("starting Sidecar at").doesNotContain(token);
        assertSaid(operator.sidecar("logs", "-n", "100"), 0, "starting Sidecar at http://127.0.0.1:" + port);
        assertSaid(
                operator.sidecar("status"),
                0,
                "Sidecar is running on " + home.toRealPath().resolve("kept/data"),
                "status: ok",
                "fallback: total: 0");

        assertSaid(operator.sidecar("start"), 2, "running already");

        assertSaid(operator.sidecar("stop"), 0, "stopped");
        assertSaid(operator.sidecar("status"), 3, "not running");
        assertSaid(operator.sidecar("stop"), 0, "not running");

        Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
        Files.createSymbolicLink(elsewhere.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        Operator there = operator.in(elsewhere).with("SIDECAR_DATA_DIR", "../kept/data");
        Operator.Said again = there.sidecar("start");
        assertSaid(again, 0, "ready");
        assertThat(again.text()).doesNotContain("admin token");
        assertThat(home.resolve("kept/data/sidecar.log.1")).exists();
        assertSaid(there.sidecar("stop"), 0, "stopped");
    }

    @Test
    void aPortThatSomebodyElseAnswersOnIsNotTakenForAReadyServer() {
        try (StubUpstream other = new StubUpstream()) {
            other.always(Answers.json(200, "{\"status\":\"ok\"}"));

            Operator.Said said =
                    operator.with("SIDECAR_PORT", String.valueOf(other.port())).sidecar("start");

            assertSaid(said, 1, "SIDECAR_PORT: port " + other.port() + " on 127.0.0.1 is taken", "did not start");
            assertThat(said.text()).doesNotContain("ready");
        }
    }

    @Test
    void aServerThatRefusesToStartSaysWhy() {
        assertSaid(
                operator.with("SIDECAR_QUEUE_MAX", "many").sidecar("start"), 1, "SIDECAR_QUEUE_MAX", "did not start");
        assertSaid(operator.sidecar("status"), 3, "not running");
    }

    @Test
    void stopEndsNobodyElseWhileARestoreHoldsTheDirectory() throws IOException {
        Path data = Files.createDirectories(home.resolve("kept/data"));
        Process stranger = new ProcessBuilder("sleep", "600").start();
        Process restore =
                new ProcessBuilder("flock", data.resolve("sidecar.lock").toString(), "sleep", "600").start();
        try {
            // as a server that was killed has left it
            Files.writeString(data.resolve("sidecar.pid"), stranger.pid() + "\n");
            Await.until(() -> operator.sidecar("status").text().contains("is running"), () -> "the lock taken");

            assertSaid(operator.sidecar("stop"), 1, "no server runs: another command");
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            restore.descendants().forEach(ProcessHandle::destroy);
            restore.destroy();
            stranger.destroy();
        }
    }

    @Test
    void whatIsNoCommandIsAnsweredWithThoseThereAre() {
        assertSaid(operator.sidecar("sing"), 2, "usage: deploy/sidecar COMMAND", "  start ");
        assertSaid(operator.sidecar("../lib"), 2, "usage");
        assertSaid(operator.sidecar(), 0, "usage");
        assertSaid(operator.sidecar("logs"), 2, "there is no ");
    }
}
