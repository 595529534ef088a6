package sidecar.provider.edge.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sidecar.json.Json;

class TestRunTest {

    private final List<CompletableFuture<JsonNode>> asked = new ArrayList<>();

    @Test
    void onlyAFewAreAskedAtOnce() {
        TestRun run = TestRun.of(providers(20), this::later);

        assertThat(asked).hasSize(8);
        asked.get(3).complete(Json.object().put("ok", true));
        assertThat(asked).hasSize(9);
        assertThat(run.getPassed()).isEqualTo(1);
        assertThat(run.isRunning()).isTrue();
        for (int i = 0; i < asked.size(); i++) {
            asked.get(i).complete(Json.object().put("ok", false).put("message", "no"));
        }
        assertThat(run.isRunning()).isFalse();
        assertThat(run.getFailed()).isEqualTo(19);
        assertThat(run.getPercent()).isEqualTo(100);
    }

    private CompletableFuture<JsonNode> later(String id) {
        asked.add(new CompletableFuture<>());
        return asked.get(asked.size() - 1);
    }

    @Test
    void answersThatComeAtOnceDoNotPileUpCalls() {
        TestRun run = TestRun.of(
                providers(50_000),
                id -> CompletableFuture.completedFuture(Json.object().put("ok", true)));

        assertThat(run.getPassed()).isEqualTo(50_000);
    }

    @Test
    void whatCannotBeAskedHasFailedAndTheOthersGoOn() {
        TestRun run = TestRun.of(providers(3), id -> {
            if (id.equals("1")) {
                throw new IllegalStateException("a fault");
            }
            return CompletableFuture.completedFuture(Json.object().put("ok", true));
        });

        assertThat(run.getPassed()).isEqualTo(2);
        assertThat(run.getResults().get(1).getMessage())
                .as("no class, no stack")
                .isEqualTo("the test broke off; the log says why");
    }

    private static List<TestResult> providers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new TestResult(String.valueOf(i), "p" + i))
                .toList();
    }
}
