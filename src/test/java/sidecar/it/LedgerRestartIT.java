package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.RunScript;

/** What the ledger knows after the process that wrote it has ended. */
class LedgerRestartIT {

    private static final String MODEL = OwnSidecar.MODEL;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @TempDir
    private Path home;

    private OwnSidecar sidecar;

    @BeforeEach
    void serve() {
        sidecar = new OwnSidecar(home).start();
        sidecar.gateway().create(Draft.of("one").at(sidecar.upstream()).serves(MODEL, "n"));
    }

    @AfterEach
    void end() {
        sidecar.close();
    }

    @Test
    void aKillLosesAtMostTheLastSecondAndDoublesNothing() {
        OwnSidecar.Load load = sidecar.load(4);
        Await.sleep(Duration.ofSeconds(4));
        long killed = System.nanoTime();
        sidecar.server().kill();
        load.close();
        sidecar.start();

        Map<String, Long> answered = sidecar.answered();
        List<String> rows = sidecar.logged();
        assertThat(answered).hasSizeGreaterThan(50);
        assertThat(rows).doesNotHaveDuplicates();
        assertThat(rows)
                .containsAll(answered.entrySet().stream()
                        .filter(one -> killed - one.getValue() > SECOND)
                        .map(Map.Entry::getKey)
                        .toList());
        assertThat(rows.size()).isLessThanOrEqualTo(sidecar.upstream().count());
        assertThat(sidecar.inTheBooks()).isEqualTo(rows.size());
        assertThat(sidecar.gateway()
                        .adminGet("/stats/total")
                        .json()
                        .path("total_requests")
                        .asInt())
                .isEqualTo(rows.size());

        // and it goes on from there
        sidecar.gateway().chat(MODEL);
        Await.until(SOON, () -> sidecar.logged().size() == rows.size() + 1, "one more row");
        assertThat(sidecar.inTheBooks()).isEqualTo(rows.size() + 1);
    }

    @Test
    void aStopLosesNothing() {
        for (int i = 0; i < 20; i++) {
            assertThat(sidecar.gateway().chat(MODEL, "X-Request-Id", "s-" + i).status())
                    .isEqualTo(200);
        }

        RunScript stopped = sidecar.server();
        stopped.terminate();
        assertThat(stopped.exitStatus(SOON)).isEqualTo(143);
        sidecar.start();

        assertThat(sidecar.logged()).as("it said:\n%s", stopped.text()).hasSize(20);
        assertThat(sidecar.inTheBooks()).isEqualTo(20);
        assertThat(sidecar.gateway().metric("sidecar_requests_total")).isEqualTo(20);
    }
}
