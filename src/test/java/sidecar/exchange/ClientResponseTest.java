package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.DONE;
import static sidecar.exchange.ExchangeFixture.delta;
import static sidecar.exchange.ExchangeFixture.role;
import static sidecar.exchange.ExchangeFixture.stop;

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

    private static ExchangeFixture patient(ExchangeFixture fixture) {
        fixture.heartbeatGrace = Duration.ofSeconds(45);
        return fixture;
    }

    private static ExchangeFixture stream() {
        return patient(ExchangeFixture.ofOne()).stream();
    }

    /** What a client whose heartbeats are chunks hears at a moment. */
    private static String chunk(ExchangeFixture fixture, long secondsAgo) {
        return "data: {\"id\":\"chatcmpl-req-1\",\"object\":\"chat.completion.chunk\",\"created\":"
                + (fixture.time.instant().getEpochSecond() - secondsAgo) + ",\"model\":\"m\",\"choices\":[]}\n\n";
    }

    private static ExchangeFixture inChunks(ExchangeFixture fixture) {
        fixture.who = Clients.beating("tester", HeartbeatForm.CHUNK);
        return patient(fixture);
    }

    private static ExchangeFixture of(ApiProtocol api) {
        return new ExchangeFixture(SomeProvider.named("p1").api(api).maps("m", "n1"));
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
        ExchangeFixture fixture = patient(of(api));
        fixture.who = Clients.beating("tester", form);
        fixture.post(path, ExchangeFixture.STREAM);

        fixture.seconds(55);

        assertThat(fixture.client.text()).isEqualTo((heartbeat.replace('|', '\n') + "\n\n").repeat(2));
        fixture.notOver();
    }

    @Test
    void aHeartbeatOfChatIsAChunkWhereTheTokenAsksForIt() {
        ExchangeFixture fixture = inChunks(ExchangeFixture.ofOne()).stream();

        fixture.seconds(45);
        assertThat(fixture.client.text()).isEqualTo(chunk(fixture, 0));
        fixture.seconds(10);

        assertThat(fixture.client.text()).isEqualTo(chunk(fixture, 10) + chunk(fixture, 0));
        assertThat(fixture.client.status()).isEqualTo(200);
        assertThat(fixture.client.header("Content-Type")).isEqualTo("text/event-stream");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"a\\\"b\\\\c | a\\\"b\\\\c", "\\u00e9 | é"})
    void aModelsNameCannotBreakOutOfTheChunk(String asked, String said) {
        ExchangeFixture fixture = inChunks(
                        new ExchangeFixture(SomeProvider.named("p1").maps("*", "*")))
                .post(ExchangeFixture.CHAT, "{\"stream\":true,\"model\":\"" + asked + "\"}");

        fixture.seconds(45);

        assertThat(fixture.client.text()).isEqualTo(chunk(fixture, 0).replace("\"m\"", "\"" + said + "\""));
    }

    @Test
    void anAnswerAfterChunksIsTheSameAsAfterComments() {
        ExchangeFixture fixture = inChunks(ExchangeFixture.ofOne()).stream();
        fixture.seconds(45);
        String heartbeat = chunk(fixture, 0);

        fixture.call().stream().data(REST).end();

        assertThat(fixture.client.text()).isEqualTo(heartbeat + WHO + SEEN);
        assertThat(fixture.over("ok").times().firstContent()).contains(Duration.ofSeconds(45));
    }

    @Test
    void anOpenGatewayAndAPlainRequestHearNoChunk() {
        ExchangeFixture open = patient(ExchangeFixture.ofOne());
        open.who = ClientToken.OPEN;
        ExchangeFixture plain = inChunks(ExchangeFixture.ofOne()).plain();

        open.stream().seconds(45);
        plain.seconds(45);

        assertThat(open.client.text()).isEqualTo(BEAT);
        assertThat(plain.client.text()).isEmpty();
    }

    // while nothing is known yet

    @Test
    void beforeTheGraceAFailureHasItsTrueStatus() {
        ExchangeFixture fixture = stream().impatient();

        fixture.seconds(44);
        fixture.call().json(429, "{}").end();

        assertThat(fixture.client.status()).isEqualTo(503);
        assertThat(fixture.client.header("Content-Type")).isEqualTo("application/json");
        assertThat(fixture.over("all_cooling").status()).isEqualTo(503);
    }

    @Test
    void theFirstHeartbeatCommitsAStreamOfEvents() {
        ExchangeFixture fixture = stream();

        fixture.seconds(45);

        assertThat(fixture.client.status()).isEqualTo(200);
        assertThat(fixture.client.text()).isEqualTo(BEAT);
        assertThat(fixture.client.headers().lines())
                .containsExactlyInAnyOrder(
                        new Header("Content-Type", "text/event-stream"),
                        new Header("Cache-Control", "no-cache"),
                        new Header("X-Accel-Buffering", "no"),
                        new Header("X-Request-Id", "req-1"));
        fixture.notOver();
    }

    @Test
    void heartbeatsComeEveryTenSeconds() {
        ExchangeFixture fixture = stream();

        fixture.seconds(44);
        assertThat(fixture.client.text()).isEmpty();
        fixture.seconds(10);
        assertThat(fixture.client.text()).isEqualTo(BEAT);
        fixture.seconds(1);
        assertThat(fixture.client.text()).isEqualTo(BEAT.repeat(2));
        fixture.seconds(20);
        assertThat(fixture.client.text()).isEqualTo(BEAT.repeat(4));
    }

    @Test
    void aGraceOfZeroMeansNever() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();

        fixture.seconds(100);

        assertThat(fixture.client.status()).isZero();
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
        ExchangeFixture fixture = patient(ExchangeFixture.ofOne()).post(path, body.replace('\'', '"'));

        fixture.seconds(100);

        assertThat(fixture.client.status()).isZero();
    }

    @Test
    void aClientThatLeavesEndsTheHeartbeats() {
        ExchangeFixture fixture = stream();
        fixture.seconds(45);

        fixture.exchange().disconnected();
        fixture.seconds(100);

        assertThat(fixture.client.text()).isEqualTo(BEAT);
        assertThat(fixture.over("client_gone").status()).isEqualTo(200);
    }

    @Test
    void heartbeatsDoNotPileUpForAClientThatTakesNone() {
        ExchangeFixture fixture = stream();
        fixture.client.slow();

        fixture.seconds(100);
        assertThat(fixture.client.text()).isEqualTo(BEAT);

        fixture.client.take();
        fixture.seconds(10);
        assertThat(fixture.client.text()).isEqualTo(BEAT.repeat(2));
    }

    @Test
    void aHeartbeatEarnsTheUpstreamNoCredit() {
        ExchangeFixture fixture = stream();
        FakeUpstream.Call call = fixture.call().stream();
        fixture.client.slow();
        fixture.seconds(45);
        call.data(delta("n1", "x"));

        fixture.client.take();

        assertThat(call.credited).hasValue(call.received.get());
    }

    // and then an answer comes

    @Test
    void anAnswerAfterHeartbeatsBeginsWithACommentAndRepeatsNoHeader() {
        ExchangeFixture fixture = stream();
        fixture.seconds(45);

        fixture.call().stream().data(REST).end();

        assertThat(fixture.client.text()).isEqualTo(BEAT + WHO + SEEN);
        assertThat(fixture.client.ended()).isTrue();
        LedgerEntry entry = fixture.over("ok");
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.times().firstContent()).contains(Duration.ofSeconds(45));
    }

    @Test
    void aNameCannotBreakOutOfTheComment() {
        ExchangeFixture fixture = patient(new ExchangeFixture(SomeProvider.named("a b\n\ndata: é")
                        .url("https://p1.example")
                        .maps("m", "n1")))
                .stream();
        fixture.seconds(45);

        fixture.call().stream().data(REST).end();

        assertThat(fixture.client.text())
                .isEqualTo(BEAT + ": sidecar provider=a%20b%0A%0Adata:%20%C3%A9 model=m attempts=1\n\n" + SEEN);
    }

    @Test
    void retriesGoOnBehindHeartbeats() {
        ExchangeFixture fixture = patient(ExchangeFixture.ofTwo()).stream();
        fixture.seconds(45);

        fixture.call().json(500, "{}").end();
        fixture.seconds(10);
        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        fixture.call().stream().data(delta("n2", "x") + stop("n2") + DONE).end();

        assertThat(fixture.client.text())
                .isEqualTo(BEAT.repeat(2) + ": sidecar provider=p2 model=m attempts=2\n\n" + SEEN);
        fixture.over("ok");
    }

    @Test
    void aRefusalAfterHeartbeatsIsOneErrorEventAndACleanEnd() {
        ExchangeFixture fixture = stream().impatient();
        fixture.seconds(45);

        fixture.call().json(429, "{}").end();

        assertThat(fixture.client.text())
                .startsWith(BEAT + WHO + "data: {\"error\":{\"message\":\"All provider pools exhausted")
                .contains("\"code\":\"all_cooling\"")
                .endsWith("}}\n\n")
                .doesNotContain("[DONE]");
        assertThat(fixture.client.ended()).isTrue();
        assertThat(fixture.over("all_cooling").status()).isEqualTo(200);
    }

    @Test
    void theDeadlineAfterHeartbeatsIsAnErrorEvent() {
        ExchangeFixture fixture = patient(ExchangeFixture.ofOne());
        fixture.deadline = Duration.ofSeconds(50);

        fixture.stream().seconds(50);

        assertThat(fixture.client.text()).startsWith(BEAT + WHO + "data: ").contains("\"code\":\"deadline_exceeded\"");
        assertThat(fixture.over("deadline_exceeded").status()).isEqualTo(200);
    }

    @Test
    void aRefusalInTheWordsOfResponses() {
        ExchangeFixture fixture = patient(new ExchangeFixture(SomeProvider.named("p1")
                        .api(ApiProtocol.OPENAI_RESPONSES)
                        .maps("m", "n1")))
                .post("/v1/responses", ExchangeFixture.STREAM);
        fixture.seconds(45);

        fixture.call()
                .json(400, "{\"error\":{\"message\":\"too long\",\"code\":\"context\"}}")
                .end();

        assertThat(fixture.client.text())
                .startsWith(BEAT + WHO
                        + "event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":0,")
                .endsWith("\n\nevent: error\ndata: {\"type\":\"error\",\"sequence_number\":1,\"code\":\"context\","
                        + "\"message\":\"too long\",\"param\":null}\n\n");
        fixture.over("client");
    }

    @Test
    void aRefusalInTheWordsOfMessages() {
        ExchangeFixture fixture = patient(new ExchangeFixture(SomeProvider.named("p1")
                        .api(ApiProtocol.ANTHROPIC_MESSAGES)
                        .maps("m", "n1")))
                .post("/v1/messages", ExchangeFixture.STREAM);
        fixture.seconds(45);

        fixture.call()
                .json(
                        400,
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"too long\"}}")
                .end();

        assertThat(fixture.client.text())
                .isEqualTo(
                        PING + WHO
                                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"too long\"}}\n\n");
        fixture.over("client");
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
        ExchangeFixture fixture = stream();
        fixture.seconds(45);

        fixture.call().json(400, body.replace('\'', '"')).end();

        assertThat(fixture.client.text())
                .isEqualTo(BEAT + WHO + "data: {\"error\":{\"message\":" + said.replace('\'', '"') + "}}\n\n");
        assertThat(fixture.client.ended()).isTrue();
        assertThat(fixture.over("client").status()).isEqualTo(200);
    }

    @Test
    void anUpstreamsRefusalShowsOnlyTheMaskOfItsSecret() {
        ExchangeFixture fixture = stream();
        fixture.seconds(45);

        fixture.call()
                .json(400, "{\"error\":{\"message\":\"bad key sk-p1-secret-0123456789\"}}")
                .end();

        assertThat(fixture.client.text()).contains("bad key sk-p1-****6789").doesNotContain("secret");
    }

    @Test
    void aPlainAnswerAfterHeartbeatsIsAnErrorEventToo() {
        ExchangeFixture fixture = stream();
        fixture.seconds(45);

        fixture.call()
                .json(200, "{\"model\":\"n1\",\"choices\":[{\"message\":{\"content\":\"x\"}}]}")
                .end();

        assertThat(fixture.client.text())
                .startsWith(BEAT + WHO + "data: {\"error\":{\"message\":\"The provider answered HTTP 200 without")
                .contains("\"code\":\"bad_success\"")
                .doesNotContain("choices");
        assertThat(fixture.client.ended()).isTrue();
        fixture.over("bad_success");
    }

    @Test
    void aLongPlainAnswerAfterHeartbeatsIsReadToItsEndAndNotKept() {
        ExchangeFixture fixture = stream();
        fixture.seconds(45);
        FakeUpstream.Call call = fixture.call().json(400, "{\"error\":{\"message\":\"too long\"},\"pad\":\"");

        for (int i = 0; i < 3; i++) {
            call.data("x".repeat(PlainRelay.MAX_HELD_BYTES));
        }
        assertThat(call.credited).hasValue(call.received.get());
        call.data("\"}").end();

        assertThat(fixture.client.text())
                .startsWith(BEAT + WHO + "data: ")
                .contains("with HTTP 400.")
                .hasSizeLessThan(400);
        fixture.over("client");
    }

    @Test
    void aShutdownAfterHeartbeatsIsAnErrorEvent() {
        ExchangeFixture fixture = stream();
        fixture.seconds(45);

        fixture.exchange().shutdown();

        assertThat(fixture.client.text()).contains("\"code\":\"draining\"");
        assertThat(fixture.client.ended()).isTrue();
        fixture.over("draining");
    }

    @Test
    void anUpstreamThatBreaksBehindAHeartbeatIsRetried() {
        ExchangeFixture fixture = patient(ExchangeFixture.ofTwo()).stream();
        FakeUpstream.Call call = fixture.call().stream().data(role("n1"));
        fixture.seconds(45);

        call.fails(Upstream.Cause.RESET, true);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.client.text()).isEqualTo(BEAT);
        fixture.notOver();
    }

    // in the middle of an answer

    @Test
    void aSilentStreamHearsHeartbeatsBetweenItsEvents() {
        ExchangeFixture fixture = stream();
        FakeUpstream.Call call = fixture.call().stream().data(delta("n1", "x"));
        fixture.seconds(30);
        call.data(delta("n1", "y"));

        fixture.seconds(44);
        assertThat(fixture.client.text()).doesNotContain("heartbeat");
        fixture.seconds(11);
        call.data(stop("n1") + DONE).end();

        assertThat(fixture.client.text())
                .isEqualTo(delta("m", "x") + delta("m", "y") + BEAT.repeat(2) + stop("m") + DONE);
        assertThat(fixture.client.header("X-Sidecar-Provider")).isEqualTo("p1");
        fixture.over("ok");
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
        ExchangeFixture fixture = stream();
        FakeUpstream.Call call = fixture.call().stream().data(delta("n1", "x"));

        for (byte one : RequestHead.bytes(part)) {
            call.data(new byte[] {one});
        }
        fixture.seconds(100);
        assertThat(fixture.client.text()).doesNotContain("heartbeat");

        call.data("\n");
        fixture.seconds(45);
        assertThat(fixture.client.text()).endsWith("\n" + BEAT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: {\"a\":1}\n", "data: {\"a\":1}\r\n", ": comment\n", "id: 1\n\r"})
    void noChunkStandsInsideAnEvent(String part) {
        ExchangeFixture fixture = inChunks(ExchangeFixture.ofOne()).stream();
        FakeUpstream.Call call = fixture.call().stream().data(delta("n1", "x"));
        fixture.seconds(45);
        String before = delta("m", "x") + chunk(fixture, 0);
        assertThat(fixture.client.text()).isEqualTo(before);

        for (byte one : RequestHead.bytes(part)) {
            call.data(new byte[] {one});
        }
        fixture.seconds(100);
        assertThat(fixture.client.text().substring(before.length())).doesNotContain("chatcmpl-");

        call.data("\n");
        fixture.seconds(45);
        assertThat(fixture.client.text()).endsWith("\n" + chunk(fixture, 0));
    }

    @Test
    void aLineThatHasNotComeWholeStandsBehindTheChunk() {
        ExchangeFixture fixture = inChunks(ExchangeFixture.ofOne()).stream();
        FakeUpstream.Call call = fixture.call().stream().data(delta("n1", "x"));
        call.data(delta("n1", "y").trim());

        fixture.seconds(45);
        String heartbeat = chunk(fixture, 0);
        call.data("\n\n");

        assertThat(fixture.client.text()).isEqualTo(delta("m", "x") + heartbeat + delta("m", "y"));
    }

    @Test
    void noPingStandsInsideAnEvent() {
        ExchangeFixture fixture =
                patient(of(ApiProtocol.ANTHROPIC_MESSAGES)).post("/v1/messages", ExchangeFixture.STREAM);
        FakeUpstream.Call call = fixture.call().stream();
        String delta = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                + "\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n";
        call.data(delta).data("event: content_block_delta\n");

        fixture.seconds(100);
        assertThat(fixture.client.text()).doesNotContain("ping");

        call.data(delta.substring(delta.indexOf('\n') + 1));
        fixture.seconds(45);
        assertThat(fixture.client.text()).isEqualTo(delta.repeat(2) + PING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n\n", "\r\n\r\n", "\n\r\n"})
    void anEmptyLineEndsAnEventHoweverItIsWrittenAndCut(String end) {
        ExchangeFixture whole = stream();
        ExchangeFixture cut = stream();

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
        ExchangeFixture fixture = stream();
        fixture.client.slow();
        fixture.call().stream().data(delta("n1", "x"));

        fixture.seconds(100);
        assertThat(fixture.client.text()).doesNotContain("heartbeat");

        fixture.client.take();
        fixture.seconds(10);
        assertThat(fixture.client.text()).endsWith(BEAT);
    }

    @Test
    void heartbeatsDoNotProlongTheUpstreamsSilence() {
        ExchangeFixture fixture = stream();
        fixture.call().stream().data(delta("n1", "x"));

        fixture.seconds(120);

        assertThat(fixture.client.text()).contains("fell silent for 120 s");
        fixture.over("truncated");
    }

    @Test
    void aPlainAnswerUnderWayHearsNone() {
        ExchangeFixture fixture = stream();
        fixture.call().sent().head(200, "Content-Type", "text/plain").data("\n".repeat(PlainRelay.MAX_HELD_BYTES));
        int before = fixture.client.size();

        fixture.seconds(100);

        assertThat(fixture.client.size()).isEqualTo(before);
    }

    @Test
    void aShortGraceHoldsAlsoAfterAHeartbeat() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.heartbeatGrace = Duration.ofSeconds(2);
        fixture.stream().seconds(7);
        fixture.call().stream().data(delta("n1", "x"));

        fixture.seconds(2);

        assertThat(fixture.client.text()).isEqualTo(BEAT + WHO + delta("m", "x") + BEAT);
    }

    @Test
    void aShortExchangeSetsOneTimerForIt() {
        ExchangeFixture with = patient(ExchangeFixture.ofOne());
        ExchangeFixture without = ExchangeFixture.ofOne();

        with.stream().call().stream().data(delta("n1", "x").repeat(1000));
        without.stream().call().stream().data(delta("n1", "x").repeat(1000));

        assertThat(with.time.pending()).isEqualTo(without.time.pending() + 1);
        with.call().data(stop("n1") + DONE).end();
        with.over("ok");
    }
}
