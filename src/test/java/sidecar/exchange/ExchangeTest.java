package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.Scene.CHAT;
import static sidecar.exchange.Scene.DONE;
import static sidecar.exchange.Scene.PLAIN;
import static sidecar.exchange.Scene.STREAM;
import static sidecar.exchange.Scene.delta;
import static sidecar.exchange.Scene.event;
import static sidecar.exchange.Scene.role;
import static sidecar.exchange.Scene.stop;
import static sidecar.exchange.Scene.usage;

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
        Scene scene = Scene.ofTwo().plain();

        scene.call().json(200, ANSWER).end();

        assertThat(scene.call().body()).isEqualTo("{\"model\":\"n1\",\"messages\":[]}");
        assertThat(scene.call().request.target()).hasToString("https://p1.example/v1/chat/completions");
        assertThat(scene.client.text()).isEqualTo(ANSWER.replace("\"n1\"", "\"m\""));
        assertThat(scene.client.ended()).isTrue();
        scene.over("ok");
    }

    @Test
    void theLedgerIsToldEverythingAboutAPlainExchange() {
        Scene scene = new Scene(SomeProvider.named("p1").priced("m", "n1", "0.000001", "0.000004", "0")).plain();
        scene.seconds(2);

        scene.call().json(200, ANSWER).end();

        LedgerEntry entry = scene.over("ok");
        assertThat(entry)
                .isEqualTo(new LedgerEntry(
                        FakeTime.BEGIN.plusSeconds(2),
                        "req-1",
                        "tester",
                        CHAT,
                        false,
                        "m",
                        List.of(new AttemptEntry(
                                scene.provider("p1").id(), "p1", "primary", "m", Optional.empty(), true)),
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
        assertThat(scene.failures).isEmpty();
    }

    @Test
    void answersSayWhoGaveThem() {
        Scene scene = new Scene(SomeProvider.named("p1").maps("m", "n1"));
        scene.plain();

        scene.call()
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

        assertThat(scene.client.header("X-Request-Id")).isEqualTo("req-1");
        assertThat(scene.client.header("X-Sidecar-Provider")).isEqualTo("p1");
        assertThat(scene.client.header("X-Sidecar-Model")).isEqualTo("m");
        assertThat(scene.client.header("X-Sidecar-Attempts")).isEqualTo("1");
        assertThat(scene.client.header("X-Sidecar-Upstream-Request-Id")).isEqualTo("up-9");
        assertThat(scene.client.header("Content-Length")).isEqualTo(Integer.toString(scene.client.size()));
        assertThat(scene.client.headers().lines())
                .extracting(Header::name)
                .doesNotContain("Set-Cookie", "Server", "x-ratelimit-limit-requests");
        scene.over("ok");
    }

    @Test
    void everyByteOfAStreamArrivesUpToDone() {
        Scene scene = Scene.ofTwo().stream();
        String sent = role("n1") + delta("n1", "He") + delta("n1", "llo") + stop("n1") + DONE;

        scene.call().stream().data(sent).end();

        assertThat(scene.client.text()).isEqualTo(sent.replace("\"n1\"", "\"m\""));
        assertThat(scene.client.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(scene.client.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(scene.client.headers().first("Content-Length")).isEmpty();
        assertThat(scene.client.ended()).isTrue();
        scene.over("ok");
    }

    @Test
    void usageOfAStreamIsReadAndHiddenWhenOnlySidecarAsked() {
        Scene scene = new Scene(SomeProvider.named("p1").priced("m", "n1", "0.5", "2", "0")).stream();

        scene.call().stream()
                .data(delta("n1", "x") + stop("n1") + usage("n1", 10, 5) + DONE)
                .end();

        assertThat(scene.call().body())
                .isEqualTo("{\"stream_options\":{\"include_usage\":true},\"model\":\"n1\",\"stream\":true}");
        assertThat(scene.client.text()).isEqualTo(delta("m", "x") + stop("m") + DONE);
        Bill bill = scene.over("ok").bill().orElseThrow();
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
        Scene scene = Scene.ofOne().post(CHAT, body.replace('\'', '"'));

        assertThat(scene.call().body()).isEqualTo(wire.replace('\'', '"'));
    }

    @Test
    void usageThatTheClientAskedForIsLeftInItsStream() {
        Scene scene = Scene.ofOne()
                .post(CHAT, "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        String sent = delta("n1", "x") + stop("n1") + usage("n1", 1, 2) + DONE;

        scene.call().stream().data(sent).end();

        assertThat(scene.client.text()).isEqualTo(sent.replace("\"n1\"", "\"m\""));
        assertThat(scene.over("ok").bill()).map(Bill::usage).contains(new Usage(1, 2, 0, 0, 0));
    }

    @Test
    void usageIsNotAskedForWhereTheMappingForbidsIt() {
        Scene scene = new Scene(SomeProvider.named("p1")
                        .mapsWith("m", "n1", java.util.Map.of("supportsUsageInStreaming", false)))
                .stream();

        assertThat(scene.call().body()).doesNotContain("include_usage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/responses", "/v1/embeddings", "/v1/audio/speech"})
    void usageIsAskedForOnlyOnChatAndCompletions(String path) {
        Scene scene = new Scene(SomeProvider.named("p1")
                        .api(ApiProtocol.OPENAI_RESPONSES)
                        .maps("m", "n1"))
                .post(path, STREAM);

        assertThat(scene.call().body()).isEqualTo("{\"model\":\"n1\",\"stream\":true}");
    }

    @Test
    void streamAsStringIsNotAStream() {
        Scene scene = Scene.ofOne().post(CHAT, "{\"model\":\"m\",\"stream\":\"false\"}");

        scene.call().json(200, ANSWER).end();

        assertThat(scene.call().body()).isEqualTo("{\"model\":\"n1\",\"stream\":\"false\"}");
        assertThat(scene.client.text()).isEqualTo(ANSWER.replace("\"n1\"", "\"m\""));
        scene.over("ok");
    }

    @Test
    void aPlainAnswerToAStreamedRequestIsRelayedAsWhatItIs() {
        Scene scene = Scene.ofOne().stream();

        scene.call().json(200, ANSWER).end();

        assertThat(scene.client.text()).isEqualTo(ANSWER.replace("\"n1\"", "\"m\""));
        scene.over("ok");
    }

    @Test
    void aStarProviderGetsTheModelUnchanged() {
        Scene scene = new Scene(SomeProvider.named("p1").maps("*", "*")).plain();

        scene.call().json(200, ANSWER).end();

        assertThat(scene.call().body()).isEqualTo(PLAIN);
        assertThat(scene.client.text()).isEqualTo(ANSWER);
        scene.over("ok");
    }

    @Test
    void anEscapedModelIsGivenBackAsTheStringItMeans() {
        Scene scene =
                new Scene(SomeProvider.named("p1").maps("m/é", "n1")).post(CHAT, "{\"mod\\u0065l\":\"m\\/\\u00e9\"}");

        scene.call().json(200, ANSWER).end();

        assertThat(scene.call().body()).isEqualTo("{\"mod\\u0065l\":\"n1\"}");
        assertThat(scene.client.text()).contains("\"model\":\"m/é\"");
        assertThat(scene.client.header("X-Sidecar-Model")).isEqualTo("m/%C3%A9");
        scene.over("ok");
    }

    @Test
    void theClientsCredentialsNeverLeave() {
        Scene scene = Scene.ofOne();
        scene.headers = new Headers(List.of(
                new Header("Authorization", "Bearer client-secret"),
                new Header("Cookie", "c=client-secret"),
                new Header("X-Api-Key", "client-secret"),
                new Header("User-Agent", "OpenAI/Python"),
                new Header("X-Forwarded-For", "10.0.0.1"),
                new Header("Idempotency-Key", "once")));

        scene.plain();

        Headers wire = scene.call().request.headers();
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
        Scene scene = new Scene(
                        SomeProvider.named("reserve").fallback().maps("m", "n2"),
                        SomeProvider.named("first").maps("m", "n1"))
                .plain();

        assertThat(scene.call().host()).isEqualTo("first.example");
        scene.call().json(500, "{}").end();

        assertThat(scene.call().host()).isEqualTo("reserve.example");
        scene.call().json(200, ANSWER.replace("n1", "n2")).end();
        assertThat(scene.over("ok").last().orElseThrow().pool()).isEqualTo("fallback");
    }

    @Test
    void aPinnedProviderIsAskedAloneAndNothingFailsOver() {
        Scene scene = Scene.ofTwo();
        scene.pinned = Optional.of("p2");

        scene.plain();
        scene.call().json(500, "{}").end();

        assertThat(scene.upstream.hosts()).containsExactly("p2.example");
        assertThat(scene.client.status()).isEqualTo(502);
        scene.over("overloaded");
    }

    @Test
    void pinningAProviderNobodyKnowsIs404() {
        Scene scene = Scene.ofTwo();
        scene.pinned = Optional.of("nobody");

        scene.plain();

        assertThat(scene.upstream.calls).isEmpty();
        assertThat(scene.client.status()).isEqualTo(404);
        assertThat(scene.client.text()).contains("\"code\":\"not_found\"", "nobody");
        scene.over("not_found");
    }

    @Test
    void aPinnedProviderThatCoolsIs503() {
        Scene scene = Scene.ofTwo().impatient();
        scene.pinned = Optional.of("p2");

        scene.plain();
        scene.call().json(429, "{}").end();

        assertThat(scene.upstream.hosts()).containsExactly("p2.example");
        assertThat(scene.client.status()).isEqualTo(503);
        assertThat(Integer.parseInt(scene.client.header("Retry-After"))).isBetween(30, 36);
        scene.over("all_cooling");
    }

    @Test
    void anUnknownModelIs404InOpenAisShape() {
        Scene scene = Scene.ofTwo().post(CHAT, "{\"model\":\"unknown\"}");

        assertThat(scene.client.status()).isEqualTo(404);
        assertThat(scene.client.text()).contains("\"code\":\"model_not_found\"", "\"type\":\"invalid_request_error\"");
        assertThat(scene.client.header("x-should-retry")).isEqualTo("false");
        assertThat(scene.client.header("X-Request-Id")).isEqualTo("req-1");
        LedgerEntry entry = scene.over("model_not_found");
        assertThat(entry.attempts()).isEmpty();
        assertThat(entry.bill()).isEmpty();
    }

    @Test
    void aFullWindowIs503WithTheExactWait() {
        Scene scene = new Scene(SomeProvider.named("p1").rpm(1).maps("m", "n1"));
        scene.impatient().useUp("p1");
        scene.seconds(20);

        scene.plain();

        assertThat(scene.upstream.calls).isEmpty();
        assertThat(scene.client.status()).isEqualTo(503);
        assertThat(scene.client.text()).contains("\"type\":\"AllPoolsExhausted\"", "\"code\":\"queue_timeout\"");
        assertThat(Integer.parseInt(scene.client.header("Retry-After"))).isBetween(41, 50);
        scene.over("queue_timeout");
    }

    @Test
    void aPathWithoutAModelGoesToTheFirstPrimaryAndAnIssuedIdToItsIssuer() {
        Scene scene = new Scene(
                SomeProvider.named("f").fallback().maps("m", "n"),
                SomeProvider.named("p1").maps("m", "n"),
                SomeProvider.named("p2").maps("m", "n"));
        scene.ids.issued("file-abc123", scene.provider("p2").id());

        scene.prepare("GET", "/v1/files", "").start();
        scene.prepare("GET", "/v1/files/file-abc123/content", "").start();

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }

    @Test
    void aFollowUpGoesToTheProviderThatIssuedTheEarlierResponse() {
        Scene scene = new Scene(
                SomeProvider.named("p1").api(ApiProtocol.OPENAI_RESPONSES).maps("m", "n"),
                SomeProvider.named("p2").api(ApiProtocol.OPENAI_RESPONSES).maps("m", "n"));
        scene.ids.issued("resp_abc123", scene.provider("p2").id());

        scene.post("/v1/responses", "{\"model\":\"m\",\"previous_response_id\":\"resp_abc123\"}");

        assertThat(scene.call().host()).isEqualTo("p2.example");
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
            Scene scene = Scene.ofTwo().post(CHAT, request);

            scene.call()
                    .json(status, body == null ? "" : body.replace('\'', '"'))
                    .end();

            assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
            assertThat(scene.client.status()).isZero();
            scene.call().json(200, ANSWER.replace("n1", "n2")).end();
            assertThat(scene.client.status()).isEqualTo(200);
            assertThat(scene.client.header("X-Sidecar-Attempts")).isEqualTo("2");
            assertThat(scene.failures).containsExactly("p1 " + kind);
            assertThat(scene.over("ok").last().orElseThrow().provider()).isEqualTo("p2");
        }
    }

    @ParameterizedTest
    @CsvSource({"400", "413", "415", "422", "404", "405", "406", "408", "409", "418"})
    void theClientsOwnFaultIsRelayedOnceAsItCame(int status) {
        Scene scene = Scene.ofTwo().stream();

        scene.call()
                .sent()
                .head(status, "Content-Type", "application/json", "Retry-After", "3")
                .data("{\"error\":{\"message\":\"no such thing\"}}")
                .end();

        assertThat(scene.upstream.calls).hasSize(1);
        assertThat(scene.client.status()).isEqualTo(status);
        assertThat(scene.client.text()).isEqualTo("{\"error\":{\"message\":\"no such thing\"}}");
        assertThat(scene.client.header("Retry-After")).isEqualTo("3");
        assertThat(scene.failures).isEmpty();
        assertThat(scene.over("client").status()).isEqualTo(status);
        assertThat(scene.pool.status(scene.provider("p1")).status()).isEqualTo(ProviderStatus.HEALTHY);
    }

    @Test
    void aRelayedErrorShowsOnlyTheMaskOfTheProvidersSecrets() {
        Scene scene = new Scene(SomeProvider.named("p1")
                        .maps("m", "n1")
                        .key("sk-abcdef-1234567890")
                        .header("X-Team", "team-secret-4711"))
                .plain();

        scene.call()
                .json(400, "{\"error\":\"bad key sk-abcdef-1234567890 of team-secret-4711\"}")
                .end();

        assertThat(scene.client.text())
                .isEqualTo(
                        "{\"error\":{\"message\":\"bad key sk-abc****7890 of team-s****4711\",\"type\":\"invalid_request_error\"}}");
        assertThat(scene.client.header("Content-Length")).isEqualTo(Integer.toString(scene.client.size()));
        scene.over("client");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aBrokenConnectionGoesToTheNextProviderAndBlamesTheHost(boolean began) {
        Scene scene = Scene.ofTwo().plain();

        scene.call().fails(began ? Upstream.Cause.RESET : Upstream.Cause.CONNECT, began);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(scene.failures).containsExactly("p1 network");
    }

    @Test
    void aRequestOfWhichNothingWasSentGivesItsPlaceBack() {
        Scene scene = new Scene(SomeProvider.named("p1").rpm(1).maps("m", "n1")).plain();

        scene.call().fails(Upstream.Cause.CONNECT, false);
        scene.seconds(1);

        assertThat(scene.upstream.calls)
                .as("asked again within the same minute")
                .hasSize(2);
        scene.call().json(200, ANSWER).end();
        scene.over("ok");
    }

    @Test
    void aCutPlainBodyIsAFailedAttempt() {
        Scene scene = Scene.ofTwo().plain();

        scene.call().json(200, "{\"id\":\"c\",").fails(Upstream.Cause.TRUNCATED, true);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(scene.client.status()).isZero();
        assertThat(scene.failures).containsExactly("p1 network");
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
        Scene scene = Scene.ofTwo();
        scene.attempts = 2;
        scene.upstream.script =
                (number, call) -> call.json(upstream, body.replace('\'', '"')).end();

        scene.plain();
        scene.seconds(300);

        assertThat(scene.client.status()).isEqualTo(status);
        assertThat(scene.client.text()).contains("\"code\":\"" + code + "\"").doesNotContain("n1 does not exist");
        assertThat(scene.client.header("Content-Type")).isEqualTo("application/json");
        assertThat(scene.client.header("x-should-retry")).isEqualTo(shouldRetry == null ? "" : shouldRetry);
        assertThat(scene.over(outcome).status()).isEqualTo(status);
    }

    @Test
    void noAttemptIsMadeBeyondMaxPoolRetries() {
        Scene scene = Scene.ofOne();
        scene.attempts = 3;
        scene.upstream.script =
                (number, call) -> call.json(500, "secret stack trace").end();

        scene.plain();
        scene.seconds(60);

        assertThat(scene.upstream.calls).hasSize(3);
        assertThat(scene.client.status()).isEqualTo(502);
        assertThat(scene.client.text())
                .contains("\"code\":\"overloaded\"", "3 attempts")
                .doesNotContain("secret stack trace");
        LedgerEntry entry = scene.over("overloaded");
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
        Scene scene = new Scene(many);
        scene.attempts = 1;
        scene.upstream.script = (number, call) -> call.json(429, "{}").end();

        scene.plain();

        assertThat(scene.upstream.calls).hasSize(20);
        assertThat(scene.client.status()).isEqualTo(503);
        scene.over("rate_limited");
    }

    @Test
    void sixRateLimitedProvidersAreNoReasonToGiveUp() {
        SomeProvider[] many = new SomeProvider[7];
        for (int i = 0; i < many.length; i++) {
            many[i] = SomeProvider.named("p" + i).maps("m", "n1");
        }
        Scene scene = new Scene(many);
        scene.upstream.script = (number, call) ->
                call.json(number <= 6 ? 429 : 200, number <= 6 ? "{}" : ANSWER).end();

        scene.plain();

        assertThat(scene.client.status()).isEqualTo(200);
        assertThat(scene.over("ok").attempts()).hasSize(7);
    }

    @Test
    void theOnlyProviderIsAskedAgainAfterAGrowingPause() {
        Scene scene = Scene.ofOne().plain();
        long begin = scene.time.nanos();

        scene.call().json(500, "{}").end();
        assertThat(scene.upstream.calls).hasSize(1);
        scene.time.advance(Duration.ofMillis(499));
        assertThat(scene.upstream.calls).hasSize(1);
        scene.time.advance(Duration.ofMillis(102));
        assertThat(scene.upstream.calls).hasSize(2);

        scene.call().fails(Upstream.Cause.RESET, true);
        scene.time.advance(Duration.ofMillis(999));
        assertThat(scene.upstream.calls).hasSize(2);
        scene.time.advance(Duration.ofMillis(202));
        assertThat(scene.upstream.calls).hasSize(3);

        scene.call().json(200, ANSWER).end();
        assertThat(scene.over("ok").times().took()).isLessThan(Duration.ofNanos(scene.time.nanos() - begin + 1));
    }

    @Test
    void aFailedProviderIsAskedAgainAfterThePauseAlsoWhileTheOthersCool() {
        Scene scene = Scene.ofTwo().plain();

        scene.call().json(500, "{}").end();
        scene.call().json(429, "{}").end();
        scene.notOver();
        scene.seconds(1);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example", "p1.example");
        scene.call().json(200, ANSWER).end();
        scene.over("ok");
    }

    @Test
    void aWindowThatIsFullAfterAFailureIsWaitedFor() {
        Scene scene = new Scene(SomeProvider.named("p1").rpm(1).maps("m", "n1")).plain();
        scene.call().json(500, "{}").end();

        scene.seconds(60);
        assertThat(scene.upstream.calls).hasSize(1);
        scene.seconds(1);
        assertThat(scene.upstream.calls).hasSize(2);
        scene.call().json(200, "{\"model\":\"n1\",\"choices\":[{}]}").end();

        assertThat(scene.client.status()).isEqualTo(200);
        scene.over("ok");
    }

    @Test
    void aWindowThatIsFullAfterAFailureDoesNotHideWhyTheAttemptFailed() {
        Scene scene = new Scene(SomeProvider.named("p1").rpm(1).maps("m", "n1"))
                .impatient()
                .plain();

        scene.call().json(500, "{}").end();
        scene.seconds(2);

        assertThat(scene.upstream.calls).hasSize(1);
        assertThat(scene.client.status()).isEqualTo(502);
        assertThat(scene.client.text()).contains("\"code\":\"overloaded\"");
        scene.over("overloaded");
    }

    @Test
    void afterATimeoutOfAFullySentRequestOneMoreIsMadeAndNoFurther() {
        Scene scene = new Scene(
                        SomeProvider.named("p1").maps("m", "n"),
                        SomeProvider.named("p2").maps("m", "n"),
                        SomeProvider.named("p3").maps("m", "n"))
                .plain();

        scene.call().sent();
        scene.seconds(120);
        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        scene.call().json(500, "{}").end();

        assertThat(scene.upstream.calls).hasSize(2);
        assertThat(scene.client.status()).isEqualTo(502);
        scene.over("overloaded");
    }

    @Test
    void aTimeoutIsNotTriedElsewhereWhenTheOperatorSaysSo() {
        Scene scene = Scene.ofTwo();
        scene.retryOnTimeout = false;

        scene.plain();
        scene.call().sent();
        scene.seconds(120);

        assertThat(scene.upstream.calls).hasSize(1);
        assertThat(scene.client.status()).isEqualTo(502);
        assertThat(scene.client.text()).contains("\"code\":\"timeout\"");
        scene.over("timeout");
    }

    @Test
    void badCredentialsPutTheProviderInErrorAndTheNextExchangeSkipsIt() {
        Scene scene = Scene.ofTwo().plain();
        scene.call()
                .json(401, "{\"error\":\"invalid key sk-p1-secret-0123456789\"}")
                .end();
        scene.call().json(200, ANSWER).end();

        assertThat(scene.pool.status(scene.provider("p1")).status()).isEqualTo(ProviderStatus.ERROR);
        assertThat(scene.pool.status(scene.provider("p1")).reason()).doesNotContain("secret");
        scene.over("ok");
    }

    @Test
    void retryAfterIsHonoured() {
        Scene scene = Scene.ofTwo().plain();

        scene.call().sent().head(429, "Retry-After", "100").data("{}").end();

        assertThat(scene.pool.status(scene.provider("p1")).cooldownUntil())
                .contains(scene.time.instant().plusSeconds(100));
    }

    @Test
    void aBodysTryAgainInIsHonoured() {
        Scene scene = Scene.ofTwo().plain();

        scene.call().json(429, "{\"error\":\"Please try again in 2m\"}").end();

        assertThat(scene.pool.status(scene.provider("p1")).cooldownUntil())
                .contains(scene.time.instant().plusSeconds(120));
    }

    @ParameterizedTest
    @CsvSource({"90, 300, 300", "400, 300, 400", "0, 10, 30"})
    void aRulesCooldownAndTheUpstreamsWishAreBothHonoured(int asked, int rule, int cools) {
        Scene scene = Scene.ofTwo();
        scene.failureRules = new FailureClassifier(List.of(new FailureRule(
                429, 429, Optional.empty(), LabelGlob.ANY, FailureClass.RATE_LIMITED, Duration.ofSeconds(rule))));
        scene.plain();

        scene.call()
                .sent()
                .head(429, "Retry-After", String.valueOf(asked))
                .data("{}")
                .end();

        assertThat(scene.pool.status(scene.provider("p1")).cooldownUntil())
                .contains(scene.time.instant().plusSeconds(cools));
    }

    @Test
    void rulesCanNameALabel() {
        Scene scene = new Scene(
                SomeProvider.named("p1").label("nvidia-1").maps("m", "n1"),
                SomeProvider.named("p2").maps("m", "n2"));
        scene.failureRules = new FailureClassifier(List.of(new FailureRule(
                400, 400, Optional.empty(), new LabelGlob("nvidia*"), FailureClass.OVERLOADED, Duration.ZERO)));
        scene.plain();

        scene.call().json(400, "{}").end();
        scene.call().json(400, "{}").end();

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        scene.over("client");
    }

    // holding back

    @Test
    void noByteOfAStreamIsRelayedBeforeItsFirstContent() {
        Scene scene = Scene.ofTwo().stream();

        scene.call().stream().data(": comment\n\n").data(role("n1")).data(role("n1"));
        assertThat(scene.client.status()).isZero();
        scene.call().fails(Upstream.Cause.RESET, true);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        scene.call().stream().data(role("n2")).data(delta("n2", "x"));
        assertThat(scene.client.text()).isEqualTo(role("m") + delta("m", "x"));
    }

    @Test
    void commentsAreDroppedWhileHeldAndPassAfterwards() {
        Scene scene = Scene.ofOne().stream();

        scene.call().stream().data(": waiting\n" + delta("n1", "x") + ": alive\n\n");

        assertThat(scene.client.text()).isEqualTo(delta("m", "x") + ": alive\n\n");
    }

    @Test
    void commentsAreNotEventsHoweverManyThereAre() {
        Scene scene = Scene.ofTwo().stream();

        scene.call().stream();
        for (int i = 0; i < 200; i++) {
            scene.call().data(": PROCESSING\n\n");
        }
        assertThat(scene.client.status()).as("still held").isZero();
        scene.call().data(event("{\"error\":{\"message\":\"overloaded\"}}"));

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }

    @Test
    void theSixtyFourthEventWithoutContentEndsTheHold() {
        Scene scene = Scene.ofTwo().stream();

        scene.call().stream();
        for (int i = 0; i < 63; i++) {
            scene.call().data(role("n1"));
        }
        assertThat(scene.client.status()).isZero();
        scene.call().data(role("n1"));

        assertThat(scene.client.text()).isEqualTo(role("m").repeat(64));
    }

    @Test
    void aQuarterOfAMebibyteWithoutContentEndsTheHold() {
        Scene scene = Scene.ofTwo().stream();
        String large = event(
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"x\":\"" + "y".repeat(100_000) + "\"}]}");

        scene.call().stream().data(large).data(large);
        assertThat(scene.client.status()).isZero();
        scene.call().data(large);

        assertThat(scene.client.text()).isEqualTo(large.repeat(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"message\":\"x\"}}\n\n",
                "data: {\"error\":\"x\"}\n\n",
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"x\"}}\n\n"
            })
    void anErrorAsFirstEventGoesToTheNextProvider(String first) {
        Scene scene = Scene.ofTwo().stream();

        scene.call().stream().data(first);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(scene.failures).containsExactly("p1 bad_success");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", ": only a comment\n\n", "data: [DONE]\n\n"})
    void anEmptyStreamIsNoAnswer(String all) {
        Scene scene = Scene.ofTwo().stream();

        scene.call().stream().data(all).end();

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(scene.client.status()).isZero();
    }

    // cut streams

    @ParameterizedTest
    @ValueSource(strings = {"eof", "reset", "idle"})
    void aCutChatStreamEndsInAnErrorFrameAndNoDone(String how) {
        Scene scene = Scene.ofTwo().stream();

        scene.call().stream().data(delta("n1", "x") + "data: {\"par");
        breakOff(scene, how);

        String rest = scene.client.text().substring(delta("m", "x").length());
        assertThat(rest).startsWith("\ndata: {\"error\":{\"message\":").endsWith("}}\n\n");
        assertThat(rest).contains("\"type\":\"upstream_error\"", "\"param\":null", "\"code\":\"network\"");
        assertThat(scene.client.text()).doesNotContain("[DONE]").doesNotContain("\"par\n");
        assertThat(scene.client.ended()).isTrue();
        assertThat(scene.upstream.calls).as("not asked again").hasSize(1);
        assertThat(scene.failures).containsExactly("p1 network");
        assertThat(scene.over("truncated").status()).isEqualTo(200);
    }

    private static void breakOff(Scene scene, String how) {
        switch (how) {
            case "eof" -> scene.call().end();
            case "reset" -> scene.call().fails(Upstream.Cause.RESET, true);
            default -> {
                scene.seconds(119);
                scene.notOver();
                scene.seconds(1);
            }
        }
    }

    @Test
    void aCutResponsesStreamEndsInItsOwnErrorEvent() {
        Scene scene = new Scene(SomeProvider.named("p1")
                        .api(ApiProtocol.OPENAI_RESPONSES)
                        .maps("m", "n1"))
                .post("/v1/responses", STREAM);

        scene.call().stream()
                .data(
                        "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_9\"}}\n\n"
                                + "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":4,\"delta\":\"x\"}\n\n")
                .end();

        assertThat(scene.client.text())
                .contains("\n\nevent: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":5,"
                        + "\"response\":{\"id\":\"resp_9\",")
                .contains(
                        "\n\nevent: error\ndata: {\"type\":\"error\",\"sequence_number\":6,\"code\":\"network\",\"message\":")
                .endsWith(",\"param\":null}\n\n");
        scene.over("truncated");
    }

    @Test
    void aCutMessagesStreamEndsInItsOwnErrorEvent() {
        Scene scene = new Scene(SomeProvider.named("p1")
                        .api(ApiProtocol.ANTHROPIC_MESSAGES)
                        .maps("m", "n1"))
                .post("/v1/messages", STREAM);

        scene.call().stream()
                .data(
                        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"x\"}}\n\n")
                .end();

        assertThat(scene.client.text())
                .contains("\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":")
                .endsWith("}}\n\n");
        scene.over("truncated");
    }

    @Test
    void anErrorEventOfTheUpstreamsOwnIsRelayedAndIsNoSuccess() {
        Scene scene = Scene.ofOne().stream();
        String error = event("{\"error\":{\"message\":\"overloaded\",\"code\":\"x\"}}");

        scene.call().stream().data(delta("n1", "x") + error).end();

        assertThat(scene.client.text()).isEqualTo(delta("m", "x") + error);
        assertThat(scene.over("bad_success").attempts())
                .extracting(AttemptEntry::failure)
                .containsExactly(Optional.of(FailureClass.BAD_SUCCESS));
        assertThat(scene.pool.status(scene.provider("p1")).lately().failuresInARow())
                .isEqualTo(1);
    }

    /** Upstreams that leave the socket open held the client, and a place of its, for two minutes to half an hour. */
    @ParameterizedTest
    @ValueSource(strings = {"", ": still here\n\n"})
    void aStreamEndsWithinASecondOfItsLastWord(String after) {
        Scene scene = Scene.ofOne().stream();
        FakeUpstream.Call call = scene.call().stream().data(delta("n1", "x") + stop("n1") + DONE);
        for (int i = 0; i < 9; i++) {
            call.data(after);
            scene.millis(100);
        }
        assertThat(scene.client.ended()).isFalse();

        scene.millis(101);

        assertThat(scene.client.text()).startsWith(delta("m", "x") + stop("m") + DONE);
        scene.over("ok");
        assertThat(call.aborts).hasPositiveValue();
    }

    @Test
    void aFinishReasonAloneIsNotTheLastWord() {
        Scene scene = Scene.ofOne().stream();
        FakeUpstream.Call call = scene.call().stream().data(delta("n1", "x") + stop("n1"));

        scene.seconds(30);
        assertThat(scene.client.ended()).as("usage may follow").isFalse();

        call.end();
        scene.over("ok");
    }

    @Test
    void anEmptyFinishReasonFinishesNothing() {
        Scene scene = Scene.ofOne().stream();

        scene.call().stream().data(delta("n1", "x").replace("null", "\"\"")).end();

        assertThat(scene.client.text()).contains("\"error\"").doesNotContain("[DONE]");
        scene.over("truncated");
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
        Scene scene = Scene.ofOne().stream();
        String event = event(
                "{\"model\":\"n1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"," + member + "}}]}");

        scene.call().stream().data(event);

        assertThat(scene.client.text()).as("relayed at once").contains("delta");
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
        Scene scene = Scene.ofOne().stream();
        String event = event(
                "{\"model\":\"n1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"," + member + "}}]}");

        scene.call().stream().data(event);

        assertThat(scene.client.text()).isEmpty();
    }

    @Test
    void eventsThatAreTypedAsSomethingElseAreStreamed() {
        Scene scene = Scene.ofOne().stream();
        FakeUpstream.Call call = scene.call();

        call.json(200, delta("n1", "x"));
        assertThat(scene.client.text()).as("before its end").isEqualTo(delta("m", "x"));
        assertThat(scene.client.header("Content-Type")).contains("text/event-stream");
        call.data(stop("n1") + DONE).end();

        scene.over("ok");
    }

    @Test
    void aStreamThatBeginsWithARateLimitCoolsTheKey() {
        Scene scene = Scene.ofTwo().stream();

        scene.call().stream().data(event("{\"error\":{\"code\":429,\"message\":\"Please try again in 30s\"}}"));

        assertThat(scene.pool.status(scene.provider("p1")).status()).isEqualTo(ProviderStatus.COOLING);
        scene.call().stream().data(delta("n2", "x") + DONE).end();
        scene.over("ok");
    }

    @Test
    void anAnswerThatIsNotHttpIsAskedForOncePerProvider() {
        Scene scene = Scene.ofTwo().plain();

        scene.call().fails(Upstream.Cause.MALFORMED, true);
        scene.call().fails(Upstream.Cause.MALFORMED, true);
        scene.seconds(60);

        assertThat(scene.upstream.calls).hasSize(2);
        assertThat(scene.client.status()).isEqualTo(502);
    }

    @Test
    void aStreamThatIsResetAfterItsLastEventIsComplete() {
        Scene scene = Scene.ofOne().stream();

        scene.call().stream().data(delta("n1", "x") + stop("n1") + DONE).fails(Upstream.Cause.RESET, true);

        assertThat(scene.client.text()).isEqualTo(delta("m", "x") + stop("m") + DONE);
        scene.over("ok");
    }

    @Test
    void finishReasonsOfEveryChoiceMakeAStreamCompleteWithoutDone() {
        String two = event(
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}},{\"index\":1,\"delta\":{\"content\":\"b\"}}]}");
        String first = event("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        String second = event("{\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}]}");
        Scene half = Scene.ofOne().stream();
        Scene whole = Scene.ofOne().stream();

        half.call().stream().data(two + first).end();
        whole.call().stream().data(two + first + second).end();

        half.over("truncated");
        whole.over("ok");
    }

    @Test
    void aPlainBodyCutAfterOneMebibyteIsCutForTheClientToo() {
        Scene scene = Scene.ofTwo().plain();
        String large = "{\"model\":\"n1\",\"data\":\"" + "x".repeat(1 << 20);

        scene.call().json(200, large).fails(Upstream.Cause.TRUNCATED, true);

        assertThat(scene.client.status()).isEqualTo(200);
        assertThat(scene.client.text()).isEqualTo(large.replace("\"n1\"", "\"m\""));
        assertThat(scene.client.wasCut()).isTrue();
        assertThat(scene.upstream.calls).hasSize(1);
        scene.over("truncated");
    }

    @Test
    void aPlainBodyIsHeldBelowOneMebibyte() {
        Scene scene = Scene.ofTwo().plain();

        scene.call().json(200, "{" + "x".repeat((1 << 20) - 2));
        assertThat(scene.client.status()).isZero();
        scene.call().data("x");

        assertThat(scene.client.size()).isEqualTo(1 << 20);
        scene.call().end();
        scene.over("ok");
    }

    @Test
    void secretsAreMaskedAlsoBeyondTheFirstMebibyteOfAnErrorBody() {
        Scene scene = new Scene(SomeProvider.named("p1").maps("m", "n1").key("sk-abcdef-1234567890")).plain();

        scene.call()
                .head(400, "Content-Type", "application/json", "Content-Length", "1048621")
                .data("x".repeat(1 << 20) + "sk-abcdef-")
                .data("1234567890 and sk-abcdef-1234567890")
                .end();

        assertThat(scene.client.headers().first("Content-Length")).isEmpty();
        assertThat(scene.client.text()).doesNotContain("1234567890").endsWith("sk-abc****7890 and sk-abc****7890");
        scene.over("client");
    }

    // silence

    @Test
    void noHeadInTimeGoesToTheNextProviderAndAbortsTheCall() {
        Scene scene = new Scene(
                        SomeProvider.named("p1").timeout(Duration.ofSeconds(5)).maps("m", "n1"),
                        SomeProvider.named("p2").maps("m", "n2"))
                .plain();

        scene.time.advance(Duration.ofMillis(4999));
        assertThat(scene.upstream.calls).hasSize(1);
        scene.time.advance(Duration.ofMillis(1));

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(scene.upstream.call(0).aborts).hasPositiveValue();
        assertThat(scene.failures).containsExactly("p1 timeout");
    }

    @Test
    void anUpstreamThatNeverTakesTheWholeRequestIsGivenUpLikeOneThatDoesNotAnswer() {
        Scene scene = new Scene(
                        SomeProvider.named("p1").timeout(Duration.ofSeconds(5)).maps("m", "n1"),
                        SomeProvider.named("p2").timeout(Duration.ofSeconds(5)).maps("m", "n2"),
                        SomeProvider.named("p3").timeout(Duration.ofSeconds(5)).maps("m", "n3"))
                .plain();

        scene.seconds(10);

        assertThat(scene.upstream.hosts())
                .as("nothing can have been billed, so one more than after a request that was sent")
                .containsExactly("p1.example", "p2.example", "p3.example");
        assertThat(scene.upstream.call(0).aborts).hasPositiveValue();
        assertThat(scene.failures).containsExactly("p1 timeout", "p2 timeout");
    }

    @Test
    void aPlainBodyOfOneByteAMinuteIsBoundedByTheDeadline() {
        Scene scene = Scene.ofOne().plain();
        scene.call().json(200, "{");

        for (int i = 0; i < 9; i++) {
            scene.seconds(60);
            scene.call().data(" ");
        }
        scene.notOver();
        scene.seconds(60);

        assertThat(scene.client.status()).isEqualTo(504);
        assertThat(scene.call().aborts).hasPositiveValue();
        scene.over("deadline_exceeded");
    }

    @Test
    void aClientThatTakesNothingKeepsItsUpstreamNoLongerThanAStreamMayLast() {
        Scene scene = Scene.ofOne().stream();
        scene.client.slow();
        scene.call().stream().data(delta("n1", "a"));

        scene.seconds(1799);
        scene.notOver();
        scene.seconds(1);

        assertThat(scene.call().aborts).hasPositiveValue();
        scene.over("truncated");
    }

    @Test
    void aHeadWithoutContentIsBoundedByTheFirstTokenTimeoutHoweverManyCommentsCome() {
        Scene scene = Scene.ofTwo().stream();
        scene.call().stream();

        for (int i = 0; i < 35; i++) {
            scene.seconds(5);
            scene.call().data(": alive\n");
        }
        scene.seconds(4);
        assertThat(scene.upstream.calls).hasSize(1);
        scene.seconds(1);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(scene.upstream.call(0).aborts).hasPositiveValue();
        assertThat(scene.failures).containsExactly("p1 timeout");
    }

    @Test
    void anInjectedAttemptThatHitsTheFirstTokenTimeoutIsRememberedOnceTheUntouchedOneSucceeded() {
        Scene scene = Scene.ofOne().stream();

        scene.call().stream();
        scene.seconds(180);
        assertThat(scene.usageBlocklist.allows(scene.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isTrue();
        scene.call().stream().data(delta("n1", "a") + stop("n1") + DONE).end();

        assertThat(scene.usageBlocklist.allows(scene.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isFalse();
        scene.seconds(24 * 3600);
        assertThat(scene.usageBlocklist.allows(scene.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isTrue();
    }

    @Test
    void theOnlyProviderIsAskedUntouchedAfterAnInjectedAttemptHung() {
        Scene scene = Scene.ofOne().stream();

        scene.call().stream();
        scene.seconds(180);

        assertThat(scene.upstream.calls).hasSize(2);
        assertThat(scene.upstream.call(0).body()).contains("include_usage");
        assertThat(scene.upstream.call(1).body()).doesNotContain("include_usage");
    }

    @Test
    void aFallbackIsAskedBeforeAnInjectedAttemptThatHungIsRepeated() {
        Scene scene = new Scene(
                        SomeProvider.named("p1").maps("m", "n1"),
                        SomeProvider.named("p2").maps("m", "n2").fallback())
                .stream();

        scene.call().stream();
        scene.seconds(180);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }

    @Test
    void aClientThatLeavesAfterTheLastWordHasItsWholeAnswer() {
        Scene scene = Scene.ofOne().stream();
        scene.call().stream().data(delta("n1", "a") + "data: [DONE]\n\n");

        scene.exchange().disconnected();

        scene.over("ok");
    }

    @Test
    void aSilentPlainBodyIsAFailedAttempt() {
        Scene scene = Scene.ofTwo().plain();

        scene.call().json(200, "{");
        scene.seconds(119);
        assertThat(scene.upstream.calls).hasSize(1);
        scene.seconds(1);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(scene.failures).containsExactly("p1 timeout");
    }

    @Test
    void everyByteOfAStreamBeginsTheIdleTimeAnew() {
        Scene scene = Scene.ofOne().stream();
        scene.call().stream().data(delta("n1", "a"));

        for (int i = 0; i < 10; i++) {
            scene.seconds(119);
            scene.call().data(delta("n1", "b"));
        }

        scene.notOver();
        scene.seconds(120);
        scene.over("truncated");
    }

    @Test
    void aSlowClientIsNotMistakenForASilentUpstream() {
        Scene scene = Scene.ofOne().stream();
        scene.client.slow();
        scene.call().stream().data(delta("n1", "a"));

        scene.seconds(600);
        scene.notOver();
        scene.client.take();
        scene.seconds(119);
        scene.notOver();

        scene.call().data(stop("n1") + DONE).end();
        scene.over("ok");
    }

    @Test
    void aStreamMayNotLastForEver() {
        Scene scene = Scene.ofOne().stream();
        scene.call().stream();

        for (int i = 0; i < 1799; i++) {
            scene.call().data(delta("n1", "x"));
            scene.seconds(1);
        }
        scene.notOver();
        scene.seconds(1);

        assertThat(scene.client.text()).contains("\"error\"").doesNotContain("[DONE]");
        assertThat(scene.call().aborts).hasPositiveValue();
        scene.over("truncated");
    }

    // the client leaves

    @Test
    void aHangUpBeforeTheFirstByteAbortsTheCallAndTriesNoOther() {
        Scene scene = Scene.ofTwo().plain();
        scene.call().sent();

        scene.exchange().disconnected();
        scene.exchange().disconnected();

        assertThat(scene.call().aborts).hasPositiveValue();
        assertThat(scene.client.status()).isZero();
        assertThat(scene.over("client_gone").status()).isZero();
        scene.seconds(1000);
        assertThat(scene.upstream.calls).hasSize(1);
    }

    @Test
    void aHangUpAfterTheFirstByteAbortsTheCallAndKeepsTheUsageSoFar() {
        Scene scene = Scene.ofOne().stream();
        scene.call().stream().data(delta("n1", "x") + usage("n1", 4, 2));

        scene.exchange().disconnected();

        assertThat(scene.call().aborts).hasPositiveValue();
        LedgerEntry entry = scene.over("client_gone");
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.bill())
                .map(bill -> bill.usage() + " " + bill.certainty().wire())
                .contains(new Usage(4, 2, 0, 0, 0) + " partial");
    }

    @Test
    void anAnswerWithoutUsageIsReckonedByItsLength() {
        Scene scene = new Scene(SomeProvider.named("p1").priced("m", "n1", "0.5", "2", "0")).plain();

        scene.call()
                .json(200, "{\"choices\":[{\"message\":{\"content\":\"Good day.\"}}]}")
                .end();

        // 27 bytes were asked, 9 characters answered
        assertThat(scene.over("ok").bill())
                .contains(new Bill(new Usage(7, 3, 0, 0, 0), Bill.Certainty.ESTIMATED, new BigDecimal("9.5")));
    }

    @Test
    void aCutStreamIsBilledForWhatCame() {
        Scene scene = new Scene(SomeProvider.named("p1").priced("m", "n1", "0.5", "2", "0")).stream();
        scene.call().stream().data(delta("n1", "Good ") + delta("n1", "day.")).end();

        assertThat(scene.over("truncated").bill())
                .contains(new Bill(new Usage(7, 3, 0, 0, 0), Bill.Certainty.PARTIAL, new BigDecimal("9.5")));
    }

    @Test
    void whatTheUpstreamRefusesIsNotBilled() {
        Scene scene = Scene.ofOne().plain();

        scene.call()
                .json(400, "{\"error\":{\"message\":\"no\"},\"usage\":{\"prompt_tokens\":7}}")
                .end();

        assertThat(scene.over("client").bill()).isEmpty();
    }

    @Test
    void aPathWithoutAModelIsBilledOnlyWhereItSaysSo() {
        Scene silent = Scene.ofOne().post("/v1/files", "{}");
        Scene telling = Scene.ofOne().post("/v1/agents", "{}");

        silent.call().json(200, "{\"id\":\"file-12345\"}").end();
        telling.call()
                .json(200, "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}")
                .end();

        assertThat(silent.over("ok").bill()).isEmpty();
        assertThat(telling.over("ok").bill()).map(Bill::usage).contains(new Usage(7, 3, 0, 0, 0));
    }

    @Test
    void aHangUpDuringAPauseEndsIt() {
        Scene scene = Scene.ofOne().plain();
        scene.call().json(500, "{}").end();

        scene.exchange().disconnected();
        scene.seconds(10);

        assertThat(scene.upstream.calls).hasSize(1);
        scene.over("client_gone");
    }

    @Test
    void aClientThatLeftBeforeTheStartCostsNoAttempt() {
        Scene scene = Scene.ofTwo();
        Exchange exchange = scene.prepare("POST", CHAT, PLAIN);

        exchange.disconnected();
        exchange.start();

        assertThat(scene.upstream.calls).isEmpty();
        assertThat(scene.client.status()).isZero();
        scene.over("client_gone");
    }

    @Test
    void aShutdownBeforeTheStartCostsNoAttempt() {
        Scene scene = Scene.ofTwo();
        Exchange exchange = scene.prepare("POST", CHAT, PLAIN);

        exchange.shutdown();
        exchange.start();

        assertThat(scene.upstream.calls).isEmpty();
        assertThat(scene.client.status()).isEqualTo(503);
        scene.over("draining");
    }

    @Test
    void lateCallbacksAfterTheEndChangeNothing() {
        Scene scene = Scene.ofOne().stream();
        FakeUpstream.Call call = scene.call();
        call.stream().data(delta("n1", "x") + stop("n1") + DONE).end();
        String before = scene.client.text();

        call.sent();
        call.head(500);
        call.data(delta("n1", "late"));
        call.end();
        call.fails(Upstream.Cause.RESET, true);
        scene.exchange().disconnected();
        scene.exchange().taken(5);
        scene.exchange().shutdown();
        scene.seconds(4000);

        assertThat(scene.client.text()).isEqualTo(before);
        assertThat(scene.failures).isEmpty();
        scene.over("ok");
    }

    @Test
    void lateCallbacksOfAnEarlierAttemptDoNotTouchTheNext() {
        Scene scene = Scene.ofTwo().stream();
        FakeUpstream.Call first = scene.call();
        first.json(500, "{}").end();
        FakeUpstream.Call second = scene.call();
        second.stream().data(delta("n2", "good"));

        first.head(200, "Content-Type", "text/event-stream");
        first.data(delta("n1", "bad"));
        first.fails(Upstream.Cause.RESET, true);
        second.data(stop("n2") + DONE).end();

        assertThat(scene.client.text()).isEqualTo(delta("m", "good") + stop("m") + DONE);
        scene.over("ok");
    }

    // deadline

    @ParameterizedTest
    @ValueSource(longs = {600, 3})
    void theDeadlineIs504BeforeTheFirstByte(long seconds) {
        Scene scene =
                new Scene(SomeProvider.named("p1").timeout(Duration.ofHours(1)).maps("m", "n1"));
        scene.deadline = Duration.ofSeconds(seconds);

        scene.plain();
        scene.call().sent();
        scene.time.advance(Duration.ofSeconds(seconds).minusMillis(1));
        scene.notOver();
        scene.time.advance(Duration.ofMillis(1));

        assertThat(scene.client.status()).isEqualTo(504);
        assertThat(scene.client.text()).contains("\"code\":\"deadline_exceeded\"");
        assertThat(scene.client.header("x-should-retry")).isEqualTo("false");
        assertThat(scene.call().aborts).hasPositiveValue();
        scene.over("deadline_exceeded");
    }

    @Test
    void theDeadlineAlsoEndsAPause() {
        Scene scene = Scene.ofOne();
        scene.deadline = Duration.ofMillis(200);

        scene.plain();
        scene.call().json(500, "{}").end();
        scene.seconds(1);

        assertThat(scene.client.status()).isEqualTo(504);
        assertThat(scene.upstream.calls).hasSize(1);
        scene.over("deadline_exceeded");
    }

    @Test
    void theDeadlineDoesNotTouchARelayUnderWay() {
        Scene scene = Scene.ofOne();
        scene.deadline = Duration.ofSeconds(3);
        scene.stream();
        scene.call().stream().data(delta("n1", "x"));

        scene.seconds(60);
        scene.notOver();

        scene.call().data(stop("n1") + DONE).end();
        scene.over("ok");
    }

    // credit

    @Test
    void heldBytesAreCreditedAtOnceAndRelayedOnesWhenTheClientTookThem() {
        Scene scene = Scene.ofOne().stream();
        scene.client.slow();
        FakeUpstream.Call call = scene.call().stream();

        call.data(role("n1"));
        assertThat(call.credited).as("held").hasValue(call.received.get());
        long held = call.received.get();

        call.data(delta("n1", "x"));
        assertThat(call.credited).as("relayed, not taken").hasValue(held);
        scene.client.take();
        assertThat(call.credited).hasValue(call.received.get());

        call.data("data: {\"partial");
        assertThat(call.credited).as("a partial line is held").hasValue(call.received.get());
    }

    @Test
    void theSumOfCreditsIsWhatWasReceivedForAPlainBodyToo() {
        Scene scene = Scene.ofOne().plain();
        FakeUpstream.Call call = scene.call();

        call.json(200, "{" + "x".repeat(1 << 20));
        call.data("y".repeat(70_000));
        call.end();

        assertThat(call.credited).hasValue(call.received.get());
        scene.over("ok");
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
        Scene scene = Scene.ofTwo().stream();

        scene.call().json(400, refusal).end();

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p1.example");
        assertThat(scene.call().body()).isEqualTo("{\"model\":\"n1\",\"stream\":true}");
        scene.call().stream()
                .data(delta("n1", "x") + stop("n1") + usage("n1", 1, 1) + DONE)
                .end();
        assertThat(scene.client.text()).as("not asked by us: not removed").contains("\"usage\"");
        assertThat(scene.failures).isEmpty();
        scene.over("ok");

        assertThat(scene.usageBlocklist.allows(scene.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isFalse();
        scene.time.advance(Duration.ofDays(1));
        assertThat(scene.usageBlocklist.allows(scene.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isTrue();
    }

    @Test
    void aFullMemoryDoesNotMakeTheUsageQuestionGoRoundForEver() {
        Scene scene = Scene.ofOne();
        for (int i = 0; i < 10_000; i++) {
            scene.usageBlocklist.refuses("other", "model" + i, ApiPath.PathKind.CHAT);
        }
        scene.upstream.script = (number, call) -> {
            if (number < 100) {
                call.json(400, "{\"error\":\"unknown field stream_options\"}").end();
            }
        };

        scene.stream();

        assertThat(scene.upstream.calls).hasSize(2);
        assertThat(scene.client.status()).isEqualTo(400);
    }

    @Test
    void a400AboutUsageThatTheClientAskedForIsTheClients() {
        Scene scene = Scene.ofTwo()
                .post(CHAT, "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");

        scene.call().json(400, "{\"error\":\"stream_options is unknown\"}").end();

        assertThat(scene.upstream.calls).hasSize(1);
        assertThat(scene.client.status()).isEqualTo(400);
        scene.over("client");
    }

    // stopping

    @Test
    void aShutdownEndsAStreamWithAnErrorFrame() {
        Scene scene = Scene.ofOne().stream();
        scene.call().stream().data(delta("n1", "x"));

        scene.exchange().shutdown();

        assertThat(scene.client.text()).contains("\"code\":\"draining\"").doesNotContain("[DONE]");
        assertThat(scene.client.ended()).isTrue();
        assertThat(scene.call().aborts).hasPositiveValue();
        scene.over("shutdown");
    }

    @Test
    void aShutdownBeforeTheFirstByteIs503() {
        Scene scene = Scene.ofOne().plain();

        scene.exchange().shutdown();

        assertThat(scene.client.status()).isEqualTo(503);
        assertThat(scene.client.text()).contains("\"code\":\"draining\"");
        assertThat(scene.call().aborts).hasPositiveValue();
        scene.over("draining");
    }

    @Test
    void aShutdownCutsAPlainBodyUnderWay() {
        Scene scene = Scene.ofOne().plain();
        scene.call().json(200, "{" + "x".repeat(1 << 20));

        scene.exchange().shutdown();

        assertThat(scene.client.wasCut()).isTrue();
        scene.over("shutdown");
    }

    @Test
    void aFaultOfOurOwnIs500WithoutAWordOfIt() {
        Scene scene = Scene.ofOne();
        scene.upstream.script = (number, call) -> {
            throw new IllegalStateException("an inner secret");
        };

        scene.plain();

        assertThat(scene.client.status()).isEqualTo(500);
        assertThat(scene.client.text()).contains("\"code\":\"internal_error\"").doesNotContain("inner secret");
        scene.over("internal_error");
    }

    @Test
    void aProviderDeletedDuringItsRequestDoesNotFailIt() {
        Scene scene = Scene.ofOne().plain();
        sidecar.provider.Provider provider = scene.provider("p1");

        scene.catalog.publish(sidecar.provider.ProviderCatalog.EMPTY);
        scene.call().json(200, ANSWER).end();

        assertThat(scene.client.status()).isEqualTo(200);
        assertThat(scene.over("ok").last().orElseThrow().provider()).isEqualTo("p1");
        assertThat(sidecar.pool.PoolPeek.inFlight(scene.pool, provider)).isZero();
    }

    // content coding

    @Test
    void aGzipAnswerArrivesReadable() throws java.io.IOException {
        Scene scene = Scene.ofOne().plain();
        java.io.ByteArrayOutputStream zipped = new java.io.ByteArrayOutputStream();
        try (java.util.zip.GZIPOutputStream gzip = new java.util.zip.GZIPOutputStream(zipped)) {
            gzip.write(RequestHead.bytes(ANSWER));
        }

        FakeUpstream.Call call = scene.call()
                .head(200, "Content-Type", "application/json", "Content-Encoding", "gzip", "Content-Length", "999");
        call.data(zipped.toByteArray()).end();

        assertThat(scene.client.text()).isEqualTo(ANSWER.replace("\"n1\"", "\"m\""));
        assertThat(scene.client.headers().first("Content-Encoding")).isEmpty();
        assertThat(scene.client.header("Content-Length")).isEqualTo(Integer.toString(scene.client.size()));
        assertThat(call.credited).hasValue(call.received.get());
        scene.over("ok");
    }

    @Test
    void anAnswerThatIsNotTheGzipItClaimsToBeIsAFailedAttempt() {
        Scene scene = Scene.ofTwo().plain();

        scene.call()
                .head(200, "Content-Type", "application/json", "Content-Encoding", "gzip")
                .data(ANSWER);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }

    // what the books are told

    @Test
    void whatIsOnlyFetchedCostsNothing() {
        Scene scene = new Scene(SomeProvider.named("p1").priced("*", "*", "0.5", "0.5", "0"));
        scene.prepare("GET", "/v1/batches/batch_1", "").start();

        scene.call()
                .json(200, "{\"id\":\"batch_1\",\"usage\":{\"input_tokens\":5,\"output_tokens\":3}}")
                .end();

        assertThat(scene.over("ok").bill()).isEmpty();
    }

    @Test
    void anAttemptThatItsClientLeftIsNeitherAnsweredNorFailed() {
        Scene scene = Scene.ofOne().stream();
        scene.call().sent();

        scene.exchange().disconnected();

        assertThat(scene.over("client_gone").attempts())
                .singleElement()
                .satisfies(attempt ->
                        assertThat(attempt.answered() || attempt.error()).isFalse());
    }

    @Test
    void aRequestThatKeepsItsDistanceWhenItsClientLeavesWasNoAttempt() {
        Scene scene = Scene.ofOne();
        scene.grantGap = Duration.ofMillis(25);
        scene.plain();
        scene.plain();

        scene.exchange().disconnected();

        assertThat(scene.upstream.calls).hasSize(1);
        assertThat(scene.entries.get(scene.entries.size() - 1).attempts()).isEmpty();
    }
}
