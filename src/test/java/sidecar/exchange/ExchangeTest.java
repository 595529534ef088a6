package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.CHAT;
import static sidecar.exchange.ExchangeFixture.DONE;
import static sidecar.exchange.ExchangeFixture.PLAIN;
import static sidecar.exchange.ExchangeFixture.STREAM;
import static sidecar.exchange.ExchangeFixture.delta;
import static sidecar.exchange.ExchangeFixture.event;
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
import sidecar.failure.FailureClass;
import sidecar.failure.FailureClassifier;
import sidecar.failure.FailureRule;
import sidecar.failure.LabelGlob;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.TranslationNote;
import sidecar.ledger.Usage;
import sidecar.pool.SomeProvider;
import sidecar.protocol.ApiPath;
import sidecar.protocol.request.RequestHead;
import sidecar.provider.ApiProtocol;
import sidecar.provider.ProviderStatus;
import sidecar.time.FakeTime;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/** Whole exchanges: client, upstream and time are played, everything between them is real. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeTest {

    private static final String ANSWER =
            "{\"id\":\"c\",\"model\":\"n1\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}";

    // success

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

    // choosing

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

    // failing before the first relayed byte

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "429 | {'title':'Too Many Requests'} | rate_limited",
                "429 | {'detail':'ResourceExhausted: Worker local total request limit reached (71/32)'} | model_busy",
                "502 | ResourceExhausted | model_busy",
                "503 | ResourceExhausted: All workers are busy, please retry later | model_busy",
                "401 | {} | credential",
                "402 | {} | credential",
                "403 | {} | refused",
                "403 | {'error':{'message':'Your account is suspended'}} | credential",
                "402 | {'error':{'message':'You can only afford 1200'}} | refused",
                "404 | {'detail':'Function abc: Not found for account x'} | model_missing",
                "410 | gone | model_missing",
                "500 | {} | overloaded",
                "502 | <html> | overloaded",
                "503 | {} | overloaded",
                "504 | {} | overloaded",
                "529 | {} | overloaded",
                "400 | {'detail':'DEGRADED function cannot be invoked'} | overloaded",
                "302 | moved | bad_success",
                "200 | {'error':{'message':'boom'}} | bad_success",
                "200 | ~~ | bad_success"
            })
    void aFailureBeforeTheFirstByteGoesToTheNextProvider(int status, String body, String kind) {
        for (String request : List.of(PLAIN, STREAM)) {
            ExchangeFixture fixture = ExchangeFixture.ofTwo().post(CHAT, request);

            fixture.call()
                    .json(status, body == null ? "" : body.replace('\'', '"'))
                    .end();

            assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
            assertThat(fixture.client.status()).isZero();
            fixture.call().json(200, ANSWER.replace("n1", "n2")).end();
            assertThat(fixture.client.status()).isEqualTo(200);
            assertThat(fixture.client.header("X-Sidecar-Attempts")).isEqualTo("2");
            assertThat(fixture.failures).containsExactly("p1 " + kind);
            assertThat(fixture.over("ok").last().orElseThrow().provider()).isEqualTo("p2");
        }
    }

    @ParameterizedTest
    @CsvSource({"400", "413", "415", "422", "404", "405", "406", "408", "409", "418"})
    void theClientsOwnFaultIsRelayedOnceAsItCame(int status) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call()
                .sent()
                .head(status, "Content-Type", "application/json", "Retry-After", "3")
                .data("{\"error\":{\"message\":\"no such thing\"}}")
                .end();

        assertThat(fixture.upstream.calls).hasSize(1);
        assertThat(fixture.client.status()).isEqualTo(status);
        assertThat(fixture.client.text()).isEqualTo("{\"error\":{\"message\":\"no such thing\"}}");
        assertThat(fixture.client.header("Retry-After")).isEqualTo("3");
        assertThat(fixture.failures).isEmpty();
        assertThat(fixture.over("client").status()).isEqualTo(status);
        assertThat(fixture.pool.status(fixture.provider("p1")).status()).isEqualTo(ProviderStatus.HEALTHY);
    }

    @Test
    void aRelayedErrorShowsOnlyTheMaskOfTheProvidersSecrets() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1")
                        .maps("m", "n1")
                        .key("sk-abcdef-1234567890")
                        .header("X-Team", "team-secret-4711"))
                .plain();

        fixture.call()
                .json(400, "{\"error\":\"bad key sk-abcdef-1234567890 of team-secret-4711\"}")
                .end();

        assertThat(fixture.client.text())
                .isEqualTo(
                        "{\"error\":{\"message\":\"bad key sk-abc****7890 of team-s****4711\",\"type\":\"invalid_request_error\"}}");
        assertThat(fixture.client.header("Content-Length")).isEqualTo(Integer.toString(fixture.client.size()));
        fixture.over("client");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aBrokenConnectionGoesToTheNextProviderAndBlamesTheHost(boolean began) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().fails(began ? Upstream.Cause.RESET : Upstream.Cause.CONNECT, began);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.failures).containsExactly("p1 network");
    }

    @Test
    void aRequestOfWhichNothingWasSentGivesItsPlaceBack() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").rpm(1).maps("m", "n1")).plain();

        fixture.call().fails(Upstream.Cause.CONNECT, false);
        fixture.seconds(1);

        assertThat(fixture.upstream.calls)
                .as("asked again within the same minute")
                .hasSize(2);
        fixture.call().json(200, ANSWER).end();
        fixture.over("ok");
    }

    @Test
    void aCutPlainBodyIsAFailedAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(200, "{\"id\":\"c\",").fails(Upstream.Cause.TRUNCATED, true);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.client.status()).isZero();
        assertThat(fixture.failures).containsExactly("p1 network");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "429 | {} | 503 | all_cooling | all_cooling | ~~",
                "503 | ResourceExhausted | 503 | all_cooling | model_busy | ~~",
                "401 | {} | 502 | credential | credential | false",
                "302 | {} | 502 | bad_success | bad_success | ~~"
            })
    void afterTheLastAttemptTheOutcomeSaysWhatTheFailuresMeant(
            int upstream, String body, int status, String code, String outcome, String shouldRetry) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.attempts = 2;
        fixture.upstream.script =
                (number, call) -> call.json(upstream, body.replace('\'', '"')).end();

        fixture.plain();
        fixture.seconds(300);

        assertThat(fixture.client.status()).isEqualTo(status);
        assertThat(fixture.client.text()).contains("\"code\":\"" + code + "\"").doesNotContain("n1 does not exist");
        assertThat(fixture.client.header("Content-Type")).isEqualTo("application/json");
        assertThat(fixture.client.header("x-should-retry")).isEqualTo(shouldRetry == null ? "" : shouldRetry);
        assertThat(fixture.over(outcome).status()).isEqualTo(status);
    }

    @Test
    void noAttemptIsMadeBeyondMaxPoolRetries() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.attempts = 3;
        fixture.upstream.script =
                (number, call) -> call.json(500, "secret stack trace").end();

        fixture.plain();
        fixture.seconds(60);

        assertThat(fixture.upstream.calls).hasSize(3);
        assertThat(fixture.client.status()).isEqualTo(502);
        assertThat(fixture.client.text())
                .contains("\"code\":\"overloaded\"", "3 attempts")
                .doesNotContain("secret stack trace");
        LedgerEntry entry = fixture.over("overloaded");
        assertThat(entry.attempts()).hasSize(3);
        assertThat(entry.last().orElseThrow().provider()).isEqualTo("p1");
        assertThat(entry.bill()).isEmpty();
    }

    @Test
    void rateLimitedAttemptsDoNotCountButNeverMoreThanTwentyAreMade() {
        SomeProvider[] many = new SomeProvider[30];
        for (int i = 0; i < many.length; i++) {
            many[i] = SomeProvider.named("p" + i).maps("m", "n");
        }
        ExchangeFixture fixture = new ExchangeFixture(many);
        fixture.attempts = 1;
        fixture.upstream.script = (number, call) -> call.json(429, "{}").end();

        fixture.plain();

        assertThat(fixture.upstream.calls).hasSize(20);
        assertThat(fixture.client.status()).isEqualTo(503);
        fixture.over("rate_limited");
    }

    @Test
    void sixRateLimitedProvidersAreNoReasonToGiveUp() {
        SomeProvider[] many = new SomeProvider[7];
        for (int i = 0; i < many.length; i++) {
            many[i] = SomeProvider.named("p" + i).maps("m", "n1");
        }
        ExchangeFixture fixture = new ExchangeFixture(many);
        fixture.upstream.script = (number, call) ->
                call.json(number <= 6 ? 429 : 200, number <= 6 ? "{}" : ANSWER).end();

        fixture.plain();

        assertThat(fixture.client.status()).isEqualTo(200);
        assertThat(fixture.over("ok").attempts()).hasSize(7);
    }

    @Test
    void theOnlyProviderIsAskedAgainAfterAGrowingPause() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        long begin = fixture.time.nanos();

        fixture.call().json(500, "{}").end();
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.time.advance(Duration.ofMillis(499));
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.time.advance(Duration.ofMillis(102));
        assertThat(fixture.upstream.calls).hasSize(2);

        fixture.call().fails(Upstream.Cause.RESET, true);
        fixture.time.advance(Duration.ofMillis(999));
        assertThat(fixture.upstream.calls).hasSize(2);
        fixture.time.advance(Duration.ofMillis(202));
        assertThat(fixture.upstream.calls).hasSize(3);

        fixture.call().json(200, ANSWER).end();
        assertThat(fixture.over("ok").times().took()).isLessThan(Duration.ofNanos(fixture.time.nanos() - begin + 1));
    }

    @Test
    void aFailedProviderIsAskedAgainAfterThePauseAlsoWhileTheOthersCool() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(500, "{}").end();
        fixture.call().json(429, "{}").end();
        fixture.notOver();
        fixture.seconds(1);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example", "p1.example");
        fixture.call().json(200, ANSWER).end();
        fixture.over("ok");
    }

    @Test
    void aWindowThatIsFullAfterAFailureIsWaitedFor() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").rpm(1).maps("m", "n1")).plain();
        fixture.call().json(500, "{}").end();

        fixture.seconds(60);
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.seconds(1);
        assertThat(fixture.upstream.calls).hasSize(2);
        fixture.call().json(200, "{\"model\":\"n1\",\"choices\":[{}]}").end();

        assertThat(fixture.client.status()).isEqualTo(200);
        fixture.over("ok");
    }

    @Test
    void aWindowThatIsFullAfterAFailureDoesNotHideWhyTheAttemptFailed() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").rpm(1).maps("m", "n1"))
                .impatient()
                .plain();

        fixture.call().json(500, "{}").end();
        fixture.seconds(2);

        assertThat(fixture.upstream.calls).hasSize(1);
        assertThat(fixture.client.status()).isEqualTo(502);
        assertThat(fixture.client.text()).contains("\"code\":\"overloaded\"");
        fixture.over("overloaded");
    }

    @Test
    void afterATimeoutOfAFullySentRequestOneMoreIsMadeAndNoFurther() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").maps("m", "n"),
                        SomeProvider.named("p2").maps("m", "n"),
                        SomeProvider.named("p3").maps("m", "n"))
                .plain();

        fixture.call().sent();
        fixture.seconds(120);
        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        fixture.call().json(500, "{}").end();

        assertThat(fixture.upstream.calls).hasSize(2);
        assertThat(fixture.client.status()).isEqualTo(502);
        fixture.over("overloaded");
    }

    @Test
    void aTimeoutIsNotTriedElsewhereWhenTheOperatorSaysSo() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.retryOnTimeout = false;

        fixture.plain();
        fixture.call().sent();
        fixture.seconds(120);

        assertThat(fixture.upstream.calls).hasSize(1);
        assertThat(fixture.client.status()).isEqualTo(502);
        assertThat(fixture.client.text()).contains("\"code\":\"timeout\"");
        fixture.over("timeout");
    }

    @Test
    void badCredentialsPutTheProviderInErrorAndTheNextExchangeSkipsIt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();
        fixture.call()
                .json(401, "{\"error\":\"invalid key sk-p1-secret-0123456789\"}")
                .end();
        fixture.call().json(200, ANSWER).end();

        assertThat(fixture.pool.status(fixture.provider("p1")).status()).isEqualTo(ProviderStatus.ERROR);
        assertThat(fixture.pool.status(fixture.provider("p1")).reason()).doesNotContain("secret");
        fixture.over("ok");
    }

    @Test
    void retryAfterIsHonoured() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().sent().head(429, "Retry-After", "100").data("{}").end();

        assertThat(fixture.pool.status(fixture.provider("p1")).cooldownUntil())
                .contains(fixture.time.instant().plusSeconds(100));
    }

    @Test
    void aBodysTryAgainInIsHonoured() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(429, "{\"error\":\"Please try again in 2m\"}").end();

        assertThat(fixture.pool.status(fixture.provider("p1")).cooldownUntil())
                .contains(fixture.time.instant().plusSeconds(120));
    }

    @ParameterizedTest
    @CsvSource({"90, 300, 300", "400, 300, 400", "0, 10, 30"})
    void aRulesCooldownAndTheUpstreamsWishAreBothHonoured(int asked, int rule, int cools) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.failureRules = new FailureClassifier(List.of(new FailureRule(
                429, 429, Optional.empty(), LabelGlob.ANY, FailureClass.RATE_LIMITED, Duration.ofSeconds(rule))));
        fixture.plain();

        fixture.call()
                .sent()
                .head(429, "Retry-After", String.valueOf(asked))
                .data("{}")
                .end();

        assertThat(fixture.pool.status(fixture.provider("p1")).cooldownUntil())
                .contains(fixture.time.instant().plusSeconds(cools));
    }

    @Test
    void rulesCanNameALabel() {
        ExchangeFixture fixture = new ExchangeFixture(
                SomeProvider.named("p1").label("nvidia-1").maps("m", "n1"),
                SomeProvider.named("p2").maps("m", "n2"));
        fixture.failureRules = new FailureClassifier(List.of(new FailureRule(
                400, 400, Optional.empty(), new LabelGlob("nvidia*"), FailureClass.OVERLOADED, Duration.ZERO)));
        fixture.plain();

        fixture.call().json(400, "{}").end();
        fixture.call().json(400, "{}").end();

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        fixture.over("client");
    }

    // holding back

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

    // cut streams

    @ParameterizedTest
    @ValueSource(strings = {"eof", "reset", "idle"})
    void aCutChatStreamEndsInAnErrorFrameAndNoDone(String how) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call().stream().data(delta("n1", "x") + "data: {\"par");
        breakOff(fixture, how);

        String rest = fixture.client.text().substring(delta("m", "x").length());
        assertThat(rest).startsWith("\ndata: {\"error\":{\"message\":").endsWith("}}\n\n");
        assertThat(rest).contains("\"type\":\"upstream_error\"", "\"param\":null", "\"code\":\"network\"");
        assertThat(fixture.client.text()).doesNotContain("[DONE]").doesNotContain("\"par\n");
        assertThat(fixture.client.ended()).isTrue();
        assertThat(fixture.upstream.calls).as("not asked again").hasSize(1);
        assertThat(fixture.failures).containsExactly("p1 network");
        assertThat(fixture.over("truncated").status()).isEqualTo(200);
    }

    private static void breakOff(ExchangeFixture fixture, String how) {
        switch (how) {
            case "eof" -> fixture.call().end();
            case "reset" -> fixture.call().fails(Upstream.Cause.RESET, true);
            default -> {
                fixture.seconds(119);
                fixture.notOver();
                fixture.seconds(1);
            }
        }
    }

    @Test
    void aCutResponsesStreamEndsInItsOwnErrorEvent() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1")
                        .api(ApiProtocol.OPENAI_RESPONSES)
                        .maps("m", "n1"))
                .post("/v1/responses", STREAM);

        fixture.call().stream()
                .data(
                        "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_9\"}}\n\n"
                                + "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":4,\"delta\":\"x\"}\n\n")
                .end();

        assertThat(fixture.client.text())
                .contains("\n\nevent: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":5,"
                        + "\"response\":{\"id\":\"resp_9\",")
                .contains(
                        "\n\nevent: error\ndata: {\"type\":\"error\",\"sequence_number\":6,\"code\":\"network\",\"message\":")
                .endsWith(",\"param\":null}\n\n");
        fixture.over("truncated");
    }

    @Test
    void aCutMessagesStreamEndsInItsOwnErrorEvent() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1")
                        .api(ApiProtocol.ANTHROPIC_MESSAGES)
                        .maps("m", "n1"))
                .post("/v1/messages", STREAM);

        fixture.call().stream()
                .data(
                        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"x\"}}\n\n")
                .end();

        assertThat(fixture.client.text())
                .contains("\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":")
                .endsWith("}}\n\n");
        fixture.over("truncated");
    }

    @Test
    void anErrorEventOfTheUpstreamsOwnIsRelayedAndIsNoSuccess() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        String error = event("{\"error\":{\"message\":\"overloaded\",\"code\":\"x\"}}");

        fixture.call().stream().data(delta("n1", "x") + error).end();

        assertThat(fixture.client.text()).isEqualTo(delta("m", "x") + error);
        assertThat(fixture.over("bad_success").attempts())
                .extracting(AttemptEntry::failure)
                .containsExactly(Optional.of(FailureClass.BAD_SUCCESS));
        assertThat(fixture.pool.status(fixture.provider("p1")).lately().failuresInARow())
                .isEqualTo(1);
    }

    /** Upstreams that leave the socket open held the client, and a place of its, for two minutes to half an hour. */
    @ParameterizedTest
    @ValueSource(strings = {"", ": still here\n\n"})
    void aStreamEndsWithinASecondOfItsLastWord(String after) {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        FakeUpstream.Call call = fixture.call().stream().data(delta("n1", "x") + stop("n1") + DONE);
        for (int i = 0; i < 9; i++) {
            call.data(after);
            fixture.millis(100);
        }
        assertThat(fixture.client.ended()).isFalse();

        fixture.millis(101);

        assertThat(fixture.client.text()).startsWith(delta("m", "x") + stop("m") + DONE);
        fixture.over("ok");
        assertThat(call.aborts).hasPositiveValue();
    }

    @Test
    void aFinishReasonAloneIsNotTheLastWord() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        FakeUpstream.Call call = fixture.call().stream().data(delta("n1", "x") + stop("n1"));

        fixture.seconds(30);
        assertThat(fixture.client.ended()).as("usage may follow").isFalse();

        call.end();
        fixture.over("ok");
    }

    @Test
    void anEmptyFinishReasonFinishesNothing() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();

        fixture.call().stream().data(delta("n1", "x").replace("null", "\"\"")).end();

        assertThat(fixture.client.text()).contains("\"error\"").doesNotContain("[DONE]");
        fixture.over("truncated");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"reasoning_details\":[{\"text\":\"hm\"}]",
                "\"thinking\":\"hm\"",
                "\"thinking_blocks\":[{\"thinking\":\"hm\"}]",
                "\"annotations\":[{}]",
                "\"images\":[{\"url\":\"x\"}]",
                "\"something_new\":{\"a\":1}"
            })
    void anyMemberOfADeltaThatIsNotEmptyIsContent(String member) {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        String event = event(
                "{\"model\":\"n1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"," + member + "}}]}");

        fixture.call().stream().data(event);

        assertThat(fixture.client.text()).as("relayed at once").contains("delta");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"content\":\"\"",
                "\"content\":null",
                "\"tool_calls\":[]",
                "\"audio\":{}",
                "\"something_new\":\"\"",
                "\"something_new\":null"
            })
    void anEmptyOneIsNone(String member) {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        String event = event(
                "{\"model\":\"n1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"," + member + "}}]}");

        fixture.call().stream().data(event);

        assertThat(fixture.client.text()).isEmpty();
    }

    @Test
    void eventsThatAreTypedAsSomethingElseAreStreamed() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        FakeUpstream.Call call = fixture.call();

        call.json(200, delta("n1", "x"));
        assertThat(fixture.client.text()).as("before its end").isEqualTo(delta("m", "x"));
        assertThat(fixture.client.header("Content-Type")).contains("text/event-stream");
        call.data(stop("n1") + DONE).end();

        fixture.over("ok");
    }

    @Test
    void aStreamThatBeginsWithARateLimitCoolsTheKey() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call().stream().data(event("{\"error\":{\"code\":429,\"message\":\"Please try again in 30s\"}}"));

        assertThat(fixture.pool.status(fixture.provider("p1")).status()).isEqualTo(ProviderStatus.COOLING);
        fixture.call().stream().data(delta("n2", "x") + DONE).end();
        fixture.over("ok");
    }

    @Test
    void anAnswerThatIsNotHttpIsAskedForOncePerProvider() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().fails(Upstream.Cause.MALFORMED, true);
        fixture.call().fails(Upstream.Cause.MALFORMED, true);
        fixture.seconds(60);

        assertThat(fixture.upstream.calls).hasSize(2);
        assertThat(fixture.client.status()).isEqualTo(502);
    }

    @Test
    void aStreamThatIsResetAfterItsLastEventIsComplete() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();

        fixture.call().stream().data(delta("n1", "x") + stop("n1") + DONE).fails(Upstream.Cause.RESET, true);

        assertThat(fixture.client.text()).isEqualTo(delta("m", "x") + stop("m") + DONE);
        fixture.over("ok");
    }

    @Test
    void finishReasonsOfEveryChoiceMakeAStreamCompleteWithoutDone() {
        String two = event(
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}},{\"index\":1,\"delta\":{\"content\":\"b\"}}]}");
        String first = event("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        String second = event("{\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}]}");
        ExchangeFixture half = ExchangeFixture.ofOne().stream();
        ExchangeFixture whole = ExchangeFixture.ofOne().stream();

        half.call().stream().data(two + first).end();
        whole.call().stream().data(two + first + second).end();

        half.over("truncated");
        whole.over("ok");
    }

    @Test
    void aPlainBodyCutAfterOneMebibyteIsCutForTheClientToo() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();
        String large = "{\"model\":\"n1\",\"data\":\"" + "x".repeat(1 << 20);

        fixture.call().json(200, large).fails(Upstream.Cause.TRUNCATED, true);

        assertThat(fixture.client.status()).isEqualTo(200);
        assertThat(fixture.client.text()).isEqualTo(large.replace("\"n1\"", "\"m\""));
        assertThat(fixture.client.wasCut()).isTrue();
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.over("truncated");
    }

    @Test
    void aPlainBodyIsHeldBelowOneMebibyte() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(200, "{" + "x".repeat((1 << 20) - 2));
        assertThat(fixture.client.status()).isZero();
        fixture.call().data("x");

        assertThat(fixture.client.size()).isEqualTo(1 << 20);
        fixture.call().end();
        fixture.over("ok");
    }

    @Test
    void secretsAreMaskedAlsoBeyondTheFirstMebibyteOfAnErrorBody() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").maps("m", "n1").key("sk-abcdef-1234567890")).plain();

        fixture.call()
                .head(400, "Content-Type", "application/json", "Content-Length", "1048621")
                .data("x".repeat(1 << 20) + "sk-abcdef-")
                .data("1234567890 and sk-abcdef-1234567890")
                .end();

        assertThat(fixture.client.headers().first("Content-Length")).isEmpty();
        assertThat(fixture.client.text()).doesNotContain("1234567890").endsWith("sk-abc****7890 and sk-abc****7890");
        fixture.over("client");
    }

    // silence

    @Test
    void noHeadInTimeGoesToTheNextProviderAndAbortsTheCall() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").timeout(Duration.ofSeconds(5)).maps("m", "n1"),
                        SomeProvider.named("p2").maps("m", "n2"))
                .plain();

        fixture.time.advance(Duration.ofMillis(4999));
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.time.advance(Duration.ofMillis(1));

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.upstream.call(0).aborts).hasPositiveValue();
        assertThat(fixture.failures).containsExactly("p1 timeout");
    }

    @Test
    void anUpstreamThatNeverTakesTheWholeRequestIsGivenUpLikeOneThatDoesNotAnswer() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").timeout(Duration.ofSeconds(5)).maps("m", "n1"),
                        SomeProvider.named("p2").timeout(Duration.ofSeconds(5)).maps("m", "n2"),
                        SomeProvider.named("p3").timeout(Duration.ofSeconds(5)).maps("m", "n3"))
                .plain();

        fixture.seconds(10);

        assertThat(fixture.upstream.hosts())
                .as("nothing can have been billed, so one more than after a request that was sent")
                .containsExactly("p1.example", "p2.example", "p3.example");
        assertThat(fixture.upstream.call(0).aborts).hasPositiveValue();
        assertThat(fixture.failures).containsExactly("p1 timeout", "p2 timeout");
    }

    @Test
    void aPlainBodyOfOneByteAMinuteIsBoundedByTheDeadline() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        fixture.call().json(200, "{");

        for (int i = 0; i < 9; i++) {
            fixture.seconds(60);
            fixture.call().data(" ");
        }
        fixture.notOver();
        fixture.seconds(60);

        assertThat(fixture.client.status()).isEqualTo(504);
        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("deadline_exceeded");
    }

    @Test
    void aClientThatTakesNothingKeepsItsUpstreamNoLongerThanAStreamMayLast() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.client.slow();
        fixture.call().stream().data(delta("n1", "a"));

        fixture.seconds(1799);
        fixture.notOver();
        fixture.seconds(1);

        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("truncated");
    }

    @Test
    void aHeadWithoutContentIsBoundedByTheFirstTokenTimeoutHoweverManyCommentsCome() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();
        fixture.call().stream();

        for (int i = 0; i < 35; i++) {
            fixture.seconds(5);
            fixture.call().data(": alive\n");
        }
        fixture.seconds(4);
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.seconds(1);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.upstream.call(0).aborts).hasPositiveValue();
        assertThat(fixture.failures).containsExactly("p1 timeout");
    }

    @Test
    void anInjectedAttemptThatHitsTheFirstTokenTimeoutIsRememberedOnceTheUntouchedOneSucceeded() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();

        fixture.call().stream();
        fixture.seconds(180);
        assertThat(fixture.usageBlocklist.allows(fixture.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isTrue();
        fixture.call().stream().data(delta("n1", "a") + stop("n1") + DONE).end();

        assertThat(fixture.usageBlocklist.allows(fixture.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isFalse();
        fixture.seconds(24 * 3600);
        assertThat(fixture.usageBlocklist.allows(fixture.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isTrue();
    }

    @Test
    void theOnlyProviderIsAskedUntouchedAfterAnInjectedAttemptHung() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();

        fixture.call().stream();
        fixture.seconds(180);

        assertThat(fixture.upstream.calls).hasSize(2);
        assertThat(fixture.upstream.call(0).body()).contains("include_usage");
        assertThat(fixture.upstream.call(1).body()).doesNotContain("include_usage");
    }

    @Test
    void aFallbackIsAskedBeforeAnInjectedAttemptThatHungIsRepeated() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").maps("m", "n1"),
                        SomeProvider.named("p2").maps("m", "n2").fallback())
                .stream();

        fixture.call().stream();
        fixture.seconds(180);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }

    @Test
    void aClientThatLeavesAfterTheLastWordHasItsWholeAnswer() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().stream().data(delta("n1", "a") + "data: [DONE]\n\n");

        fixture.exchange().disconnected();

        fixture.over("ok");
    }

    @Test
    void aSilentPlainBodyIsAFailedAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(200, "{");
        fixture.seconds(119);
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.seconds(1);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.failures).containsExactly("p1 timeout");
    }

    @Test
    void everyByteOfAStreamBeginsTheIdleTimeAnew() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().stream().data(delta("n1", "a"));

        for (int i = 0; i < 10; i++) {
            fixture.seconds(119);
            fixture.call().data(delta("n1", "b"));
        }

        fixture.notOver();
        fixture.seconds(120);
        fixture.over("truncated");
    }

    @Test
    void aSlowClientIsNotMistakenForASilentUpstream() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.client.slow();
        fixture.call().stream().data(delta("n1", "a"));

        fixture.seconds(600);
        fixture.notOver();
        fixture.client.take();
        fixture.seconds(119);
        fixture.notOver();

        fixture.call().data(stop("n1") + DONE).end();
        fixture.over("ok");
    }

    @Test
    void aStreamMayNotLastForEver() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().stream();

        for (int i = 0; i < 1799; i++) {
            fixture.call().data(delta("n1", "x"));
            fixture.seconds(1);
        }
        fixture.notOver();
        fixture.seconds(1);

        assertThat(fixture.client.text()).contains("\"error\"").doesNotContain("[DONE]");
        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("truncated");
    }

    // the client leaves

    @Test
    void aHangUpBeforeTheFirstByteAbortsTheCallAndTriesNoOther() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();
        fixture.call().sent();

        fixture.exchange().disconnected();
        fixture.exchange().disconnected();

        assertThat(fixture.call().aborts).hasPositiveValue();
        assertThat(fixture.client.status()).isZero();
        assertThat(fixture.over("client_gone").status()).isZero();
        fixture.seconds(1000);
        assertThat(fixture.upstream.calls).hasSize(1);
    }

    @Test
    void aHangUpAfterTheFirstByteAbortsTheCallAndKeepsTheUsageSoFar() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().stream().data(delta("n1", "x") + usage("n1", 4, 2));

        fixture.exchange().disconnected();

        assertThat(fixture.call().aborts).hasPositiveValue();
        LedgerEntry entry = fixture.over("client_gone");
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.bill())
                .map(bill -> bill.usage() + " " + bill.certainty().wire())
                .contains(new Usage(4, 2, 0, 0, 0) + " partial");
    }

    @Test
    void anAnswerWithoutUsageIsReckonedByItsLength() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").priced("m", "n1", "0.5", "2", "0")).plain();

        fixture.call()
                .json(200, "{\"choices\":[{\"message\":{\"content\":\"Good day.\"}}]}")
                .end();

        // 27 bytes were asked, 9 characters answered
        assertThat(fixture.over("ok").bill())
                .contains(new Bill(new Usage(7, 3, 0, 0, 0), Bill.Certainty.ESTIMATED, new BigDecimal("9.5")));
    }

    @Test
    void aCutStreamIsBilledForWhatCame() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").priced("m", "n1", "0.5", "2", "0")).stream();
        fixture.call().stream().data(delta("n1", "Good ") + delta("n1", "day.")).end();

        assertThat(fixture.over("truncated").bill())
                .contains(new Bill(new Usage(7, 3, 0, 0, 0), Bill.Certainty.PARTIAL, new BigDecimal("9.5")));
    }

    @Test
    void whatTheUpstreamRefusesIsNotBilled() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();

        fixture.call()
                .json(400, "{\"error\":{\"message\":\"no\"},\"usage\":{\"prompt_tokens\":7}}")
                .end();

        assertThat(fixture.over("client").bill()).isEmpty();
    }

    @Test
    void aPathWithoutAModelIsBilledOnlyWhereItSaysSo() {
        ExchangeFixture silent = ExchangeFixture.ofOne().post("/v1/files", "{}");
        ExchangeFixture telling = ExchangeFixture.ofOne().post("/v1/agents", "{}");

        silent.call().json(200, "{\"id\":\"file-12345\"}").end();
        telling.call()
                .json(200, "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}")
                .end();

        assertThat(silent.over("ok").bill()).isEmpty();
        assertThat(telling.over("ok").bill()).map(Bill::usage).contains(new Usage(7, 3, 0, 0, 0));
    }

    @Test
    void aHangUpDuringAPauseEndsIt() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        fixture.call().json(500, "{}").end();

        fixture.exchange().disconnected();
        fixture.seconds(10);

        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.over("client_gone");
    }

    @Test
    void aClientThatLeftBeforeTheStartCostsNoAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        Exchange exchange = fixture.prepare("POST", CHAT, PLAIN);

        exchange.disconnected();
        exchange.start();

        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.client.status()).isZero();
        fixture.over("client_gone");
    }

    @Test
    void aShutdownBeforeTheStartCostsNoAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        Exchange exchange = fixture.prepare("POST", CHAT, PLAIN);

        exchange.shutdown();
        exchange.start();

        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.client.status()).isEqualTo(503);
        fixture.over("draining");
    }

    @Test
    void lateCallbacksAfterTheEndChangeNothing() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        FakeUpstream.Call call = fixture.call();
        call.stream().data(delta("n1", "x") + stop("n1") + DONE).end();
        String before = fixture.client.text();

        call.sent();
        call.head(500);
        call.data(delta("n1", "late"));
        call.end();
        call.fails(Upstream.Cause.RESET, true);
        fixture.exchange().disconnected();
        fixture.exchange().taken(5);
        fixture.exchange().shutdown();
        fixture.seconds(4000);

        assertThat(fixture.client.text()).isEqualTo(before);
        assertThat(fixture.failures).isEmpty();
        fixture.over("ok");
    }

    @Test
    void lateCallbacksOfAnEarlierAttemptDoNotTouchTheNext() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();
        FakeUpstream.Call first = fixture.call();
        first.json(500, "{}").end();
        FakeUpstream.Call second = fixture.call();
        second.stream().data(delta("n2", "good"));

        first.head(200, "Content-Type", "text/event-stream");
        first.data(delta("n1", "bad"));
        first.fails(Upstream.Cause.RESET, true);
        second.data(stop("n2") + DONE).end();

        assertThat(fixture.client.text()).isEqualTo(delta("m", "good") + stop("m") + DONE);
        fixture.over("ok");
    }

    // deadline

    @ParameterizedTest
    @ValueSource(longs = {600, 3})
    void theDeadlineIs504BeforeTheFirstByte(long seconds) {
        ExchangeFixture fixture = new ExchangeFixture(
                SomeProvider.named("p1").timeout(Duration.ofHours(1)).maps("m", "n1"));
        fixture.deadline = Duration.ofSeconds(seconds);

        fixture.plain();
        fixture.call().sent();
        fixture.time.advance(Duration.ofSeconds(seconds).minusMillis(1));
        fixture.notOver();
        fixture.time.advance(Duration.ofMillis(1));

        assertThat(fixture.client.status()).isEqualTo(504);
        assertThat(fixture.client.text()).contains("\"code\":\"deadline_exceeded\"");
        assertThat(fixture.client.header("x-should-retry")).isEqualTo("false");
        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("deadline_exceeded");
    }

    @Test
    void theDeadlineAlsoEndsAPause() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.deadline = Duration.ofMillis(200);

        fixture.plain();
        fixture.call().json(500, "{}").end();
        fixture.seconds(1);

        assertThat(fixture.client.status()).isEqualTo(504);
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.over("deadline_exceeded");
    }

    @Test
    void theDeadlineDoesNotTouchARelayUnderWay() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.deadline = Duration.ofSeconds(3);
        fixture.stream();
        fixture.call().stream().data(delta("n1", "x"));

        fixture.seconds(60);
        fixture.notOver();

        fixture.call().data(stop("n1") + DONE).end();
        fixture.over("ok");
    }

    // credit

    @Test
    void heldBytesAreCreditedAtOnceAndRelayedOnesWhenTheClientTookThem() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.client.slow();
        FakeUpstream.Call call = fixture.call().stream();

        call.data(role("n1"));
        assertThat(call.credited).as("held").hasValue(call.received.get());
        long held = call.received.get();

        call.data(delta("n1", "x"));
        assertThat(call.credited).as("relayed, not taken").hasValue(held);
        fixture.client.take();
        assertThat(call.credited).hasValue(call.received.get());

        call.data("data: {\"partial");
        assertThat(call.credited).as("a partial line is held").hasValue(call.received.get());
    }

    @Test
    void theSumOfCreditsIsWhatWasReceivedForAPlainBodyToo() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        FakeUpstream.Call call = fixture.call();

        call.json(200, "{" + "x".repeat(1 << 20));
        call.data("y".repeat(70_000));
        call.end();

        assertThat(call.credited).hasValue(call.received.get());
        fixture.over("ok");
    }

    // usage refused

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

    // stopping

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

    // content coding

    @Test
    void aGzipAnswerArrivesReadable() throws java.io.IOException {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        java.io.ByteArrayOutputStream zipped = new java.io.ByteArrayOutputStream();
        try (java.util.zip.GZIPOutputStream gzip = new java.util.zip.GZIPOutputStream(zipped)) {
            gzip.write(RequestHead.bytes(ANSWER));
        }

        FakeUpstream.Call call = fixture.call()
                .head(200, "Content-Type", "application/json", "Content-Encoding", "gzip", "Content-Length", "999");
        call.data(zipped.toByteArray()).end();

        assertThat(fixture.client.text()).isEqualTo(ANSWER.replace("\"n1\"", "\"m\""));
        assertThat(fixture.client.headers().first("Content-Encoding")).isEmpty();
        assertThat(fixture.client.header("Content-Length")).isEqualTo(Integer.toString(fixture.client.size()));
        assertThat(call.credited).hasValue(call.received.get());
        fixture.over("ok");
    }

    @Test
    void anAnswerThatIsNotTheGzipItClaimsToBeIsAFailedAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call()
                .head(200, "Content-Type", "application/json", "Content-Encoding", "gzip")
                .data(ANSWER);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }

    // what the books are told

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
