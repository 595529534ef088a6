package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.CHAT;
import static sidecar.exchange.ExchangeFixture.DONE;
import static sidecar.exchange.ExchangeFixture.delta;
import static sidecar.exchange.ExchangeFixture.stop;
import static sidecar.exchange.ExchangeFixture.usage;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.pool.SomeProvider;
import sidecar.protocol.ApiPath;

/** Whole exchanges: client, upstream and time are played, everything between them is real. Usage that an upstream refuses to tell, and what the ledger is told. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeUsageTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"Unrecognized request argument supplied: stream_options\"}}",
                "{\"detail\":\"include_usage is not permitted\"}",
                "{\"detail\":\"Unknown field\"}"
            })
    void aProviderThatDislikesTheUsageQuestionIsAskedAgainUntouchedAndRemembered(String refusal) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call().json(400, refusal).end();

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p1.example");
        assertThat(fixture.call().body()).isEqualTo("{\"model\":\"n1\",\"stream\":true}");
        fixture.call().stream()
                .data(delta("n1", "x") + stop("n1") + usage("n1", 1, 1) + DONE)
                .end();
        assertThat(fixture.client.text()).as("not asked by us: not removed").contains("\"usage\"");
        assertThat(fixture.failures).isEmpty();
        fixture.over("ok");

        assertThat(fixture.usageBlocklist.allows(fixture.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isFalse();
        fixture.time.advance(Duration.ofDays(1));
        assertThat(fixture.usageBlocklist.allows(fixture.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isTrue();
    }

    @Test
    void aFullMemoryDoesNotMakeTheUsageQuestionGoRoundForEver() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        for (int i = 0; i < 10_000; i++) {
            fixture.usageBlocklist.refuses("other", "model" + i, ApiPath.PathKind.CHAT);
        }
        fixture.upstream.script = (number, call) -> {
            if (number < 100) {
                call.json(400, "{\"error\":\"unknown field stream_options\"}").end();
            }
        };

        fixture.stream();

        assertThat(fixture.upstream.calls).hasSize(2);
        assertThat(fixture.client.status()).isEqualTo(400);
    }

    @Test
    void a400AboutUsageThatTheClientAskedForIsTheClients() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo()
                .post(CHAT, "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");

        fixture.call().json(400, "{\"error\":\"stream_options is unknown\"}").end();

        assertThat(fixture.upstream.calls).hasSize(1);
        assertThat(fixture.client.status()).isEqualTo(400);
        fixture.over("client");
    }

    @Test
    void whatIsOnlyFetchedCostsNothing() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1").priced("*", "*", "0.5", "0.5", "0"));
        fixture.prepare("GET", "/v1/batches/batch_1", "").start();

        fixture.call()
                .json(200, "{\"id\":\"batch_1\",\"usage\":{\"input_tokens\":5,\"output_tokens\":3}}")
                .end();

        assertThat(fixture.over("ok").bill()).isEmpty();
    }

    @Test
    void anAttemptThatItsClientLeftIsNeitherAnsweredNorFailed() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().sent();

        fixture.exchange().disconnected();

        assertThat(fixture.over("client_gone").attempts())
                .singleElement()
                .satisfies(attempt ->
                        assertThat(attempt.answered() || attempt.error()).isFalse());
    }

    @Test
    void aRequestThatKeepsItsDistanceWhenItsClientLeavesWasNoAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.grantGap = Duration.ofMillis(25);
        fixture.plain();
        fixture.plain();

        fixture.exchange().disconnected();

        assertThat(fixture.upstream.calls).hasSize(1);
        assertThat(fixture.entries.get(fixture.entries.size() - 1).attempts()).isEmpty();
    }
}
