package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Call;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Received;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/** Faults of Sidecar V2 that must not come back, as far as no other class has the feature for its own. */
class V2RegressionIT extends RunningSidecar {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MODEL = "canon";

    /** Seconds of a window that no test sees the end of. */
    private static final String LONG = "3600";

    @ParameterizedTest
    @CsvSource({"X-Forwarded-For, 203.0.113.7", "Forwarded, for=203.0.113.7"})
    void aRequestFromElsewhereNeedsAToken(String header, String value) {
        StubUpstream upstream = provider("one", MODEL, "native");

        Reply reply = gateway().chat(MODEL, header, value);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(401);
        assertThat(reply.error().path("code").asText()).isEqualTo("invalid_api_key");
        assertThat(reply.error().path("message").asText()).isNotBlank();
        assertThat(upstream.count()).isZero();
    }

    @Test
    void theNativeIdGoesUpAndTheCanonicalNameComesBack() {
        StubUpstream upstream = provider("one", "canon-a", "vendor/native-a");

        Reply plain = gateway().chat("canon-a");
        Reply stream = gateway().chatStream("canon-a");

        assertThat(upstream.received()).extracting(Received::model).containsOnly("vendor/native-a");
        assertThat(plain.json().path("model").asText()).isEqualTo("canon-a");
        assertThat(stream.text()).contains("\"model\":\"canon-a\"").doesNotContain("native-a");
        assertThat(gateway().chat("vendor/native-a").status()).isEqualTo(404);
    }

    @Test
    void aStreamComesWithAllItsBytesAndItsEnd() {
        List<String> words =
                IntStream.range(0, 500).mapToObj(i -> "word" + i + " ").toList();
        provider("one", MODEL, "n").always(Answers.chatStream(words, new Usage(1, 500)));

        Reply reply = gateway().chatStream(MODEL);

        assertThat(reply.end()).isEqualTo(RawClient.End.LAST_CHUNK);
        assertThat(words).allSatisfy(word -> assertThat(reply.text()).contains(word));
        assertThat(reply.text()).endsWith("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void usageAndCostAreCountedForStreamsToo(boolean stream) {
        StubUpstream upstream = stub();
        gateway()
                .create(Draft.of("one")
                        .at(upstream)
                        .serves(
                                MODEL,
                                Json.object()
                                        .put("native_id", "n")
                                        .set(
                                                "cost",
                                                Json.object().put("input", 0.5).put("output", 2.0))));
        upstream.always(
                stream
                        ? Answers.chatStream(List.of("hi"), new Usage(100, 20))
                        : Answers.chat("hi", new Usage(100, 20)));
        Map<String, Double> before = totals();

        Reply reply = stream ? gateway().chatStream(MODEL) : gateway().chat(MODEL);

        assertThat(reply.status()).isEqualTo(200);
        Await.until(() -> gained(before, "sidecar_tokens_total") > 0, "the tokens in /metrics");
        assertThat(gained(before, "sidecar_requests_total")).isEqualTo(1);
        assertThat(gained(before, "sidecar_tokens_total")).isEqualTo(120);
        assertThat(gained(before, "sidecar_cost_total")).isCloseTo(90, within(0.001));
        assertThat(gained(before, "sidecar_errors_total")).isZero();
    }

    private Map<String, Double> totals() {
        return List.of("sidecar_requests_total", "sidecar_errors_total", "sidecar_tokens_total", "sidecar_cost_total")
                .stream()
                .collect(Collectors.toMap(name -> name, name -> gateway().metric(name)));
    }

    private double gained(Map<String, Double> before, String name) {
        return gateway().metric(name) - before.get(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void anErrorAnswerToAStreamingRequestPassesOnce(int status) {
        String body = Answers.errorBody("no such thing", "bad");
        StubUpstream upstream = provider("one", MODEL, "n").always(Answers.json(status, body));

        Reply reply = gateway().chatStream(MODEL);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.text()).isEqualTo(body);
        assertThat(upstream.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"false\"", "\"true\"", "false", "null", "0", "1"})
    void onlyTrueAsksForAStream(String value) {
        StubUpstream upstream = provider("one", MODEL, "n").always(Answers.chat("whole"));
        String body = "{\"model\":\"canon\",\"stream\":" + value + ",\"messages\":[]}";

        Reply reply = gateway().post(CHAT, body);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.json().path("choices").size()).isEqualTo(1);
        assertThat(reply.end()).isEqualTo(RawClient.End.LENGTH);
        assertThat(upstream.only().text()).isEqualTo(body.replace("canon", "n"));
    }

    @Test
    void requestsAreSpreadOverThePool() {
        gateway().set("window_seconds", LONG);
        List<StubUpstream> pool = IntStream.range(0, 4)
                .mapToObj(i -> {
                    StubUpstream stub = stub();
                    gateway()
                            .create(Draft.of("p" + i)
                                    .at(stub)
                                    .serves(MODEL, "n")
                                    .with("rpm_limit", 40));
                    return stub;
                })
                .toList();

        for (int i = 0; i < 20; i++) {
            assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
        }

        assertThat(pool)
                .extracting(StubUpstream::count)
                .allSatisfy(count -> assertThat(count).isBetween(4, 6));
    }

    @Test
    void aWeightDrawsItsShare() {
        gateway().set("window_seconds", LONG);
        StubUpstream light = stub();
        StubUpstream heavy = stub();
        gateway().create(Draft.of("light").at(light).serves(MODEL, "n").with("rpm_limit", 40));
        gateway()
                .create(Draft.of("heavy")
                        .at(heavy)
                        .serves(MODEL, "n")
                        .with("rpm_limit", 40)
                        .with("weight", 3));

        for (int i = 0; i < 20; i++) {
            gateway().chat(MODEL);
        }

        assertThat(light.count()).isBetween(4, 6);
        assertThat(heavy.count()).isBetween(14, 16);
    }

    @Test
    void theFallbackServesOnlyWhatThePrimariesCannot() {
        gateway().set("window_seconds", LONG);
        StubUpstream primary = stub();
        StubUpstream fallback = stub();
        gateway().create(Draft.of("reserve").at(fallback).serves(MODEL, "n").fallback());
        gateway().create(Draft.of("main").at(primary).serves(MODEL, "n").with("rpm_limit", 3));

        for (int i = 0; i < 5; i++) {
            assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
        }

        assertThat(primary.count()).isEqualTo(3);
        assertThat(fallback.count()).isEqualTo(2);
    }

    @Test
    void aRetryAfterInSecondsIsHonoured() {
        Instant asked = Instant.now();

        assertThat(cooldownAfter("100"))
                .isBetween(asked.plusSeconds(99), Instant.now().plusSeconds(101));
    }

    @Test
    void aRetryAfterAsADateIsHonoured() {
        Instant wanted = Instant.now().plusSeconds(2_000);

        Instant end = cooldownAfter(
                DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC).format(wanted));

        // a date names a moment, however long the answer took
        assertThat(end).isCloseTo(wanted, within(8, ChronoUnit.SECONDS));
    }

    @Test
    void aShortRetryAfterDoesNotShortenTheCooldown() {
        gateway().set("cooldown_base_seconds", "300");
        Instant asked = Instant.now();

        assertThat(cooldownAfter("1"))
                .isBetween(asked.plusSeconds(269), Instant.now().plusSeconds(331));
    }

    private Instant cooldownAfter(String retryAfter) {
        gateway().impatient();
        provider("one", MODEL, "n").always(Answers.rateLimited(retryAfter));
        gateway().chat(MODEL);
        return Instant.parse(gateway().provider("one").path("cooldown_until").asText());
    }

    @Test
    void theCooldownDoublesUntilASuccess() {
        gateway().set("cooldown_base_seconds", "1");
        gateway().impatient();
        provider("one", MODEL, "n").next(Answers.nimRateLimited(), Answers.nimRateLimited(), Answers.nimRateLimited());

        for (int n = 1; n <= 3; n++) {
            long began = System.nanoTime();
            assertThat(gateway().chat(MODEL).status()).isEqualTo(503);
            assertThat(count429()).isEqualTo(n);
            Await.until(
                    () -> gateway().provider("one").path("status").asText().equals("healthy"),
                    "the end of cooldown " + n);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isGreaterThan(Duration.ofMillis((1L << (n - 1)) * 850));
        }
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
        assertThat(count429()).isZero();
    }

    private int count429() {
        return gateway().provider("one").path("consecutive_429_count").asInt();
    }

    @Test
    void aCooldownEndsByTheClockWithoutAnyRequest() {
        gateway().set("cooldown_base_seconds", "0.5");
        gateway().impatient();
        provider("one", MODEL, "n").next(Answers.nimRateLimited());
        provider("other", "other", "n").always(Answers.rateLimited("3600"));
        gateway().chat("other");
        assertThat(gateway()
                        .adminGet("/pools")
                        .json()
                        .path("primary")
                        .path("cooling")
                        .asInt())
                .isEqualTo(1);
        gateway().chat(MODEL);
        assertThat(count429()).as("it cooled").isEqualTo(1);

        Await.until(
                () -> gateway()
                                .adminGet("/pools")
                                .json()
                                .path("primary")
                                .path("healthy")
                                .asInt()
                        == 1,
                "a healthy pool");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503})
    void aServerErrorFailsOverAndIsCounted(int status) {
        gateway().set("routing_strategy", "ordered");
        StubUpstream bad = provider("bad", MODEL, "n").always(Answers.error(status, "boom", "x"));
        StubUpstream good = provider("good", MODEL, "n");
        Map<String, Double> before = totals();

        Reply reply = gateway().chat(MODEL);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(bad.count()).isEqualTo(1);
        assertThat(good.count()).isEqualTo(1);
        Await.until(() -> gained(before, "sidecar_errors_total") == 1, "the error in /metrics");
        assertThat(gained(before, "sidecar_requests_total")).isEqualTo(1);
    }

    @Test
    void aRefusedKeyIsMarkedAndTheNextOneUsed() {
        gateway().set("routing_strategy", "ordered");
        provider("bad", MODEL, "n").always(Answers.error(401, "bad key", "invalid_api_key"));
        provider("good", MODEL, "n");

        assertThat(gateway().chat(MODEL).header("X-Sidecar-Provider")).isEqualTo("good");

        assertThat(gateway().provider("bad").path("status").asText()).isEqualTo("error");
    }

    @Test
    void aTimeoutMovesOnToAProviderThatWasNotTried() {
        gateway().set("routing_strategy", "ordered");
        StubUpstream slow = stub().always(Answers.silence());
        gateway().create(Draft.of("slow").at(slow).serves(MODEL, "n").with("timeout_seconds", 1));
        StubUpstream good = provider("good", MODEL, "n");

        Reply reply = gateway().chat(MODEL);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(slow.count()).isEqualTo(1);
        assertThat(good.count()).isEqualTo(1);
        assertThat(slow.await(1).closedWithin(Await.PATIENCE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "cut"})
    void aBrokenAnswerMovesOnToAProviderThatWasNotTried(String how) {
        gateway().set("routing_strategy", "ordered");
        StubUpstream bad = provider("bad", MODEL, "n")
                .always(how.equals("reset") ? Answers.reset() : Answers.shortBody("{\"id\":", 400));
        StubUpstream good = provider("good", MODEL, "n");

        Reply reply = gateway().chat(MODEL);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("X-Sidecar-Provider")).isEqualTo("good");
        assertThat(bad.count()).isEqualTo(1);
        assertThat(good.count()).isEqualTo(1);
    }

    @Test
    void aMinutesLimitIsHeldExactlyUnderParallelRequests() throws Exception {
        gateway().set("window_seconds", LONG);
        StubUpstream limited = stub();
        StubUpstream fallback = stub();
        gateway().create(Draft.of("limited").at(limited).serves(MODEL, "n").with("rpm_limit", 20));
        gateway().create(Draft.of("reserve").at(fallback).serves(MODEL, "n").fallback());
        ExecutorService clients = Executors.newFixedThreadPool(40);

        List<Future<Integer>> answers = IntStream.range(0, 40)
                .mapToObj(i -> clients.submit(() -> gateway().chat(MODEL).status()))
                .toList();
        for (Future<Integer> answer : answers) {
            assertThat(answer.get(2, TimeUnit.MINUTES)).isEqualTo(200);
        }
        clients.shutdown();

        assertThat(limited.count()).isEqualTo(20);
        assertThat(fallback.count()).isEqualTo(20);
    }

    @Test
    void noLimitMeansNoLimit() {
        StubUpstream upstream = provider("one", MODEL, "n");
        for (int i = 0; i < 60; i++) {
            assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
        }

        assertThat(upstream.count()).isEqualTo(60);
        Reply negative = gateway()
                .admin(
                        "POST",
                        "/backends",
                        Draft.of("two")
                                .at(upstream)
                                .with("rpm_limit", -1)
                                .json()
                                .toString());
        assertThat(negative.status()).isEqualTo(400);
    }

    @Test
    void everyAttemptTakesOnePlaceOfTheProviderThatItIsMadeOn() {
        gateway().set("window_seconds", LONG);
        gateway().set("queue_timeout_seconds", "0");
        StubUpstream upstream = stub().next(Answers.error(500, "boom", "x"));
        gateway().create(Draft.of("one").at(upstream).serves(MODEL, "n").with("rpm_limit", 3));

        List<Integer> statuses = IntStream.range(0, 3)
                .map(i -> gateway().chat(MODEL).status())
                .boxed()
                .toList();

        assertThat(statuses).containsExactly(200, 200, 503);
        assertThat(upstream.count()).isEqualTo(3);
    }

    @Test
    void withNothingLeftTheAnswerIsA503ThatSaysWhenToComeAgain() {
        gateway().set("window_seconds", LONG);
        gateway().set("queue_timeout_seconds", "0");
        StubUpstream upstream = stub();
        gateway().create(Draft.of("one").at(upstream).serves(MODEL, "n").with("rpm_limit", 1));
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);

        for (Reply reply : List.of(gateway().chat(MODEL), gateway().chatStream(MODEL))) {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(503);
            assertThat(reply.error().path("type").asText()).isEqualTo("AllPoolsExhausted");
            assertThat(reply.error().path("code").asText()).isNotBlank();
            assertThat(reply.header("Retry-After")).isEqualTo("60");
        }
        assertThat(upstream.count()).isEqualTo(1);
    }

    @Test
    void withoutAnyProviderTheAnswerIsJson() {
        Reply reply = gateway().chat(MODEL);

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error().path("code").asText()).isEqualTo("model_not_found");
    }

    @Test
    void modelsAreAnsweredFromTheMappings() {
        StubUpstream upstream = provider("one", MODEL, "n");

        JsonNode list = gateway().get("/v1/models").json();
        Reply one = gateway().get("/v1/models/" + MODEL);
        Reply none = gateway().get("/v1/models/nobody");

        assertThat(list.path("object").asText()).isEqualTo("list");
        JsonNode model = list.path("data").path(0);
        assertThat(model.path("id").asText()).isEqualTo(MODEL);
        assertThat(model.path("object").asText()).isEqualTo("model");
        assertThat(model.path("created").isIntegralNumber()).isTrue();
        assertThat(model.path("owned_by").isTextual()).isTrue();
        assertThat(model.path("context_window").asInt()).isEqualTo(128_000);
        assertThat(model.path("max_tokens").asInt()).isEqualTo(65_536);
        assertThat(model.path("input_modalities").toString()).isEqualTo("[\"text\"]");
        assertThat(one.json()).isEqualTo(model);
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.error().path("code").asText()).isEqualTo("model_not_found");
        assertThat(upstream.count()).isZero();
    }

    @Test
    void onlyV1IsForwardedAndItsQueryIsKept() {
        StubUpstream upstream = provider("one", "*", "*").always(Answers.json(200, "{}"));

        for (String path : List.of("/favicon.ico", "/api/admin/nope", "/static/app.js", "/v2/chat")) {
            Reply reply = gateway().get(path, "Authorization", "Bearer a-mistyped-secret");
            assertThat(reply.status()).as(path).isBetween(400, 499);
        }
        assertThat(upstream.count()).isZero();
        gateway().get("/v1/files?purpose=batch&limit=1");

        assertThat(upstream.only().target()).isEqualTo("/v1/files?purpose=batch&limit=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1", "/v1/", "/prefix", "/prefix/v1"})
    void v1NeverDoubles(String suffix) {
        StubUpstream upstream = stub();
        gateway()
                .create(Draft.of("one")
                        .with("api_base_url", upstream.root() + suffix)
                        .serves(MODEL, "n"));

        gateway().chat(MODEL);

        String prefix = suffix.startsWith("/prefix") ? "/prefix" : "";
        assertThat(upstream.only().path()).isEqualTo(prefix + CHAT);
    }

    @Test
    void aCompressedAnswerArrivesReadable() {
        String body = Answers.chatBody("n", "hello", new Usage(1, 1));
        StubUpstream upstream = provider("one", MODEL, "n").always(Answers.gzipJson(200, body));

        Reply reply = gateway().chat(MODEL, "Accept-Encoding", "gzip");

        assertThat(reply.text()).isEqualTo(body.replace("\"model\":\"n\"", "\"model\":\"canon\""));
        assertThat(reply.headers().has("Content-Encoding")).isFalse();
        assertThat(reply.end().whole()).isTrue();
        assertThat(upstream.only().header("Accept-Encoding")).isEqualTo("identity");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"canon\"",
                "{}",
                "{\"model\":null}",
                "{\"model\":5}",
                "{\"model\":\"\"}",
                "{\"model\":[\"canon\"]}",
                "{\"model\":\"a\\u0000b\"}",
                "{\"model\":\"canon\",\"model\":\"canon\"}",
                "{\"model\":\"canon\",\"\\u006dodel\":\"other\"}",
                "{\"model\":\"canon\"} x",
                "{\"model\":\"canon\",}",
                "{'model':'canon'}",
                "{\"model\":\"canon\",\"stream\":true,\"stream\":false}",
                "model=canon",
                "<xml/>"
            })
    void aBodyThatIsNoRequestIsRefused(String body) {
        StubUpstream upstream = provider("one", "*", "*");

        Reply reply = gateway().post(CHAT, body);

        assertInvalid(reply);
        assertThat(upstream.count()).isZero();
    }

    @Test
    void odditiesOfSizeAreRefused() {
        StubUpstream upstream = provider("one", "*", "*");
        String deep = "{\"model\":\"canon\",\"x\":" + "[".repeat(600) + "]".repeat(600) + "}";
        byte[] notUtf8 = "{\"model\":\"canon\",\"x\":\"?\"}".getBytes(UTF_8);
        notUtf8[notUtf8.length - 3] = (byte) 0xff;

        assertInvalid(gateway().post(CHAT, "{\"model\":\"" + "m".repeat(201) + "\"}"));
        assertInvalid(gateway().post(CHAT, deep));
        assertInvalid(gateway().call("POST", CHAT, notUtf8, "Content-Type", "application/json"));
        assertThat(gateway()
                        .post(CHAT, "{\"model\":\"" + "m".repeat(200) + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(upstream.count()).isEqualTo(1);
    }

    private static void assertInvalid(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        assertThat(reply.error().path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(reply.error().path("message").asText()).isNotBlank();
        assertThat(reply.header("Content-Type")).startsWith("application/json");
    }

    @Test
    void theClientsOwnSecretNeverGoesUp() {
        Draft draft = Draft.of("one").serves(MODEL, "n");
        StubUpstream upstream = stub();
        gateway().create(draft.at(upstream));

        gateway().chat(MODEL, "Authorization", "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN"));

        assertThat(upstream.only().headers().all("Authorization")).containsExactly("Bearer " + draft.key());
        assertThat(upstream.only().toString()).doesNotContain(System.getenv("SIDECAR_ADMIN_TOKEN"));
    }

    @Test
    void neitherCookiesNorConnectionHeadersGoUp() {
        StubUpstream upstream = provider("one", MODEL, "n");

        gateway().chat(MODEL, "Cookie", "a=b", "Keep-Alive", "timeout=5", "Proxy-Connection", "x", "X-Mine", "1");

        assertThat(upstream.only().headers().lines())
                .extracting(line -> line.name().toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("cookie", "keep-alive", "proxy-connection", "x-mine");
    }

    @Test
    void statusErrorIsSetAndClearedByItself() {
        Answer unpaid = Answers.error(402, "pay first", "billing");
        StubUpstream upstream = provider("one", MODEL, "n").next(unpaid).next(unpaid);
        gateway().chat(MODEL);
        // one request alone may be why it was refused; another one is not refused for the same reason
        gateway().chatStream(MODEL);
        JsonNode broken = gateway().provider("one");
        assertThat(broken.path("status").asText()).isEqualTo("error");

        gateway().update(broken.path("id").asText(), "{\"api_key\":\"sk-a-new-key-000001\"}");

        assertThat(gateway().provider("one").path("status").asText()).isEqualTo("healthy");
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
        assertThat(upstream.received().get(upstream.count() - 1).key()).isEqualTo("sk-a-new-key-000001");
    }

    @Test
    void metricsHaveHelpAndTypeOnBothPorts() {
        provider("one", MODEL, "n");
        Gateway second = new Gateway(metricsPort(), "");
        Await.until(() -> second.get("/metrics").status() == 200, "the metrics port");

        for (Reply reply : List.of(gateway().get("/metrics"), second.get("/metrics"))) {
            assertThat(reply.header("Content-Type")).startsWith("text/plain");
            for (String name : List.of(
                    "sidecar_pool_providers",
                    "sidecar_cooldown_active",
                    "sidecar_emergency_count",
                    "sidecar_db_size_bytes",
                    "sidecar_wal_size_bytes",
                    "sidecar_requests_total",
                    "sidecar_errors_total",
                    "sidecar_tokens_total",
                    "sidecar_cost_total",
                    "sidecar_uptime_seconds")) {
                assertThat(reply.text()).contains("# HELP " + name + " ").contains("# TYPE " + name + " ");
                assertThat(reply.text()).containsPattern("(?m)^" + name + "(\\{[^}]*})? [0-9.E+-]+$");
            }
        }
        assertThat(gateway().sample("sidecar_pool_providers{", "pool=\"primary\"", "type=\"total\""))
                .contains(1.0);
        assertThat(gateway().sample("sidecar_pool_providers{", "pool=\"fallback\"", "type=\"cooling\""))
                .contains(0.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/api/admin/backends", "/", "/openapi", "/dashboard"})
    void theMetricsPortServesNothingElse(String path) {
        Gateway second = new Gateway(metricsPort(), System.getenv("SIDECAR_ADMIN_TOKEN"));

        assertThat(second.get(path).status()).isEqualTo(404);
        assertThat(second.get("/health").status()).isEqualTo(200);
        assertThat(second.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void noSecretIsInTheMetrics() {
        Draft draft = Draft.of("one").at(stub()).serves(MODEL, "n");
        gateway().create(draft);
        gateway().chat(MODEL, "Authorization", "Bearer a-client-secret");

        assertThat(gateway().get("/metrics").text())
                .doesNotContain(draft.key())
                .doesNotContain("a-client-secret")
                .doesNotContain(System.getenv("SIDECAR_ADMIN_TOKEN"));
    }

    @Test
    void totalsDoNotFallWhenAProviderIsDeleted() {
        provider("one", MODEL, "n");
        Map<String, Double> before = totals();
        gateway().chat(MODEL);
        Await.until(() -> gained(before, "sidecar_tokens_total") > 0, "the tokens in /metrics");
        Map<String, Double> after = totals();

        gateway().clear();

        assertThat(totals()).allSatisfy((name, value) -> assertThat(value).isGreaterThanOrEqualTo(after.get(name)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deletingAProviderDoesNotFailItsRunningRequest(boolean stream) throws Exception {
        CountDownLatch deleted = new CountDownLatch(1);
        StubUpstream upstream = provider("one", MODEL, "n").always(call -> {
            call.await(deleted);
            Answers.wellBehaved("finished").play(call);
        });
        ExecutorService client = Executors.newSingleThreadExecutor();
        Future<Reply> answer = client.submit(
                () -> stream ? gateway().chatStream(MODEL) : gateway().chat(MODEL));
        upstream.await(1);

        gateway().clear();
        deleted.countDown();

        Reply reply = answer.get(2, TimeUnit.MINUTES);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.text()).contains("finished");
        client.shutdown();
    }

    @Test
    void healthAndChatsAreNotHeldUpByAdminWork() throws Exception {
        provider("one", MODEL, "n");
        CountDownLatch served = new CountDownLatch(1);
        StubUpstream slow = provider("slow", "other", "n").always(call -> {
            call.await(served);
            Answers.wellBehaved("at last").play(call);
        });
        String tested = gateway().provider("slow").path("id").asText();
        ExecutorService operator = Executors.newFixedThreadPool(4);
        List<Future<?>> work = new ArrayList<>();
        work.add(operator.submit(() -> gateway().admin("POST", "/backends/" + tested + "/test", "")));
        slow.await(1);

        assertHealthAndChat();
        assertThat(work.get(0).isDone()).as("while somebody waits for a test").isFalse();
        served.countDown();
        for (int t = 0; t < 3; t++) {
            int operators = t;
            work.add(operator.submit(() -> {
                for (int i = 0; i < 15; i++) {
                    JsonNode made =
                            gateway().create(Draft.of("x" + operators + "-" + i).at(stub()));
                    gateway().update(made.path("id").asText(), "{\"notes\":\"again\"}");
                }
            }));
        }
        for (int i = 0; i < 30; i++) {
            assertHealthAndChat();
        }

        for (Future<?> one : work) {
            one.get(2, TimeUnit.MINUTES);
        }
        operator.shutdown();
    }

    private void assertHealthAndChat() {
        assertThat(gateway().get("/health").status()).isEqualTo(200);
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
    }

    @Test
    void upstreamConnectionsAreKeptOpen() {
        StubUpstream upstream = provider("one", MODEL, "n");
        for (int i = 0; i < 12; i++) {
            gateway().chat(MODEL);
        }

        assertThat(upstream.connections()).isLessThanOrEqualTo(2);
        assertThat(upstream.calls()).allMatch(Call::open);
    }

    @Test
    void oneBadProviderCannotPoisonTheOthers() {
        provider("good", MODEL, "n");
        for (String bad : List.of("\"abc\"", "-1", "1.5", "1e99", "true")) {
            String json = Draft.of("bad").at(stub()).serves(MODEL, "n").json().toString();
            Reply reply = gateway().admin("POST", "/backends", json.replace("\"rpm_limit\":0", "\"rpm_limit\":" + bad));
            assertThat(reply.status()).as(bad + ": " + reply).isEqualTo(400);
        }

        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
    }
}
