package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.delta;
import static sidecar.exchange.ExchangeFixture.event;
import static sidecar.exchange.ExchangeFixture.role;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.upstream.Upstream;

/** Whole exchanges: client, upstream and time are played, everything between them is real. What is held back until it is known to be an answer. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeHoldBackTest {

    @Test
    void noByteOfAStreamIsRelayedBeforeItsFirstContent() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call().stream().data(": comment\n\n").data(role("n1")).data(role("n1"));
        assertThat(fixture.client.status()).isZero();
        fixture.call().fails(Upstream.Cause.RESET, true);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        fixture.call().stream().data(role("n2")).data(delta("n2", "x"));
        assertThat(fixture.client.text()).isEqualTo(role("m") + delta("m", "x"));
    }

    @Test
    void commentsAreDroppedWhileHeldAndPassAfterwards() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();

        fixture.call().stream().data(": waiting\n" + delta("n1", "x") + ": alive\n\n");

        assertThat(fixture.client.text()).isEqualTo(delta("m", "x") + ": alive\n\n");
    }

    @Test
    void commentsAreNotEventsHoweverManyThereAre() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call().stream();
        for (int i = 0; i < 200; i++) {
            fixture.call().data(": PROCESSING\n\n");
        }
        assertThat(fixture.client.status()).as("still held").isZero();
        fixture.call().data(event("{\"error\":{\"message\":\"overloaded\"}}"));

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }

    @Test
    void theSixtyFourthEventWithoutContentEndsTheHold() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call().stream();
        for (int i = 0; i < 63; i++) {
            fixture.call().data(role("n1"));
        }
        assertThat(fixture.client.status()).isZero();
        fixture.call().data(role("n1"));

        assertThat(fixture.client.text()).isEqualTo(role("m").repeat(64));
    }

    @Test
    void aQuarterOfAMebibyteWithoutContentEndsTheHold() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();
        String large = event(
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"x\":\"" + "y".repeat(100_000) + "\"}]}");

        fixture.call().stream().data(large).data(large);
        assertThat(fixture.client.status()).isZero();
        fixture.call().data(large);

        assertThat(fixture.client.text()).isEqualTo(large.repeat(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"message\":\"x\"}}\n\n",
                "data: {\"error\":\"x\"}\n\n",
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"x\"}}\n\n"
            })
    void anErrorAsFirstEventGoesToTheNextProvider(String first) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call().stream().data(first);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.failures).containsExactly("p1 bad_success");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", ": only a comment\n\n", "data: [DONE]\n\n"})
    void anEmptyStreamIsNoAnswer(String all) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call().stream().data(all).end();

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.client.status()).isZero();
    }
}
