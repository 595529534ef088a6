package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.ledger.LedgerEntry;
import sidecar.pool.PoolSettings;
import sidecar.pool.SomeProvider;

/** One model fails on all twelve keys, with default settings, for an hour: nobody who asks for another notices. */
class DeadModelTest {

    @ParameterizedTest
    @CsvSource({"500, separate", "500, one", "hangs, separate", "hangs, one", "reset, separate"})
    void aDeadModelLeavesTheOthersServedAndIsNeverA503(String how, String hosts) {
        FlowFixture stage = new FlowFixture();
        stage.strategy = PoolSettings.SelectionStrategy.BALANCED;
        List<SomeProvider> keys = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            SomeProvider key = SomeProvider.named("k" + i).maps("m", "n").maps("dead", "d");
            keys.add(hosts.equals("one") ? key.url("https://h.example/v1") : key);
        }
        stage.providers(keys);
        stage.upstream.script = (number, call) -> {
            if (call.body().contains("\"model\":\"n\"")) {
                call.json(200, "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"}}]}")
                        .end();
            } else if (how.equals("500")) {
                call.json(500, "{}").end();
            } else if (how.equals("reset")) {
                call.sent().fails(sidecar.upstream.Upstream.Cause.RESET, true);
            } else {
                call.sent();
            }
        };

        Random random = new Random(7);
        int asked = 0;
        for (int second = 0; second < 900; second += 3) {
            stage.asks("good" + asked, "m");
            if (random.nextBoolean()) {
                stage.asks("bad" + asked, "dead");
            }
            asked++;
            stage.time.advance(java.time.Duration.ofSeconds(3));
        }
        stage.time.advance(java.time.Duration.ofHours(1));

        TreeMap<String, Integer> outcomes = new TreeMap<>();
        for (FlowFixture.Guest guest : stage.guests.values()) {
            LedgerEntry entry = guest.entry().orElseThrow();
            String model = guest.name.startsWith("good") ? "m " : "dead ";
            outcomes.merge(model + entry.status(), 1, Integer::sum);
            if (guest.name.startsWith("good") && !how.equals("reset")) {
                assertThat(entry.attempts()).as(guest.name).hasSize(1);
            }
        }
        assertThat(outcomes).hasSize(2).containsKey("dead 502").containsEntry("m 200", asked);
        stage.clean();
    }
}
