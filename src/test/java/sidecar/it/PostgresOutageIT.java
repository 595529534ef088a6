package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Postgres;
import sidecar.kit.Reply;

/** A gateway whose PostgreSQL goes away goes on without it, and nothing that was used meanwhile is lost. */
class PostgresOutageIT {

    private static final String MODEL = OwnSidecar.MODEL;
    private static final Duration BACK = Duration.ofMinutes(2);

    @TempDir
    private static Path home;

    private static Postgres postgres;
    private static OwnSidecar sidecar;

    @BeforeAll
    static void serve() {
        postgres = Postgres.start();
        sidecar = new OwnSidecar(home, postgres.environment()).start();
        gateway().create(Draft.of("one").at(sidecar.upstream()).serves(MODEL, "n"));
    }

    @AfterAll
    static void end() {
        sidecar.close();
        postgres.close();
    }

    private static Gateway gateway() {
        return sidecar.gateway();
    }

    private static void ask(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
        }
    }

    /** It goes on for as long as its lease lasts, and says what is wrong. */
    private static boolean saysWhatItLacks() {
        Reply ready = gateway().get("/health/ready");
        assertThat(ready.status()).isEqualTo(200);
        return ready.text().contains("\"database\"");
    }

    @Test
    void whatItLacksMeanwhileItHasAfterwards() {
        int before = sidecar.inTheBooks() + 5;
        ask(5);
        Await.until(() -> sidecar.inTheBooks() == before, "what was used while all was well");

        postgres.stop();
        ask(5);
        Await.until(PostgresOutageIT::saysWhatItLacks, "readiness that says so");
        ask(5);
        postgres.resume();

        Await.until(BACK, () -> !saysWhatItLacks(), "a database that is used again");
        Await.until(
                BACK,
                () -> sidecar.inTheBooks() == before + 10,
                () -> "10 more than " + before + "; there are " + sidecar.inTheBooks() + "; it said:\n"
                        + sidecar.server().text());
        assertThat(sidecar.logged()).hasSize(before + 10).doesNotHaveDuplicates();
        assertThat(postgres.psql("sidecar", "select sum(requests) from usage_day"))
                .isEqualTo(List.of(String.valueOf(before + 10)));
    }

    @Test
    void aKillDoublesNothing() {
        OwnSidecar.Load load = sidecar.load(4);
        int from = sidecar.answered().size();
        Await.until(() -> sidecar.answered().size() > from + 100, "some answers");
        sidecar.server().kill();
        load.close();
        sidecar.start();

        List<String> rows = sidecar.logged();
        assertThat(rows).doesNotHaveDuplicates();
        assertThat(rows.size()).isLessThanOrEqualTo(sidecar.upstream().count());
        assertThat(sidecar.inTheBooks()).isEqualTo(rows.size());
        assertThat(gateway()
                        .adminGet("/stats/total")
                        .json()
                        .path("total_requests")
                        .asInt())
                .isEqualTo(rows.size());
    }

    @Test
    void itsPasswordIsNowhere() {
        assertThat(sidecar.server().text()).doesNotContain(Postgres.PASSWORD);
        assertThat(gateway().adminGet("/settings").text()).doesNotContain(Postgres.PASSWORD);
    }
}
