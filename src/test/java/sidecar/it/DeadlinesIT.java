package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Call;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Upstreams that never come to an end with something, on a real wire: each is left in time for another. */
class DeadlinesIT extends RunningSidecar {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MODEL = "canon";
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int TIMEOUT = 2;

    /** What an upstream may do for ever before its head is complete. */
    static Stream<Arguments> teases() {
        return Stream.of(
                Arguments.of("silence", Answers.silence()),
                Arguments.of("one byte of its head at a time", (Answer) call -> {
                    call.raw("HTTP/1.1 200 OK\r\nX-Slow: ");
                    trickle(call, "x");
                }),
                Arguments.of("one header after another", (Answer) call -> {
                    call.raw("HTTP/1.1 200 OK\r\n");
                    trickle(call, "X-Slow: y\r\n");
                }),
                Arguments.of(
                        "continue, and continue", (Answer) call -> trickle(call, "HTTP/1.1 100 Continue\r\n\r\n")));
    }

    private static void trickle(Call call, String piece) throws IOException {
        for (int i = 0; i < 1_000; i++) {
            call.raw(piece).pause(PAUSE);
        }
    }

    private StubUpstream reserve() {
        StubUpstream reserve = stub();
        gateway().create(Draft.of("reserve").at(reserve).serves(MODEL, "n").fallback());
        return reserve;
    }

    private void teasing(StubUpstream upstream) {
        gateway().create(Draft.of("teases").at(upstream).serves(MODEL, "n").with("timeout_seconds", TIMEOUT));
    }

    /** Not before its time, and long before the next deadline that could have ended it, which is that of SIDECAR_DEFAULT_REQUEST_TIMEOUT_SECONDS. */
    private Reply timed(Duration least, Supplier<Reply> ask) {
        long asked = System.nanoTime();
        Reply reply = ask.get();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isBetween(least, Await.PATIENCE);
        return reply;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("teases")
    void anUpstreamWithoutAWholeHeadIsLeftAfterItsTimeout(String name, Answer tease) {
        StubUpstream upstream = stub().always(tease);
        teasing(upstream);
        StubUpstream reserve = reserve();

        Reply reply =
                timed(Duration.ofMillis(TIMEOUT * 1_000 - 50), () -> gateway().chat(MODEL));

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.header("X-Sidecar-Provider")).isEqualTo("reserve");
        assertThat(reserve.count()).isEqualTo(1);
        assertThat(upstream.await(1).closedWithin(Await.PATIENCE)).isTrue();
    }

    /** Connections to it are made by the kernel, and that is all that ever happens to them. */
    private static ServerSocket mute() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @Test
    void anUpstreamThatDoesNotTakeTheRequestIsLeftAfterItsTimeout() throws IOException {
        try (ServerSocket mute = mute()) {
            gateway()
                    .create(Draft.of("mute")
                            .with("api_base_url", "http://127.0.0.1:" + mute.getLocalPort())
                            .serves(MODEL, "n")
                            .with("timeout_seconds", TIMEOUT));
            StubUpstream reserve = reserve();
            String body = "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                    + "x".repeat(16 << 20) + "\"}]}";

            Reply reply = timed(Duration.ofSeconds(TIMEOUT), () -> gateway().post(CHAT, body));

            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            assertThat(reserve.only().body().length).isGreaterThan(16 << 20);
        }
    }

    @Test
    void aHandshakeThatNeverEndsIsLeftAfterTenSeconds() throws IOException {
        try (ServerSocket mute = mute()) {
            gateway()
                    .create(Draft.of("mute")
                            .with("api_base_url", "https://127.0.0.1:" + mute.getLocalPort())
                            .serves(MODEL, "n"));
            reserve();

            Reply reply = timed(Duration.ofMillis(9_900), () -> gateway().chat(MODEL));

            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        }
    }

    @Test
    void commentsDoNotKeepAStreamWithoutContentAlive() {
        // the reserve must not miss it too
        gateway().set("first_token_timeout_seconds", "10");
        StubUpstream upstream = stub().always(call -> {
            call.streamHead();
            while (true) {
                call.chunk(": alive\n\n").pause(PAUSE);
            }
        });
        gateway().create(Draft.of("comments").at(upstream).serves(MODEL, "n"));
        reserve();

        Reply reply = timed(Duration.ofMillis(9_900), () -> gateway().chatStream(MODEL));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).contains("[DONE]").doesNotContain("alive");
        assertThat(upstream.await(1).closedWithin(Await.PATIENCE)).isTrue();
    }

    @Test
    void aStreamThatGoesOnWithCommentsForEverEndsWithAnErrorFrame() {
        // the stream must have begun by then
        gateway().set("stream_total_timeout_seconds", "10");
        StubUpstream upstream = stub().always(call -> {
            call.streamHead().event(Answers.textChunk("n", "begun "));
            while (true) {
                call.chunk(": alive\n\n").pause(PAUSE);
            }
        });
        gateway().create(Draft.of("comments").at(upstream).serves(MODEL, "n"));

        Reply reply = timed(Duration.ofMillis(9_900), () -> gateway().chatStream(MODEL));

        assertThat(reply.text()).contains("begun").contains("\"error\"").doesNotContain("[DONE]");
        assertThat(reply.end()).isEqualTo(RawClient.End.LAST_CHUNK);
        assertThat(upstream.await(1).closedWithin(Await.PATIENCE)).isTrue();
    }

    @Test
    void aBodyThatTricklesIsBoundedByTheDeadlineOfItsRequest() {
        StubUpstream upstream = stub().always(call -> {
            call.head(200, "Content-Type", "application/json", "Content-Length", "100000");
            trickle(call, " ");
        });
        gateway().create(Draft.of("trickles").at(upstream).serves(MODEL, "n"));

        Reply reply = timed(Duration.ofMillis(1_900), () -> gateway().chat(MODEL, "X-Sidecar-Deadline-Ms", "2000"));

        assertThat(reply.status()).isEqualTo(504);
        assertThat(upstream.await(1).closedWithin(Await.PATIENCE)).isTrue();
    }

    @Test
    void aClientThatReadsNothingOfAWholeAnswerLosesItsConnection() {
        StubUpstream upstream = stub().always(Answers.chat("x".repeat(900_000)));
        gateway().create(Draft.of("one").at(upstream).serves(MODEL, "n"));
        try (RawClient deaf = RawClient.to(gateway().port(), 16 * 1024)) {
            deaf.post(CHAT, Gateway.chatBody(MODEL, false));
            upstream.await(1);

            // two looks, a minute apart, that find it where it was
            assertThat(deaf.heldByServer()).isTrue();
            Await.until(Duration.ofMinutes(5), () -> !deaf.heldByServer(), "it to be cut");

            deaf.head();
            deaf.body();
            assertThat(deaf.end().whole())
                    .as("it was cut while it did not read")
                    .isFalse();
        }
    }
}
