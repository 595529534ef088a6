package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.ANSWER;
import static sidecar.exchange.ExchangeFixture.CHAT;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import sidecar.ledger.LedgerEntry;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;

/** Whole exchanges: client, upstream and time are played, everything between them is real. Which provider is asked, and what is said when there is none. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeChoiceTest {

    @Test
    void primaryComesBeforeFallback() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("reserve").fallback().maps("m", "n2"),
                        SomeProvider.named("first").maps("m", "n1"))
                .plain();

        assertThat(fixture.call().host()).isEqualTo("first.example");
        fixture.call().json(500, "{}").end();

        assertThat(fixture.call().host()).isEqualTo("reserve.example");
        fixture.call().json(200, ANSWER.replace("n1", "n2")).end();
        assertThat(fixture.over("ok").last().orElseThrow().pool()).isEqualTo("fallback");
    }

    @Test
    void aPinnedProviderIsAskedAloneAndNothingFailsOver() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.pinned = Optional.of("p2");

        fixture.plain();
        fixture.call().json(500, "{}").end();

        assertThat(fixture.upstream.hosts()).containsExactly("p2.example");
        assertThat(fixture.client.status()).isEqualTo(502);
        fixture.over("overloaded");
    }

    @Test
    void pinningAProviderNobodyKnowsIs404() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.pinned = Optional.of("nobody");

        fixture.plain();

        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.client.status()).isEqualTo(404);
        assertThat(fixture.client.text()).contains("\"code\":\"not_found\"", "nobody");
        fixture.over("not_found");
    }

    @Test
    void aPinnedProviderThatCoolsIs503() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().impatient();
        fixture.pinned = Optional.of("p2");

        fixture.plain();
        fixture.call().json(429, "{}").end();

        assertThat(fixture.upstream.hosts()).containsExactly("p2.example");
        assertThat(fixture.client.status()).isEqualTo(503);
        assertThat(Integer.parseInt(fixture.client.header("Retry-After"))).isBetween(30, 36);
        fixture.over("all_cooling");
    }

    @Test
    void anUnknownModelIs404InOpenAisShape() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().post(CHAT, "{\"model\":\"unknown\"}");

        assertThat(fixture.client.status()).isEqualTo(404);
        assertThat(fixture.client.text())
                .contains("\"code\":\"model_not_found\"", "\"type\":\"invalid_request_error\"");
        assertThat(fixture.client.header("x-should-retry")).isEqualTo("false");
        assertThat(fixture.client.header("X-Request-Id")).isEqualTo("req-1");
        LedgerEntry entry = fixture.over("model_not_found");
        assertThat(entry.attempts()).isEmpty();
        assertThat(entry.bill()).isEmpty();
    }

    @Test
    void aFullWindowIs503WithTheExactWait() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").rpm(1).maps("m", "n1"));
        fixture.impatient().useUp("p1");
        fixture.seconds(20);

        fixture.plain();

        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.client.status()).isEqualTo(503);
        assertThat(fixture.client.text()).contains("\"type\":\"AllPoolsExhausted\"", "\"code\":\"queue_timeout\"");
        assertThat(Integer.parseInt(fixture.client.header("Retry-After"))).isBetween(41, 50);
        fixture.over("queue_timeout");
    }

    @Test
    void aPathWithoutAModelGoesToTheFirstPrimaryAndAnIssuedIdToItsIssuer() {
        ExchangeFixture fixture = new ExchangeFixture(
                SomeProvider.named("f").fallback().maps("m", "n"),
                SomeProvider.named("p1").maps("m", "n"),
                SomeProvider.named("p2").maps("m", "n"));
        fixture.ids.issued("file-abc123", fixture.provider("p2").id());

        fixture.prepare("GET", "/v1/files", "").start();
        fixture.prepare("GET", "/v1/files/file-abc123/content", "").start();

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }

    @Test
    void aFollowUpGoesToTheProviderThatIssuedTheEarlierResponse() {
        ExchangeFixture fixture = new ExchangeFixture(
                SomeProvider.named("p1").api(ApiProtocol.OPENAI_RESPONSES).maps("m", "n"),
                SomeProvider.named("p2").api(ApiProtocol.OPENAI_RESPONSES).maps("m", "n"));
        fixture.ids.issued("resp_abc123", fixture.provider("p2").id());

        fixture.post("/v1/responses", "{\"model\":\"m\",\"previous_response_id\":\"resp_abc123\"}");

        assertThat(fixture.call().host()).isEqualTo("p2.example");
    }
}
