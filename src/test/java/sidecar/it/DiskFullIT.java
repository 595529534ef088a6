package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Reply;
import sidecar.kit.RunScript;

/** The data directory's disk is full for a while: a small file system of its own, which only root can mount. */
class DiskFullIT {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String MODEL = OwnSidecar.MODEL;
    private static final String DEPTH = "/config/queue_max_depth";

    @TempDir
    private Path home;

    private OwnSidecar sidecar;
    private int asked;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        assumeThat(System.getProperty("user.name")).as("only root may mount").isEqualTo("root");
        Files.createDirectory(home.resolve("data"));
        run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=320m",
                "tmpfs",
                home.resolve("data").toString());
        sidecar = new OwnSidecar(home, Map.of("JAVA_OPTS", RunScript.SHIPPED_HEAP)).start();
        sidecar.gateway()
                .create(Draft.of("one")
                        .at(sidecar.upstream())
                        .serves(MODEL, "n")
                        .with("rpm_limit", 0));
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (sidecar != null) {
            sidecar.close();
            run("umount", home.resolve("data").toString());
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private void serves(int times) {
        for (int i = 0; i < times; i++) {
            asked++;
            assertThat(sidecar.gateway()
                            .chat(MODEL, "X-Request-Id", "r-" + asked)
                            .status())
                    .isEqualTo(200);
        }
    }

    private Reply setDepth(int depth) {
        return sidecar.gateway().admin("PUT", DEPTH, "{\"value\":" + depth + "}");
    }

    private boolean isReady() {
        return sidecar.gateway().get("/health/ready").status() == 200;
    }

    private Path fill() throws IOException {
        Path file = home.resolve("data/filled");
        byte[] zeros = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(zeros);
            }
        } catch (IOException full) {
            return file;
        }
    }

    @Test
    void requestsAreServedAndCountedAndTheDatabaseComesBack() throws IOException {
        serves(20);
        assertThat(setDepth(501).status()).isEqualTo(200);
        assertThat(isReady()).isTrue();

        Path filled = fill();
        Await.until(LONG, () -> setDepth(502).status() >= 500, "admin cannot write");
        serves(200);
        Await.until(LONG, () -> !isReady(), "readiness tells");
        assertThat(sidecar.gateway().get("/health/ready").text()).contains("is full");
        assertThat(sidecar.gateway().get("/health").status()).isEqualTo(200);
        serves(200);

        long freed = System.nanoTime();
        Files.delete(filled);
        Await.until(LONG, () -> setDepth(503).status() == 200, "admin can write again");
        System.out.printf(
                "admin writes %d ms after there was space%n",
                Duration.ofNanos(System.nanoTime() - freed).toMillis());
        Await.until(LONG, this::isReady, "it is ready again");
        serves(20);

        Await.until(LONG, () -> sidecar.inTheBooks() == asked, () -> sidecar.inTheBooks() + " of " + asked);
        assertThat(sidecar.logged()).hasSize(asked).doesNotHaveDuplicates();
        assertThat(sidecar.server().output().stream()
                        .filter(line -> line.contains("the database can"))
                        .count())
                .as("lines about it")
                .isEqualTo(2);
    }
}
