package sidecar.boot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartupFailureTest {

    /** A process whose start fails, before it is told to stop or after. */
    static final class Start {
        private Start() {}

        public static void main(String[] when) throws InterruptedException {
            CountDownLatch stopping = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stopping.countDown();
                pause();
            }));
            Thread start = new Thread(() -> {
                if (when[0].equals("after")) {
                    await(stopping);
                }
                throw StartupFailure.stop("the classes are gone");
            });
            start.start();
            if (when[0].equals("before")) {
                start.join();
            }
            System.exit(143);
        }

        private static void pause() {
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"before, 3, sidecar: refusing to start: the classes are gone", "after, 143, ''"})
    void aStartThatFailsBecauseItIsStoppedRefusesNothing(String when, int status, String said)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Start.class.getName(),
                        when)
                .redirectErrorStream(true)
                .start();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output.strip()).isEqualTo(said);
        assertThat(process.waitFor()).isEqualTo(status);
    }

    @Test
    void aProcessThatRunsIsNotTooLate() {
        assertThat(StartupFailure.isTooLate()).isFalse();
    }
}
