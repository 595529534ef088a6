package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.ANSWER;
import static sidecar.exchange.ExchangeFixture.delta;

import org.junit.jupiter.api.Test;

/** Whole exchanges: client, upstream and time are played, everything between them is real. What becomes of exchanges when Sidecar stops, or a provider is deleted. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeShutdownTest {

    @Test
    void aShutdownEndsAStreamWithAnErrorFrame() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().stream().data(delta("n1", "x"));

        fixture.exchange().shutdown();

        assertThat(fixture.client.text()).contains("\"code\":\"draining\"").doesNotContain("[DONE]");
        assertThat(fixture.client.ended()).isTrue();
        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("shutdown");
    }

    @Test
    void aShutdownBeforeTheFirstByteIs503() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();

        fixture.exchange().shutdown();

        assertThat(fixture.client.status()).isEqualTo(503);
        assertThat(fixture.client.text()).contains("\"code\":\"draining\"");
        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("draining");
    }

    @Test
    void aShutdownCutsAPlainBodyUnderWay() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        fixture.call().json(200, "{" + "x".repeat(1 << 20));

        fixture.exchange().shutdown();

        assertThat(fixture.client.wasCut()).isTrue();
        fixture.over("shutdown");
    }

    @Test
    void aFaultOfOurOwnIs500WithoutAWordOfIt() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.upstream.script = (number, call) -> {
            throw new IllegalStateException("an inner secret");
        };

        fixture.plain();

        assertThat(fixture.client.status()).isEqualTo(500);
        assertThat(fixture.client.text())
                .contains("\"code\":\"internal_error\"")
                .doesNotContain("inner secret");
        fixture.over("internal_error");
    }

    @Test
    void aProviderDeletedDuringItsRequestDoesNotFailIt() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        sidecar.provider.Provider provider = fixture.provider("p1");

        fixture.catalog.publish(sidecar.provider.ProviderCatalog.EMPTY);
        fixture.call().json(200, ANSWER).end();

        assertThat(fixture.client.status()).isEqualTo(200);
        assertThat(fixture.over("ok").last().orElseThrow().provider()).isEqualTo("p1");
        assertThat(sidecar.pool.PoolInspector.inFlight(fixture.pool, provider)).isZero();
    }
}
