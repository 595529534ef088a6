package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.RunScript;

/** What the ledger knows after the process that wrote it has ended. */
class LedgerRestartIT {

    private static final String MODEL = OwnSidecar.MODEL;

    /** Instead of the second that is promised, for a machine that has no time for the ledger's thread; src/bench/crash looks more closely. */
    private static final Duration LATE = Duration.ofSeconds(8);

    @TempDir
    private static Path home;

    private static OwnSidecar sidecar;

    @BeforeAll
    static void serve() {
        sidecar = new OwnSidecar(home).start();
        sidecar.gateway().create(Draft.of("one").at(sidecar.upstream()).serves(MODEL, "n"));
    }

    @AfterAll
    static void end() {
        sidecar.close();
    }

    @BeforeEach
    void startAgain() {
        if (!sidecar.server().alive()) {
            sidecar.start();
        }
    }

    @Test
    void aKillLosesNothingButWhatCameLastAndDoublesNothing() {
        List<String> before = sidecar.logged();
        OwnSidecar.Load load = sidecar.load(4);
        Await.until(() -> sidecar.answered().size() > 50, "some answers");
        Set<String> early = Set.copyOf(sidecar.answered().keySet());
        // what can be read has come to the journal, and with it all that was answered before
        Await.until(() -> new HashSet<>(sidecar.logged()).containsAll(early), "them in the log");
        Await.until(() -> sidecar.answered().size() > early.size() + 50, "more answers");
        Await.sleep(LATE);
        long killed = System.nanoTime();
        sidecar.server().kill();
        load.close();
        sidecar.start();

        Map<String, Long> answered = sidecar.answered();
        List<String> rows = sidecar.logged();
        assertThat(rows).doesNotHaveDuplicates().containsAll(early);
        assertThat(rows)
                .containsAll(answered.entrySet().stream()
                        .filter(one -> killed - one.getValue() > LATE.toNanos())
                        .map(Map.Entry::getKey)
                        .toList());
        assertThat(rows.size() - before.size())
                .isLessThanOrEqualTo(sidecar.upstream().count());
        assertThat(sidecar.inTheBooks()).isEqualTo(rows.size());
        assertThat(sidecar.gateway()
                        .adminGet("/stats/total")
                        .json()
                        .path("total_requests")
                        .asInt())
                .isEqualTo(rows.size());

        // and it goes on from there
        sidecar.gateway().chat(MODEL);
        Await.until(() -> sidecar.logged().size() == rows.size() + 1, "one more row");
        assertThat(sidecar.inTheBooks()).isEqualTo(rows.size() + 1);
    }

    @Test
    void aStopLosesNothing() {
        int before = sidecar.inTheBooks();
        for (int i = 0; i < 20; i++) {
            assertThat(sidecar.gateway().chat(MODEL, "X-Request-Id", "s-" + i).status())
                    .isEqualTo(200);
        }

        RunScript stopped = sidecar.server();
        stopped.terminate();
        assertThat(stopped.exitStatus()).isEqualTo(143);
        sidecar.start();

        assertThat(sidecar.logged()).as("it said:\n%s", stopped.text()).hasSize(before + 20);
        assertThat(sidecar.inTheBooks()).isEqualTo(before + 20);
        assertThat(sidecar.gateway().metric("sidecar_requests_total")).isEqualTo(before + 20);
    }
}
