package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.ANSWER;
import static sidecar.exchange.ExchangeFixture.CHAT;
import static sidecar.exchange.ExchangeFixture.DONE;
import static sidecar.exchange.ExchangeFixture.PLAIN;
import static sidecar.exchange.ExchangeFixture.STREAM;
import static sidecar.exchange.ExchangeFixture.delta;
import static sidecar.exchange.ExchangeFixture.role;
import static sidecar.exchange.ExchangeFixture.stop;
import static sidecar.exchange.ExchangeFixture.usage;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.TranslationNote;
import sidecar.ledger.Usage;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.time.FakeTime;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

/** Whole exchanges: client, upstream and time are played, everything between them is real. What is answered well. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeSuccessTest {

    @Test
    void modelIsRewrittenOutwardAndBack() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(200, ANSWER).end();

        assertThat(fixture.call().body()).isEqualTo("{\"model\":\"n1\",\"messages\":[]}");
        assertThat(fixture.call().request.target()).hasToString("https://p1.example/v1/chat/completions");
        assertThat(fixture.client.text()).isEqualTo(ANSWER.replace("\"n1\"", "\"m\""));
        assertThat(fixture.client.ended()).isTrue();
        fixture.over("ok");
    }

    @Test
    void theLedgerIsToldEverythingAboutAPlainExchange() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").priced("m", "n1", "0.000001", "0.000004", "0")).plain();
        fixture.seconds(2);

        fixture.call().json(200, ANSWER).end();

        LedgerEntry entry = fixture.over("ok");
        assertThat(entry)
                .isEqualTo(new LedgerEntry(
                        FakeTime.BEGIN.plusSeconds(2),
                        "req-1",
                        "tester",
                        CHAT,
                        false,
                        "m",
                        List.of(new AttemptEntry(
                                fixture.provider("p1").id(), "p1", "primary", "m", Optional.empty(), true)),
                        "ok",
                        200,
                        new LedgerEntry.Times(
                                Duration.ofSeconds(2),
                                Duration.ZERO,
                                Duration.ZERO,
                                Duration.ofSeconds(2),
                                Optional.of(Duration.ofSeconds(2))),
                        Optional.of(new Bill(
                                new Usage(7, 3, 0, 0, 0), Bill.Certainty.REPORTED, new BigDecimal("0.000019"))),
                        TranslationNote.NATIVE));
        assertThat(fixture.failures).isEmpty();
    }

    @Test
    void answersSayWhoGaveThem() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1").maps("m", "n1"));
        fixture.plain();

        fixture.call()
                .sent()
                .head(
                        200,
                        "Content-Type",
                        "application/json",
                        "x-request-id",
                        "up-9",
                        "Set-Cookie",
                        "a=b",
                        "Server",
                        "nginx",
                        "x-ratelimit-limit-requests",
                        "40")
                .data(ANSWER)
                .end();

        assertThat(fixture.client.header("X-Request-Id")).isEqualTo("req-1");
        assertThat(fixture.client.header("X-Sidecar-Provider")).isEqualTo("p1");
        assertThat(fixture.client.header("X-Sidecar-Model")).isEqualTo("m");
        assertThat(fixture.client.header("X-Sidecar-Attempts")).isEqualTo("1");
        assertThat(fixture.client.header("X-Sidecar-Upstream-Request-Id")).isEqualTo("up-9");
        assertThat(fixture.client.header("Content-Length")).isEqualTo(Integer.toString(fixture.client.size()));
        assertThat(fixture.client.headers().lines())
                .extracting(Header::name)
                .doesNotContain("Set-Cookie", "Server", "x-ratelimit-limit-requests");
        fixture.over("ok");
    }

    @Test
    void everyByteOfAStreamArrivesUpToDone() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();
        String sent = role("n1") + delta("n1", "He") + delta("n1", "llo") + stop("n1") + DONE;

        fixture.call().stream().data(sent).end();

        assertThat(fixture.client.text()).isEqualTo(sent.replace("\"n1\"", "\"m\""));
        assertThat(fixture.client.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(fixture.client.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(fixture.client.headers().first("Content-Length")).isEmpty();
        assertThat(fixture.client.ended()).isTrue();
        fixture.over("ok");
    }

    @Test
    void usageOfAStreamIsReadAndHiddenWhenOnlySidecarAsked() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").priced("m", "n1", "0.5", "2", "0")).stream();

        fixture.call().stream()
                .data(delta("n1", "x") + stop("n1") + usage("n1", 10, 5) + DONE)
                .end();

        assertThat(fixture.call().body())
                .isEqualTo("{\"stream_options\":{\"include_usage\":true},\"model\":\"n1\",\"stream\":true}");
        assertThat(fixture.client.text()).isEqualTo(delta("m", "x") + stop("m") + DONE);
        Bill bill = fixture.over("ok").bill().orElseThrow();
        assertThat(bill.usage()).isEqualTo(new Usage(10, 5, 0, 0, 0));
        assertThat(bill.cost()).isEqualByComparingTo("15");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'model':'m','stream':true} | {'stream_options':{'include_usage':true},'model':'n1','stream':true}",
                "{'model':'m','stream':true,'stream_options':null} | {'model':'n1','stream':true,'stream_options':{'include_usage':true}}",
                "{'model':'m','stream':true,'stream_options':{}} | {'model':'n1','stream':true,'stream_options':{'include_usage':true}}",
                "{'model':'m','stream':true,'stream_options':{'include_usage':false}} | {'model':'n1','stream':true,'stream_options':{'include_usage':true}}",
                "{'model':'m','stream':true,'stream_options':{'include_usage':null,'x':[1]}} | {'model':'n1','stream':true,'stream_options':{'include_usage':true,'x':[1]}}",
                "{'model':'m','stream':true,'stream_options':{'x':1}} | {'model':'n1','stream':true,'stream_options':{'include_usage':true,'x':1}}",
                "{'stream':true,'stream_options':{'include_usage':true},'model':'m'} | {'stream':true,'stream_options':{'include_usage':true},'model':'n1'}",
                "{'model':'m','stream':'true'} | {'model':'n1','stream':'true'}",
                "{'model':'m','stream':1} | {'model':'n1','stream':1}",
                "{'model':'m','stream':false} | {'model':'n1','stream':false}"
            })
    void usageIsAskedForOnlyWhereAStreamsClientDidNot(String body, String wire) {
        ExchangeFixture fixture = ExchangeFixture.ofOne().post(CHAT, body.replace('\'', '"'));

        assertThat(fixture.call().body()).isEqualTo(wire.replace('\'', '"'));
    }

    @Test
    void usageThatTheClientAskedForIsLeftInItsStream() {
        ExchangeFixture fixture = ExchangeFixture.ofOne()
                .post(CHAT, "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        String sent = delta("n1", "x") + stop("n1") + usage("n1", 1, 2) + DONE;

        fixture.call().stream().data(sent).end();

        assertThat(fixture.client.text()).isEqualTo(sent.replace("\"n1\"", "\"m\""));
        assertThat(fixture.over("ok").bill()).map(Bill::usage).contains(new Usage(1, 2, 0, 0, 0));
    }

    @Test
    void usageIsNotAskedForWhereTheMappingForbidsIt() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1")
                        .mapsWith("m", "n1", java.util.Map.of("supportsUsageInStreaming", false)))
                .stream();

        assertThat(fixture.call().body()).doesNotContain("include_usage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/responses", "/v1/embeddings", "/v1/audio/speech"})
    void usageIsAskedForOnlyOnChatAndCompletions(String path) {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1")
                        .api(ApiProtocol.OPENAI_RESPONSES)
                        .maps("m", "n1"))
                .post(path, STREAM);

        assertThat(fixture.call().body()).isEqualTo("{\"model\":\"n1\",\"stream\":true}");
    }

    @Test
    void streamAsStringIsNotAStream() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().post(CHAT, "{\"model\":\"m\",\"stream\":\"false\"}");

        fixture.call().json(200, ANSWER).end();

        assertThat(fixture.call().body()).isEqualTo("{\"model\":\"n1\",\"stream\":\"false\"}");
        assertThat(fixture.client.text()).isEqualTo(ANSWER.replace("\"n1\"", "\"m\""));
        fixture.over("ok");
    }

    @Test
    void aPlainAnswerToAStreamedRequestIsRelayedAsWhatItIs() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();

        fixture.call().json(200, ANSWER).end();

        assertThat(fixture.client.text()).isEqualTo(ANSWER.replace("\"n1\"", "\"m\""));
        fixture.over("ok");
    }

    @Test
    void aStarProviderGetsTheModelUnchanged() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1").maps("*", "*")).plain();

        fixture.call().json(200, ANSWER).end();

        assertThat(fixture.call().body()).isEqualTo(PLAIN);
        assertThat(fixture.client.text()).isEqualTo(ANSWER);
        fixture.over("ok");
    }

    @Test
    void anEscapedModelIsGivenBackAsTheStringItMeans() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1").maps("m/é", "n1"))
                .post(CHAT, "{\"mod\\u0065l\":\"m\\/\\u00e9\"}");

        fixture.call().json(200, ANSWER).end();

        assertThat(fixture.call().body()).isEqualTo("{\"mod\\u0065l\":\"n1\"}");
        assertThat(fixture.client.text()).contains("\"model\":\"m/é\"");
        assertThat(fixture.client.header("X-Sidecar-Model")).isEqualTo("m/%C3%A9");
        fixture.over("ok");
    }

    @Test
    void theClientsCredentialsNeverLeave() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.headers = new Headers(List.of(
                new Header("Authorization", "Bearer client-secret"),
                new Header("Cookie", "c=client-secret"),
                new Header("X-Api-Key", "client-secret"),
                new Header("User-Agent", "OpenAI/Python"),
                new Header("X-Forwarded-For", "10.0.0.1"),
                new Header("Idempotency-Key", "once")));

        fixture.plain();

        Headers wire = fixture.call().request.headers();
        assertThat(wire.lines()).noneMatch(line -> line.value().contains("client-secret"));
        assertThat(wire.first("Authorization")).contains("Bearer sk-p1-secret-0123456789");
        assertThat(wire.first("User-Agent")).contains("Sidecar/test");
        assertThat(wire.first("Idempotency-Key")).contains("once");
        assertThat(wire.first("Accept-Encoding")).contains("identity");
        assertThat(wire.first("X-Forwarded-For")).isEmpty();
    }
}
