package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.event;

import org.junit.jupiter.api.Test;

/** What becomes of answers that are held back when the memory that all exchanges share is used up. */
class MemoryPressureTest {

    private static final String PIECE = "x".repeat(32 * 1024);

    private static ExchangeFixture withMemory(long bytes) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.memory = bytes;
        return fixture;
    }

    @Test
    void aPlainAnswerIsRelayedEarlyAndStillWhole() {
        ExchangeFixture fixture = withMemory(150_000).plain();
        fixture.call().json(200, "{\"a\":\"");
        for (int i = 0; i < 3; i++) {
            fixture.call().data(PIECE);
        }
        assertThat(fixture.client.status()).as("there is room").isZero();

        fixture.call().data(PIECE);
        assertThat(fixture.client.status()).isEqualTo(200);
        assertThat(fixture.held.held()).as("not held any more").isZero();
        fixture.call().data(PIECE).data("\",\"model\":\"n1\"}").end();

        assertThat(fixture.client.text()).isEqualTo("{\"a\":\"" + PIECE.repeat(5) + "\",\"model\":\"m\"}");
        fixture.over("ok");
    }

    @Test
    void whatStopsAfterwardsIsACutAndNotTriedAgain() {
        ExchangeFixture fixture = withMemory(150_000).plain();
        fixture.call().json(200, "{").data(PIECE).data(PIECE).data(PIECE).data(PIECE);

        fixture.seconds(120);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example");
        assertThat(fixture.client.wasCut()).isTrue();
        fixture.over("truncated");
    }

    @Test
    void anErrorIsNotTakenForAnAnswer() {
        ExchangeFixture fixture = withMemory(75_000).plain();
        fixture.call().json(503, "{\"error\":\"").data(PIECE).data(PIECE).data(PIECE);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.client.status()).isZero();
    }

    @Test
    void aStreamIsRelayedBeforeItsFirstContent() {
        ExchangeFixture fixture = withMemory(150_000).stream();
        String silent = event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"x\":\"" + PIECE + "\"}]}");
        fixture.call().stream().data(silent).data(silent).data(silent);
        assertThat(fixture.client.status()).isZero();

        fixture.call().data(silent);

        assertThat(fixture.client.text()).isEqualTo(silent.repeat(4));
        fixture.exchange().disconnected();
        fixture.over("client_gone");
    }

    @Test
    void whatIsHeldIsGivenBackHoweverItEnds() {
        ExchangeFixture fixture = withMemory(1 << 20).plain();
        fixture.call().json(200, "{").data(PIECE);
        assertThat(fixture.held.held()).isGreaterThan(PIECE.length());

        fixture.exchange().disconnected();

        fixture.over("client_gone");
    }
}
