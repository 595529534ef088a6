package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Call;
import sidecar.kit.Draft;
import sidecar.kit.RawClient.End;
import sidecar.kit.Received;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/**
 * What each way of failing means: who is asked next, what the client gets when nobody is left, and what operators see
 * of the provider afterwards. Each row is tried with a plain and with a streaming request.
 */
class FailureIT extends RunningSidecar {

    private static final String MODEL = "canon";

    /** Seconds of a cooldown that no test sees the end of. */
    private static final String LONG = "600";

    private static final String SECRET_TEXT = "upstream-words-that-nobody-outside-should-read";

    /**
     * One way of failing.
     *
     * @param answer what the provider does; null for not listening at all
     * @param code of the 502 when nobody else is left
     * @param status of the provider afterwards
     */
    private record Way(String name, Answer answer, String code, String status) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Way overloaded(int status) {
        return new Way(
                "overloaded: " + status, Answers.error(status, SECRET_TEXT, "server_error"), "overloaded", "healthy");
    }

    private static Stream<Way> limits() {
        return Stream.of(
                new Way("rate limited: 429 of NIM", Answers.nimRateLimited(), "rate_limited", "cooling"),
                new Way("rate limited: 429 with Retry-After", Answers.rateLimited("45"), "rate_limited", "cooling"));
    }

    private static Stream<Way> busy() {
        return Stream.of(429, 502, 503)
                .map(status -> new Way("model busy: " + status, Answers.nimBusy(status), "model_busy", "healthy"));
    }

    private static Stream<Way> missing() {
        return Stream.of(
                new Way("model missing: 404 of NIM", Answers.nimNotYours(), "model_missing", "healthy"),
                new Way(
                        "model missing: 404 of OpenAI",
                        Answers.error(404, "The model `native-bad` does not exist", "model_not_found"),
                        "model_missing",
                        "healthy"),
                new Way("model missing: 410", Answers.error(410, "end of life", "gone"), "model_missing", "healthy"));
    }

    private static Stream<Way> credentials() {
        return Stream.of(new Way("credential: 401", Answers.error(401, SECRET_TEXT, "key"), "credential", "error"));
    }

    /** Which may be about the request, and are not held against anybody after one alone. */
    private static Stream<Way> doubts() {
        return Stream.of(402, 403)
                .map(status -> new Way("refused: " + status, Answers.error(status, "pay or go", "no"), "", "healthy"));
    }

    /** Those that are answered with 502 and their class once nobody is left. */
    private static Stream<Way> faults() {
        String errorInside = Answers.errorBody(SECRET_TEXT, "server_error");
        return Stream.of(
                        Stream.of(500, 502, 503, 504, 529).map(FailureIT::overloaded),
                        Stream.of(
                                new Way("overloaded: 400 DEGRADED", Answers.nimDegraded(), "overloaded", "healthy"),
                                new Way("network: refused", null, "network", "healthy"),
                                new Way("network: reset before the head", Answers.reset(), "network", "healthy"),
                                new Way("network: end before the head", Answers.hangUp(), "network", "healthy"),
                                new Way("network: cut head", FailureIT::cutHead, "network", "healthy"),
                                new Way("network: cut before any content", FailureIT::cutEarly, "network", "healthy"),
                                new Way("timeout: no head", Answers.silence(), "timeout", "healthy"),
                                new Way(
                                        "bad success: error object",
                                        Answers.json(200, errorInside),
                                        "bad_success",
                                        "healthy"),
                                new Way(
                                        "bad success: empty body",
                                        Answers.text(200, Answers.JSON, ""),
                                        "bad_success",
                                        "healthy"),
                                new Way("bad success: first event an error", eventError(), "bad_success", "healthy"),
                                new Way("bad success: redirect", FailureIT::redirect, "bad_success", "healthy")))
                .flatMap(ways -> ways);
    }

    private static Answer eventError() {
        return Answers.events(Answers.errorBody(SECRET_TEXT, "server_error"), "[DONE]");
    }

    private static void cutHead(Call call) throws java.io.IOException {
        call.raw("HTTP/1.1 200 OK\r\nContent-Type: appl").fin();
    }

    private static void cutEarly(Call call) throws java.io.IOException {
        if (call.request().stream()) {
            call.streamHead().event(Answers.chunk("native-bad", "{\"role\":\"assistant\"}", null));
        } else {
            call.head(200, "Content-Type", Answers.JSON, "Content-Length", "500")
                    .raw("{\"id\":\"x\",");
        }
        call.fin();
    }

    private static void redirect(Call call) throws java.io.IOException {
        call.head(302, "Location", "http://127.0.0.1:1/elsewhere", "Content-Length", "0");
    }

    private static Stream<Arguments> both(Stream<Way> ways) {
        return ways.flatMap(way -> Stream.of(Arguments.of(way, false), Arguments.of(way, true)));
    }

    static Stream<Arguments> everyWay() {
        return both(Stream.of(limits(), busy(), missing(), credentials(), doubts(), faults())
                .flatMap(ways -> ways));
    }

    static Stream<Arguments> everyFault() {
        return both(Stream.concat(credentials(), faults()));
    }

    static Stream<Arguments> everyLimit() {
        return both(limits());
    }

    static Stream<Arguments> everyDoubt() {
        return both(doubts());
    }

    static Stream<Arguments> everyMissing() {
        return both(missing());
    }

    // --- somebody else can serve

    @ParameterizedTest(name = "{0}, stream {1}")
    @MethodSource("everyWay")
    void theNextProviderAnswersAndTheFirstIsJudged(Way way, boolean stream) {
        gateway().set("routing_strategy", "ordered");
        StubUpstream bad = failing(way);
        StubUpstream good = provider("good", MODEL, "native-good");

        Reply reply = ask(stream);

        assertServed(reply, stream, "good", 2);
        if (way.answer() != null) {
            assertThat(bad.only().model()).isEqualTo("native-bad");
        }
        assertThat(good.only().model()).isEqualTo("native-good");
        assertState("bad", way.status());
        assertState("good", "healthy");
    }

    @ParameterizedTest(name = "{0}, stream {1}")
    @MethodSource("everyLimit")
    void aRateLimitedProviderCoolsAndIsLeftAlone(Way way, boolean stream) {
        gateway().set("routing_strategy", "ordered");
        gateway().set("cooldown_base_seconds", LONG);
        StubUpstream bad = failing(way);
        provider("good", MODEL, "native-good");
        Instant asked = Instant.now();

        ask(stream);
        Reply second = ask(stream);

        assertServed(second, stream, "good", 1);
        assertThat(bad.count()).isEqualTo(1);
        JsonNode state = gateway().provider("bad");
        assertThat(state.path("consecutive_429_count").asInt()).isEqualTo(1);
        assertEnd(state, asked, Long.parseLong(LONG));
    }

    @ParameterizedTest(name = "{0}, stream {1}")
    @MethodSource("everyMissing")
    void aProviderWithoutTheModelIsNotAskedForItAgainButForOthersItIs(Way way, boolean stream) {
        gateway().set("routing_strategy", "ordered");
        StubUpstream bad = stub();
        bad.when(request -> request.model().equals("native-bad"), way.answer());
        gateway().create(Draft.of("bad").at(bad).serves(MODEL, "native-bad").serves("other", "native-other"));
        provider("good", MODEL, "native-good");

        ask(stream);
        assertServed(ask(stream), stream, "good", 2);
        // the same request again proves nothing, another one does
        assertServed(ask(!stream), !stream, "good", 2);
        Reply third = ask(stream);
        Reply other = gateway().chat("other");

        assertServed(third, stream, "good", 1);
        assertServed(other, false, "bad", 1);
        assertThat(bad.received())
                .extracting(Received::model)
                .containsExactly("native-bad", "native-bad", "native-bad", "native-other");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aForbiddenAnswerCountsAgainstTheKeyOnlyWhenItSpeaksOfItTwice(boolean stream) {
        gateway().set("routing_strategy", "ordered");
        StubUpstream bad = provider("bad", MODEL, "native-bad").always(Answers.error(403, "no", "forbidden"));
        provider("good", MODEL, "native-good");
        assertServed(ask(stream), stream, "good", 2);
        assertServed(ask(!stream), !stream, "good", 2);
        assertState("bad", "healthy");

        bad.always(Answers.error(403, "Your API key has been revoked", "forbidden"));
        assertServed(ask(stream), stream, "good", 2);
        assertState("bad", "healthy");
        assertServed(ask(!stream), !stream, "good", 2);

        assertState("bad", "error");
        assertServed(ask(stream), stream, "good", 1);
        assertThat(bad.count()).isEqualTo(4);
    }

    @Test
    void aSuccessBetweenTwoForbiddenAnswersClearsTheKey() {
        gateway().set("routing_strategy", "ordered");
        Answer forbidden = Answers.error(403, "Your API key has been revoked", "forbidden");
        provider("bad", MODEL, "native-bad").next(forbidden, Answers.chat("ok"), forbidden);
        provider("good", MODEL, "native-good");

        assertServed(ask(false), false, "good", 2);
        assertServed(ask(false), false, "bad", 1);
        assertServed(ask(true), true, "good", 2);

        assertState("bad", "healthy");
    }

    @Test
    void aRefusedKeyIsTrustedAgainAfterASuccessfulTest() {
        StubUpstream only = provider("only", MODEL, "native").next(Answers.error(401, "bad key", "invalid_api_key"));
        assertThat(ask(false).status()).isEqualTo(502);
        assertState("only", "error");
        int asked = only.count();
        assertError(ask(false), 502, "upstream_error", "credential");
        assertThat(only.count()).isEqualTo(asked);

        JsonNode test = gateway()
                .admin("POST", "/backends/" + idOf("only") + "/test", "")
                .json();

        assertThat(test.path("ok").asBoolean()).isTrue();
        assertState("only", "healthy");
        assertServed(ask(false), false, "only", 1);
    }

    @Test
    void aSilentStreamIsGivenUpBeforeItsFirstContent() {
        gateway().set("routing_strategy", "ordered");
        // the good one must not miss it too
        gateway().set("first_token_timeout_seconds", "10");
        StubUpstream bad = provider("bad", MODEL, "native-bad");
        bad.always(call -> call.streamHead().chunk(": preparing\n\n").stall());
        provider("good", MODEL, "native-good");

        Reply reply = ask(true);

        assertServed(reply, true, "good", 2);
        assertThat(bad.await(1).closedWithin(Await.PATIENCE)).isTrue();
    }

    @Test
    void fallbackProvidersAreAskedOnceThePrimariesHaveFailed() {
        StubUpstream primary = provider("primary", MODEL, "n").always(Answers.error(500, "boom", "x"));
        StubUpstream fallback = stub();
        gateway().create(Draft.of("reserve").at(fallback).serves(MODEL, "n").fallback());

        assertServed(ask(false), false, "reserve", 2);

        assertThat(primary.count()).isEqualTo(1);
        assertThat(fallback.count()).isEqualTo(1);
    }

    @Test
    void membersOfAQuotaGroupCoolTogether() {
        gateway().set("routing_strategy", "ordered");
        for (String name : List.of("a", "b")) {
            gateway()
                    .create(Draft.of(name)
                            .at(stub().always(Answers.rateLimited("60")))
                            .serves(MODEL, "n")
                            .with("quota_group", "account-1")
                            .with("cooldown_scope", "provider"));
        }
        provider("good", MODEL, "native-good");

        assertServed(ask(false), false, "good", 2);

        assertState("a", "cooling");
        assertState("b", "cooling");
    }

    // --- nobody else can

    @ParameterizedTest(name = "{0}, stream {1}")
    @MethodSource("everyFault")
    void withNobodyLeftTheClassIsNamedAndNothingOfTheUpstreamIsTold(Way way, boolean stream) {
        gateway().set("max_pool_retries", "1");
        failing(way);

        Reply reply = ask(stream);

        assertError(reply, 502, "upstream_error", way.code());
        assertThat(reply.text()).doesNotContain(SECRET_TEXT);
        assertThat(reply.header("x-should-retry")).isEqualTo(way.code().equals("credential") ? "false" : "");
        assertState("bad", way.status());
    }

    @ParameterizedTest(name = "{0}, stream {1}")
    @MethodSource("everyDoubt")
    void withNobodyLeftARefusalOfTheRequestIsToldInItsOwnWords(Way way, boolean stream) {
        failing(way);

        Reply reply = ask(stream);

        assertThat(way.name()).as(reply.toString()).isEqualTo("refused: " + reply.status());
        assertThat(reply.error().path("message").asText()).isEqualTo("pay or go");
        assertState("bad", "healthy");
    }

    @ParameterizedTest(name = "{0}, stream {1}")
    @MethodSource("everyLimit")
    void withEveryProviderCoolingTheClientIsToldWhenToComeAgain(Way way, boolean stream) {
        gateway().set("cooldown_base_seconds", LONG);
        gateway().set("emergency_rpm_fraction", "0");
        gateway().set("queue_timeout_seconds", "0");
        failing(way);

        for (int i = 0; i < 2; i++) {
            Reply reply = ask(stream);

            assertError(reply, 503, "AllPoolsExhausted", "all_cooling");
            assertThat(reply.header("Retry-After")).isEqualTo("60");
        }
        assertState("bad", "cooling");
    }

    @ParameterizedTest(name = "{0}, stream {1}")
    @MethodSource("everyMissing")
    void withTheModelMissingEverywhereItIsNotFound(Way way, boolean stream) {
        failing(way);

        for (int i = 0; i < 2; i++) {
            Reply reply = ask(stream);

            assertThat(reply.status()).as(reply.toString()).isEqualTo(404);
            assertThat(reply.error().path("code").asText()).isEqualTo("model_not_found");
            assertThat(reply.header("x-should-retry")).isEqualTo("false");
        }
    }

    @Test
    void withNoEnabledProviderForTheModelThereIsNoProvider() {
        gateway().create(Draft.of("off").at(stub()).serves(MODEL, "n").with("enabled", false));

        Reply reply = ask(false);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(503);
        assertThat(reply.error().path("code").asText()).isEqualTo("no_provider");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoneProviderIsTriedAgainAfterAPause(boolean stream) {
        StubUpstream only = provider("only", MODEL, "native").next(Answers.error(500, "boom", "x"), Answers.reset());

        Reply reply = ask(stream);

        assertServed(reply, stream, "only", 3);
        List<Received> all = only.received();
        assertThat(all).hasSize(3);
        assertThat(all.get(1).atNanos() - all.get(0).atNanos())
                .isGreaterThan(Duration.ofMillis(200).toNanos());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBusyModelIsTriedAgainAfterAPause(boolean stream) {
        StubUpstream only = provider("only", MODEL, "native").next(Answers.nimBusy(503));

        Reply reply = ask(stream);

        assertServed(reply, stream, "only", 2);
        assertState("only", "healthy");
        assertThat(gateway().provider("only").path("consecutive_429_count").asInt())
                .isZero();
        assertThat(only.received().get(1).atNanos() - only.received().get(0).atNanos())
                .isGreaterThan(Duration.ofMillis(400).toNanos());
    }

    @Test
    void attemptsEndAtTheirBound() {
        gateway().set("max_pool_retries", "3");
        gateway().set("routing_strategy", "ordered");
        for (int i = 1; i <= 5; i++) {
            provider("p" + i, MODEL, "n").always(Answers.error(500, "boom", "x"));
        }

        Reply reply = ask(false);

        assertError(reply, 502, "upstream_error", "overloaded");
        assertThat(reply.header("X-Sidecar-Attempts")).isEqualTo("3");
    }

    @Test
    void rateLimitedAttemptsDoNotUseUpTheBound() {
        gateway().set("max_pool_retries", "2");
        gateway().set("routing_strategy", "ordered");
        for (int i = 1; i <= 5; i++) {
            provider("p" + i, MODEL, "n").always(Answers.nimRateLimited());
        }
        provider("good", MODEL, "n");

        assertServed(ask(false), false, "good", 6);
    }

    @Test
    void aTimedOutRequestIsSentOnlyOnceMore() {
        gateway().set("routing_strategy", "ordered");
        for (int i = 1; i <= 3; i++) {
            gateway()
                    .create(Draft.of("p" + i)
                            .at(stub().always(Answers.silence()))
                            .serves(MODEL, "n")
                            .with("timeout_seconds", 1));
        }

        Reply reply = ask(false);

        assertError(reply, 502, "upstream_error", "timeout");
        assertThat(reply.header("X-Sidecar-Attempts")).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientsDeadlineEndsARunningAttempt(boolean stream) {
        StubUpstream only = provider("only", MODEL, "native").always(Answers.silence());

        Reply reply = ask(stream, "X-Sidecar-Deadline-Ms", "1500");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(504);
        assertThat(reply.error().path("code").asText()).isEqualTo("deadline_exceeded");
        assertThat(reply.header("x-should-retry")).isEqualTo("false");
        assertThat(only.await(1).closedWithin(Await.PATIENCE)).isTrue();
    }

    @Test
    void fiveFailuresInARowTakeAProviderDownButItIsStillAskedWhenAlone() {
        gateway().set("max_pool_retries", "1");
        StubUpstream only = provider("only", MODEL, "native").always(Answers.error(500, "boom", "x"));
        for (int i = 0; i < 5; i++) {
            // one request alone, however often it comes, may itself be what the upstream fails on
            assertThat(ask(i % 2 == 0).status()).isEqualTo(502);
        }
        assertThat(gateway().provider("only").path("health").asText()).isEqualTo("down");

        only.always(Answers.chat("back again"));

        assertServed(ask(false), false, "only", 1);
        assertThat(gateway().provider("only").path("health").asText()).isNotEqualTo("down");
    }

    // --- the client's own fault

    @ParameterizedTest(name = "{0}, stream {1}")
    @CsvSource({
        "400, false",
        "400, true",
        "405, false",
        "409, false",
        "413, false",
        "413, true",
        "415, false",
        "422, false",
        "422, true",
        "404, false",
        "451, false"
    })
    void aFaultOfTheClientsIsRelayedAsItCameAndBlamesNobody(int status, boolean stream) {
        gateway().set("routing_strategy", "ordered");
        String body = "{\"error\": {\"message\":\"say please\",  \"type\":\"weird\",\"param\":\"x\",\"code\":null}}\n";
        StubUpstream first = provider("first", MODEL, "n")
                .always(Answers.json(status, body, "openai-version", "kept", "Retry-After", "7", "Set-Cookie", "a=b"));
        StubUpstream second = provider("second", MODEL, "n");

        Reply reply = ask(stream);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.text()).isEqualTo(body);
        assertThat(reply.header("Content-Type")).startsWith(Answers.JSON);
        assertThat(reply.header("openai-version")).isEqualTo("kept");
        assertThat(reply.header("Retry-After")).isEqualTo("7");
        assertThat(reply.headers().has("Set-Cookie")).isFalse();
        assertThat(reply.header("X-Sidecar-Provider")).isEqualTo("first");
        assertThat(reply.header("X-Sidecar-Attempts")).isEqualTo("1");
        assertThat(first.count()).isEqualTo(1);
        assertThat(second.count()).isZero();
        assertState("first", "healthy");
        assertThat(gateway().provider("first").path("health").asText()).isEqualTo("healthy");
    }

    @Test
    void aRelayedErrorNeverShowsTheProvidersKey() {
        Draft draft =
                Draft.of("only").with("api_key", "sk-very-secret-key-1234").serves(MODEL, "n");
        StubUpstream only = stub();
        only.always(call -> Answers.error(400, "you sent " + call.request().key() + " to me", "odd")
                .play(call));
        gateway().create(draft.at(only));

        Reply reply = ask(false);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).doesNotContain("sk-very-secret-key-1234").contains("sk-ver****1234");
    }

    // --- cooldowns over time

    @Test
    void aCooldownEndsByTheClockAndASuccessForgetsIt() {
        gateway().set("cooldown_base_seconds", "1");
        StubUpstream only = provider("only", MODEL, "n").next(Answers.nimRateLimited());
        gateway().set("queue_timeout_seconds", "0");
        gateway().set("cooldown_precheck_threshold_seconds", "0");
        gateway().set("emergency_rpm_fraction", "0");

        // which itself says that it cooled: a look from outside could come too late
        assertError(ask(false), 503, "AllPoolsExhausted", "all_cooling");
        Await.until(
                () -> gateway().provider("only").path("status").asText().equals("healthy"),
                "the end of a cooldown of one second");
        assertThat(gateway().provider("only").path("consecutive_429_count").asInt())
                .as("kept until a success")
                .isEqualTo(1);
        assertServed(ask(false), false, "only", 1);

        assertThat(gateway().provider("only").path("consecutive_429_count").asInt())
                .isZero();
        assertThat(gateway().provider("only").path("cooldown_until").isNull()).isTrue();
        assertThat(only.count()).isEqualTo(2);
    }

    @Test
    void anOperatorCanClearACooldown() {
        provider("only", MODEL, "n").next(Answers.rateLimited("600"));
        ask(false);
        assertState("only", "cooling");

        Reply cleared = gateway().admin("POST", "/backends/" + idOf("only") + "/clear-cooldown", "");

        assertThat(cleared.status()).as(cleared.toString()).isEqualTo(200);
        assertState("only", "healthy");
        assertServed(ask(false), false, "only", 1);
    }

    @Test
    void parallelRateLimitsAreOneEvent() throws InterruptedException {
        StubUpstream only = provider("only", MODEL, "n");
        only.always(call -> {
            only.await(6);
            Answers.nimRateLimited().play(call);
        });
        gateway().set("cooldown_base_seconds", LONG);
        gateway().set("emergency_rpm_fraction", "0");
        gateway().set("queue_timeout_seconds", "0");
        Instant asked = Instant.now();

        List<Thread> clients =
                Stream.generate(() -> new Thread(() -> ask(false))).limit(6).toList();
        clients.forEach(Thread::start);
        for (Thread client : clients) {
            client.join();
        }

        JsonNode state = gateway().provider("only");
        assertThat(state.path("consecutive_429_count").asInt()).isEqualTo(1);
        assertEnd(state, asked, Long.parseLong(LONG));
    }

    // --- helpers

    /** A provider named bad that fails in that way; with one second of patience if it stays silent. */
    private StubUpstream failing(Way way) {
        StubUpstream stub = stub();
        Draft draft = Draft.of("bad").at(stub).serves(MODEL, "native-bad");
        if (way.code().equals("timeout")) {
            draft.with("timeout_seconds", 1);
        }
        if (way.answer() == null) {
            stub.close();
        } else {
            stub.always(way.answer());
        }
        gateway().create(draft);
        return stub;
    }

    private Reply ask(boolean stream, String... namesAndValues) {
        return stream ? gateway().chatStream(MODEL, namesAndValues) : gateway().chat(MODEL, namesAndValues);
    }

    private static void assertServed(Reply reply, boolean stream, String provider, int attempts) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.end()).isIn(End.LAST_CHUNK, End.LENGTH);
        assertThat(reply.header("X-Sidecar-Provider")).isEqualTo(provider);
        assertThat(reply.header("X-Sidecar-Attempts")).isEqualTo(String.valueOf(attempts));
        assertThat(reply.text()).doesNotContain("\"error\"");
        if (stream) {
            assertThat(reply.text()).endsWith("data: [DONE]\n\n");
        }
    }

    private static void assertError(Reply reply, int status, String type, String code) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).startsWith(Answers.JSON);
        assertThat(reply.error().path("type").asText()).isEqualTo(type);
        assertThat(reply.error().path("code").asText()).isEqualTo(code);
        assertThat(reply.error().path("message").asText()).isNotBlank();
        assertThat(reply.error().has("param")).isTrue();
        assertThat(reply.header("X-Request-Id")).isNotEmpty();
    }

    private void assertState(String name, String status) {
        JsonNode state = gateway().provider(name);
        assertThat(state.path("status").asText()).as(state.toString()).isEqualTo(status);
        assertThat(state.path("cooldown_until").isNull()).as(state.toString()).isEqualTo(!status.equals("cooling"));
    }

    private String idOf(String name) {
        return gateway().provider(name).path("id").asText();
    }

    /** Of a cooldown of those seconds, give or take a tenth, that has begun since it was asked. */
    private static void assertEnd(JsonNode state, Instant asked, long seconds) {
        assertThat(Instant.parse(state.path("cooldown_until").asText()))
                .isBetween(
                        asked.plusSeconds(seconds * 9 / 10 - 1), Instant.now().plusSeconds(seconds * 11 / 10 + 1));
    }
}
