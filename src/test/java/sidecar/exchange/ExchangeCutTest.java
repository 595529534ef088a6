package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.DONE;
import static sidecar.exchange.ExchangeFixture.STREAM;
import static sidecar.exchange.ExchangeFixture.delta;
import static sidecar.exchange.ExchangeFixture.event;
import static sidecar.exchange.ExchangeFixture.stop;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.failure.FailureClass;
import sidecar.ledger.AttemptEntry;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.provider.ProviderStatus;
import sidecar.upstream.Upstream;

/** Whole exchanges: client, upstream and time are played, everything between them is real. Streams that break off, and those that end without saying so. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeCutTest {

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
}
