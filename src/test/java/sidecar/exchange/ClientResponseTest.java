package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.Scene.DONE;
import static sidecar.exchange.Scene.delta;
import static sidecar.exchange.Scene.role;
import static sidecar.exchange.Scene.stop;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.client.ClientToken;
import sidecar.client.Clients;
import sidecar.client.HeartbeatForm;
import sidecar.ledger.LedgerEntry;
import sidecar.pool.SomeProvider;
import sidecar.protocol.request.RequestHead;
import sidecar.provider.ApiProtocol;
import sidecar.relay.PlainRelay;
import sidecar.upstream.Header;
import sidecar.upstream.Upstream;

/** What a client is sent while it waits, and what becomes of its answer after that. */
class ClientResponseTest {

    private static final String BEAT = ": heartbeat\n\n";
    private static final String PING = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
    private static final String WHO = ": sidecar provider=p1 model=m attempts=1\n\n";
    private static final String REST = delta("n1", "x") + stop("n1") + DONE;
    private static final String SEEN = REST.replace("\"n1\"", "\"m\"");

    private static Scene patient(Scene scene) {
        scene.heartbeatGrace = Duration.ofSeconds(45);
        return scene;
    }

    private static Scene stream() {
        return patient(Scene.ofOne()).stream();
    }

    /** What a client whose heartbeats are chunks hears at a moment. */
    private static String chunk(Scene scene, long secondsAgo) {
        return "data: {\"id\":\"chatcmpl-req-1\",\"object\":\"chat.completion.chunk\",\"created\":"
                + (scene.time.instant().getEpochSecond() - secondsAgo) + ",\"model\":\"m\",\"choices\":[]}\n\n";
    }

    private static Scene inChunks(Scene scene) {
        scene.who = Clients.beating("tester", HeartbeatForm.CHUNK);
        return patient(scene);
    }

    private static Scene of(ApiProtocol api) {
        return new Scene(SomeProvider.named("p1").api(api).maps("m", "n1"));
    }

    // the forms of a heartbeat

    @ParameterizedTest
    @CsvSource({
        "OPENAI_COMPLETIONS, /v1/chat/completions, COMMENT, ': heartbeat'",
        "OPENAI_COMPLETIONS, /v1/completions, COMMENT, ': heartbeat'",
        "OPENAI_COMPLETIONS, /v1/completions, CHUNK, ': heartbeat'",
        "OPENAI_RESPONSES, /v1/responses, COMMENT, ': heartbeat'",
        "OPENAI_RESPONSES, /v1/responses, CHUNK, ': heartbeat'",
        "ANTHROPIC_MESSAGES, /v1/messages, COMMENT, 'event: ping|data: {\"type\":\"ping\"}'",
        "ANTHROPIC_MESSAGES, /v1/messages, CHUNK, 'event: ping|data: {\"type\":\"ping\"}'"
    })
    void aHeartbeatIsACommentOrWhatTheProtocolHasForIt(
            ApiProtocol api, String path, HeartbeatForm form, String heartbeat) {
        Scene scene = patient(of(api));
        scene.who = Clients.beating("tester", form);
        scene.post(path, Scene.STREAM);

        scene.seconds(55);

        assertThat(scene.client.text()).isEqualTo((heartbeat.replace('|', '\n') + "\n\n").repeat(2));
        scene.notOver();
    }

    @Test
    void aHeartbeatOfChatIsAChunkWhereTheTokenAsksForIt() {
        Scene scene = inChunks(Scene.ofOne()).stream();

        scene.seconds(45);
        assertThat(scene.client.text()).isEqualTo(chunk(scene, 0));
        scene.seconds(10);

        assertThat(scene.client.text()).isEqualTo(chunk(scene, 10) + chunk(scene, 0));
        assertThat(scene.client.status()).isEqualTo(200);
        assertThat(scene.client.header("Content-Type")).isEqualTo("text/event-stream");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"a\\\"b\\\\c | a\\\"b\\\\c", "\\u00e9 | é"})
    void aModelsNameCannotBreakOutOfTheChunk(String asked, String said) {
        Scene scene = inChunks(new Scene(SomeProvider.named("p1").maps("*", "*")))
                .post(Scene.CHAT, "{\"stream\":true,\"model\":\"" + asked + "\"}");

        scene.seconds(45);

        assertThat(scene.client.text()).isEqualTo(chunk(scene, 0).replace("\"m\"", "\"" + said + "\""));
    }

    @Test
    void anAnswerAfterChunksIsTheSameAsAfterComments() {
        Scene scene = inChunks(Scene.ofOne()).stream();
        scene.seconds(45);
        String heartbeat = chunk(scene, 0);

        scene.call().stream().data(REST).end();

        assertThat(scene.client.text()).isEqualTo(heartbeat + WHO + SEEN);
        assertThat(scene.over("ok").times().firstContent()).contains(Duration.ofSeconds(45));
    }

    @Test
    void anOpenGatewayAndAPlainRequestHearNoChunk() {
        Scene open = patient(Scene.ofOne());
        open.who = ClientToken.OPEN;
        Scene plain = inChunks(Scene.ofOne()).plain();

        open.stream().seconds(45);
        plain.seconds(45);

        assertThat(open.client.text()).isEqualTo(BEAT);
        assertThat(plain.client.text()).isEmpty();
    }

    // while nothing is known yet

    @Test
    void beforeTheGraceAFailureHasItsTrueStatus() {
        Scene scene = stream().impatient();

        scene.seconds(44);
        scene.call().json(429, "{}").end();

        assertThat(scene.client.status()).isEqualTo(503);
        assertThat(scene.client.header("Content-Type")).isEqualTo("application/json");
        assertThat(scene.over("all_cooling").status()).isEqualTo(503);
    }

    @Test
    void theFirstHeartbeatCommitsAStreamOfEvents() {
        Scene scene = stream();

        scene.seconds(45);

        assertThat(scene.client.status()).isEqualTo(200);
        assertThat(scene.client.text()).isEqualTo(BEAT);
        assertThat(scene.client.headers().lines())
                .containsExactlyInAnyOrder(
                        new Header("Content-Type", "text/event-stream"),
                        new Header("Cache-Control", "no-cache"),
                        new Header("X-Accel-Buffering", "no"),
                        new Header("X-Request-Id", "req-1"));
        scene.notOver();
    }

    @Test
    void heartbeatsComeEveryTenSeconds() {
        Scene scene = stream();

        scene.seconds(44);
        assertThat(scene.client.text()).isEmpty();
        scene.seconds(10);
        assertThat(scene.client.text()).isEqualTo(BEAT);
        scene.seconds(1);
        assertThat(scene.client.text()).isEqualTo(BEAT.repeat(2));
        scene.seconds(20);
        assertThat(scene.client.text()).isEqualTo(BEAT.repeat(4));
    }

    @Test
    void aGraceOfZeroMeansNever() {
        Scene scene = Scene.ofOne().stream();

        scene.seconds(100);

        assertThat(scene.client.status()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/v1/chat/completions | {'model':'m'}",
                "/v1/chat/completions | {'model':'m','stream':'true'}",
                "/v1/embeddings | {'model':'m','stream':true}",
                "/v1/audio/speech | {'model':'m','stream':true}"
            })
    void whoAsksForNoStreamHearsNoHeartbeat(String path, String body) {
        Scene scene = patient(Scene.ofOne()).post(path, body.replace('\'', '"'));

        scene.seconds(100);

        assertThat(scene.client.status()).isZero();
    }

    @Test
    void aClientThatLeavesEndsTheHeartbeats() {
        Scene scene = stream();
        scene.seconds(45);

        scene.exchange().disconnected();
        scene.seconds(100);

        assertThat(scene.client.text()).isEqualTo(BEAT);
        assertThat(scene.over("client_gone").status()).isEqualTo(200);
    }

    @Test
    void heartbeatsDoNotPileUpForAClientThatTakesNone() {
        Scene scene = stream();
        scene.client.slow();

        scene.seconds(100);
        assertThat(scene.client.text()).isEqualTo(BEAT);

        scene.client.take();
        scene.seconds(10);
        assertThat(scene.client.text()).isEqualTo(BEAT.repeat(2));
    }

    @Test
    void aHeartbeatEarnsTheUpstreamNoCredit() {
        Scene scene = stream();
        FakeUpstream.Call call = scene.call().stream();
        scene.client.slow();
        scene.seconds(45);
        call.data(delta("n1", "x"));

        scene.client.take();

        assertThat(call.credited).hasValue(call.received.get());
    }

    // and then an answer comes

    @Test
    void anAnswerAfterHeartbeatsBeginsWithACommentAndRepeatsNoHeader() {
        Scene scene = stream();
        scene.seconds(45);

        scene.call().stream().data(REST).end();

        assertThat(scene.client.text()).isEqualTo(BEAT + WHO + SEEN);
        assertThat(scene.client.ended()).isTrue();
        LedgerEntry entry = scene.over("ok");
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.times().firstContent()).contains(Duration.ofSeconds(45));
    }

    @Test
    void aNameCannotBreakOutOfTheComment() {
        Scene scene =
                patient(new Scene(SomeProvider.named("a b\n\ndata: é")
                                .url("https://p1.example")
                                .maps("m", "n1")))
                        .stream();
        scene.seconds(45);

        scene.call().stream().data(REST).end();

        assertThat(scene.client.text())
                .isEqualTo(BEAT + ": sidecar provider=a%20b%0A%0Adata:%20%C3%A9 model=m attempts=1\n\n" + SEEN);
    }

    @Test
    void retriesGoOnBehindHeartbeats() {
        Scene scene = patient(Scene.ofTwo()).stream();
        scene.seconds(45);

        scene.call().json(500, "{}").end();
        scene.seconds(10);
        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        scene.call().stream().data(delta("n2", "x") + stop("n2") + DONE).end();

        assertThat(scene.client.text())
                .isEqualTo(BEAT.repeat(2) + ": sidecar provider=p2 model=m attempts=2\n\n" + SEEN);
        scene.over("ok");
    }

    @Test
    void aRefusalAfterHeartbeatsIsOneErrorEventAndACleanEnd() {
        Scene scene = stream().impatient();
        scene.seconds(45);

        scene.call().json(429, "{}").end();

        assertThat(scene.client.text())
                .startsWith(BEAT + WHO + "data: {\"error\":{\"message\":\"All provider pools exhausted")
                .contains("\"code\":\"all_cooling\"")
                .endsWith("}}\n\n")
                .doesNotContain("[DONE]");
        assertThat(scene.client.ended()).isTrue();
        assertThat(scene.over("all_cooling").status()).isEqualTo(200);
    }

    @Test
    void theDeadlineAfterHeartbeatsIsAnErrorEvent() {
        Scene scene = patient(Scene.ofOne());
        scene.deadline = Duration.ofSeconds(50);

        scene.stream().seconds(50);

        assertThat(scene.client.text()).startsWith(BEAT + WHO + "data: ").contains("\"code\":\"deadline_exceeded\"");
        assertThat(scene.over("deadline_exceeded").status()).isEqualTo(200);
    }

    @Test
    void aRefusalInTheWordsOfResponses() {
        Scene scene = patient(new Scene(SomeProvider.named("p1")
                        .api(ApiProtocol.OPENAI_RESPONSES)
                        .maps("m", "n1")))
                .post("/v1/responses", Scene.STREAM);
        scene.seconds(45);

        scene.call()
                .json(400, "{\"error\":{\"message\":\"too long\",\"code\":\"context\"}}")
                .end();

        assertThat(scene.client.text())
                .startsWith(BEAT + WHO
                        + "event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":0,")
                .endsWith("\n\nevent: error\ndata: {\"type\":\"error\",\"sequence_number\":1,\"code\":\"context\","
                        + "\"message\":\"too long\",\"param\":null}\n\n");
        scene.over("client");
    }

    @Test
    void aRefusalInTheWordsOfMessages() {
        Scene scene = patient(new Scene(SomeProvider.named("p1")
                        .api(ApiProtocol.ANTHROPIC_MESSAGES)
                        .maps("m", "n1")))
                .post("/v1/messages", Scene.STREAM);
        scene.seconds(45);

        scene.call()
                .json(
                        400,
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"too long\"}}")
                .end();

        assertThat(scene.client.text())
                .isEqualTo(
                        PING + WHO
                                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"too long\"}}\n\n");
        scene.over("client");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'error':{'message':'too long','type':'t','param':'p','code':'c'}} | 'too long','type':'t','param':'p','code':'c'",
                "{'error':{'message':'too long','code':17}} | 'too long','type':'invalid_request_error','param':null,'code':'17'",
                "{'error':'no','x':1} | 'no','type':'invalid_request_error','param':null,'code':null",
                "{'detail':'no'} | 'no','type':'invalid_request_error','param':null,'code':null",
                "{'message':'no'} | 'no','type':'invalid_request_error','param':null,'code':null",
                "{'error':{}} | 'The provider refused the request with HTTP 400.','type':'invalid_request_error','param':null,'code':null",
                "[1] | 'The provider refused the request with HTTP 400.','type':'invalid_request_error','param':null,'code':null",
                "<html> | 'The provider refused the request with HTTP 400.','type':'invalid_request_error','param':null,'code':null"
            })
    void anUpstreamsRefusalAfterHeartbeatsIsToldInItsOwnWordsWhereTheyCanBeRead(String body, String said) {
        Scene scene = stream();
        scene.seconds(45);

        scene.call().json(400, body.replace('\'', '"')).end();

        assertThat(scene.client.text())
                .isEqualTo(BEAT + WHO + "data: {\"error\":{\"message\":" + said.replace('\'', '"') + "}}\n\n");
        assertThat(scene.client.ended()).isTrue();
        assertThat(scene.over("client").status()).isEqualTo(200);
    }

    @Test
    void anUpstreamsRefusalShowsOnlyTheMaskOfItsSecret() {
        Scene scene = stream();
        scene.seconds(45);

        scene.call()
                .json(400, "{\"error\":{\"message\":\"bad key sk-p1-secret-0123456789\"}}")
                .end();

        assertThat(scene.client.text()).contains("bad key sk-p1-****6789").doesNotContain("secret");
    }

    @Test
    void aPlainAnswerAfterHeartbeatsIsAnErrorEventToo() {
        Scene scene = stream();
        scene.seconds(45);

        scene.call()
                .json(200, "{\"model\":\"n1\",\"choices\":[{\"message\":{\"content\":\"x\"}}]}")
                .end();

        assertThat(scene.client.text())
                .startsWith(BEAT + WHO + "data: {\"error\":{\"message\":\"The provider answered HTTP 200 without")
                .contains("\"code\":\"bad_success\"")
                .doesNotContain("choices");
        assertThat(scene.client.ended()).isTrue();
        scene.over("bad_success");
    }

    @Test
    void aLongPlainAnswerAfterHeartbeatsIsReadToItsEndAndNotKept() {
        Scene scene = stream();
        scene.seconds(45);
        FakeUpstream.Call call = scene.call().json(400, "{\"error\":{\"message\":\"too long\"},\"pad\":\"");

        for (int i = 0; i < 3; i++) {
            call.data("x".repeat(PlainRelay.HELD));
        }
        assertThat(call.credited).hasValue(call.received.get());
        call.data("\"}").end();

        assertThat(scene.client.text())
                .startsWith(BEAT + WHO + "data: ")
                .contains("with HTTP 400.")
                .hasSizeLessThan(400);
        scene.over("client");
    }

    @Test
    void aShutdownAfterHeartbeatsIsAnErrorEvent() {
        Scene scene = stream();
        scene.seconds(45);

        scene.exchange().shutdown();

        assertThat(scene.client.text()).contains("\"code\":\"draining\"");
        assertThat(scene.client.ended()).isTrue();
        scene.over("draining");
    }

    @Test
    void anUpstreamThatBreaksBehindAHeartbeatIsRetried() {
        Scene scene = patient(Scene.ofTwo()).stream();
        FakeUpstream.Call call = scene.call().stream().data(role("n1"));
        scene.seconds(45);

        call.fails(Upstream.Cause.RESET, true);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(scene.client.text()).isEqualTo(BEAT);
        scene.notOver();
    }

    // in the middle of an answer

    @Test
    void aSilentStreamHearsHeartbeatsBetweenItsEvents() {
        Scene scene = stream();
        FakeUpstream.Call call = scene.call().stream().data(delta("n1", "x"));
        scene.seconds(30);
        call.data(delta("n1", "y"));

        scene.seconds(44);
        assertThat(scene.client.text()).doesNotContain("heartbeat");
        scene.seconds(11);
        call.data(stop("n1") + DONE).end();

        assertThat(scene.client.text())
                .isEqualTo(delta("m", "x") + delta("m", "y") + BEAT.repeat(2) + stop("m") + DONE);
        assertThat(scene.client.header("X-Sidecar-Provider")).isEqualTo("p1");
        scene.over("ok");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: x\n",
                "data: {\"a\":1}\n",
                "data: {\"a\":1}\r\n",
                ": comment\n",
                "id: 1\n\r",
                "\n\nid: 1\n"
            })
    void aSilenceInsideAnEventHearsNone(String part) {
        Scene scene = stream();
        FakeUpstream.Call call = scene.call().stream().data(delta("n1", "x"));

        for (byte one : RequestHead.bytes(part)) {
            call.data(new byte[] {one});
        }
        scene.seconds(100);
        assertThat(scene.client.text()).doesNotContain("heartbeat");

        call.data("\n");
        scene.seconds(45);
        assertThat(scene.client.text()).endsWith("\n" + BEAT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: {\"a\":1}\n", "data: {\"a\":1}\r\n", ": comment\n", "id: 1\n\r"})
    void noChunkStandsInsideAnEvent(String part) {
        Scene scene = inChunks(Scene.ofOne()).stream();
        FakeUpstream.Call call = scene.call().stream().data(delta("n1", "x"));
        scene.seconds(45);
        String before = delta("m", "x") + chunk(scene, 0);
        assertThat(scene.client.text()).isEqualTo(before);

        for (byte one : RequestHead.bytes(part)) {
            call.data(new byte[] {one});
        }
        scene.seconds(100);
        assertThat(scene.client.text().substring(before.length())).doesNotContain("chatcmpl-");

        call.data("\n");
        scene.seconds(45);
        assertThat(scene.client.text()).endsWith("\n" + chunk(scene, 0));
    }

    @Test
    void aLineThatHasNotComeWholeStandsBehindTheChunk() {
        Scene scene = inChunks(Scene.ofOne()).stream();
        FakeUpstream.Call call = scene.call().stream().data(delta("n1", "x"));
        call.data(delta("n1", "y").trim());

        scene.seconds(45);
        String heartbeat = chunk(scene, 0);
        call.data("\n\n");

        assertThat(scene.client.text()).isEqualTo(delta("m", "x") + heartbeat + delta("m", "y"));
    }

    @Test
    void noPingStandsInsideAnEvent() {
        Scene scene = patient(of(ApiProtocol.ANTHROPIC_MESSAGES)).post("/v1/messages", Scene.STREAM);
        FakeUpstream.Call call = scene.call().stream();
        String delta = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                + "\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n";
        call.data(delta).data("event: content_block_delta\n");

        scene.seconds(100);
        assertThat(scene.client.text()).doesNotContain("ping");

        call.data(delta.substring(delta.indexOf('\n') + 1));
        scene.seconds(45);
        assertThat(scene.client.text()).isEqualTo(delta.repeat(2) + PING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n\n", "\r\n\r\n", "\n\r\n"})
    void anEmptyLineEndsAnEventHoweverItIsWrittenAndCut(String end) {
        Scene whole = stream();
        Scene cut = stream();

        whole.call().stream().data(delta("n1", "x").trim() + end);
        cut.call().stream().data(delta("n1", "x").trim());
        for (byte one : RequestHead.bytes(end)) {
            cut.call().data(new byte[] {one});
        }
        whole.seconds(45);
        cut.seconds(45);

        assertThat(whole.client.text()).endsWith(end + BEAT);
        assertThat(cut.client.text()).endsWith(end + BEAT);
    }

    @Test
    void aClientThatHasNotTakenTheLastEventHearsNoHeartbeat() {
        Scene scene = stream();
        scene.client.slow();
        scene.call().stream().data(delta("n1", "x"));

        scene.seconds(100);
        assertThat(scene.client.text()).doesNotContain("heartbeat");

        scene.client.take();
        scene.seconds(10);
        assertThat(scene.client.text()).endsWith(BEAT);
    }

    @Test
    void heartbeatsDoNotProlongTheUpstreamsSilence() {
        Scene scene = stream();
        scene.call().stream().data(delta("n1", "x"));

        scene.seconds(120);

        assertThat(scene.client.text()).contains("fell silent for 120 s");
        scene.over("truncated");
    }

    @Test
    void aPlainAnswerUnderWayHearsNone() {
        Scene scene = stream();
        scene.call().sent().head(200, "Content-Type", "text/plain").data("\n".repeat(PlainRelay.HELD));
        int before = scene.client.size();

        scene.seconds(100);

        assertThat(scene.client.size()).isEqualTo(before);
    }

    @Test
    void aShortGraceHoldsAlsoAfterAHeartbeat() {
        Scene scene = Scene.ofOne();
        scene.heartbeatGrace = Duration.ofSeconds(2);
        scene.stream().seconds(7);
        scene.call().stream().data(delta("n1", "x"));

        scene.seconds(2);

        assertThat(scene.client.text()).isEqualTo(BEAT + WHO + delta("m", "x") + BEAT);
    }

    @Test
    void aShortExchangeSetsOneTimerForIt() {
        Scene with = patient(Scene.ofOne());
        Scene without = Scene.ofOne();

        with.stream().call().stream().data(delta("n1", "x").repeat(1000));
        without.stream().call().stream().data(delta("n1", "x").repeat(1000));

        assertThat(with.time.pending()).isEqualTo(without.time.pending() + 1);
        with.call().data(stop("n1") + DONE).end();
        with.over("ok");
    }
}
