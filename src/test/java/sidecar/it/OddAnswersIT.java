package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Good answers that say something wrong about themselves: a stream under another type, or a usage that nobody can have had. */
class OddAnswersIT extends RunningSidecar {

    private static final String MODEL = "canon";
    private static final String NATIVE = "native";

    /** A client that is made again under its old name has used what it has used. */
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    private void create(StubUpstream upstream, String api) {
        gateway().create(Draft.of("one").at(upstream).serves(MODEL, NATIVE).with("api", api));
    }

    // --- streams under another type

    static Stream<Arguments> mistypedStreams() {
        String chat = "/v1/chat/completions";
        String one = "data: " + Answers.textChunk(NATIVE, "first half") + "\n\n";
        List<String> rest = List.of("data: " + Answers.textChunk(NATIVE, "second half") + "\n\n", "data: [DONE]\n\n");
        String message = Answers.named("message_start", Answers.messageStart(NATIVE))
                + Answers.named("content_block_delta", Answers.messageDelta("first half"));
        return Stream.of(
                Arguments.of("JSON", chat, "application/json", List.of(one), rest),
                Arguments.of("no type", chat, "", List.of(one), rest),
                Arguments.of("text", chat, "text/plain; charset=utf-8", List.of(one), rest),
                Arguments.of("bytes", chat, "application/octet-stream", List.of(one), rest),
                Arguments.of(
                        "its first word in two pieces",
                        chat,
                        "application/json",
                        List.of("da", one.substring(2)),
                        rest),
                Arguments.of("after blank lines", chat, "application/json", List.of("\r\n\r\n", one), rest),
                Arguments.of("after a comment", chat, "application/json", List.of(": ping\n\n", one), rest),
                Arguments.of("after an id", chat, "", List.of("id: 1\n" + one), rest),
                Arguments.of(
                        "Messages",
                        "/v1/messages",
                        "application/json",
                        List.of(message),
                        List.of(
                                Answers.named("content_block_delta", Answers.messageDelta("second half")),
                                Answers.named("message_stop", ""))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistypedStreams")
    void aStreamUnderAnotherTypeIsRelayedAsItComes(
            String name, String path, String type, List<String> first, List<String> rest) {
        CountDownLatch read = new CountDownLatch(1);
        StubUpstream upstream = stub().always(call -> {
            String[] typed = {"Transfer-Encoding", "chunked", "Content-Type", type};
            call.head(200, type.isEmpty() ? new String[] {"Transfer-Encoding", "chunked"} : typed);
            for (String piece : first) {
                call.chunk(piece);
            }
            call.await(read);
            for (String piece : rest) {
                call.chunk(piece);
            }
            call.end();
        });
        create(upstream, path.endsWith("messages") ? "anthropic-messages" : "openai-completions");

        try (RawClient client = RawClient.to(gateway().port()).post(path, Gateway.chatBody(MODEL, true))) {
            RawClient.Head head = client.head();
            List<RawClient.Frame> before = client.framesUpTo("first half");
            read.countDown();
            List<RawClient.Frame> after = client.frames();

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers().all("Content-Type")).containsExactly("text/event-stream");
            assertThat(before.toString()).contains("\"model\":\"canon\"").doesNotContain("second half");
            assertThat(after).hasSize(2);
            assertThat(after.get(0).text()).contains("second half");
            assertThat(client.end()).isEqualTo(RawClient.End.LAST_CHUNK);
        }
        assertThat(upstream.count()).isEqualTo(1);
    }

    @Test
    void anAnswerInOnePieceToARequestForAStreamStaysWhatItIs() {
        create(stub().always(Answers.chat("in one piece")), "openai-completions");

        Reply reply = gateway().chatStream(MODEL);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo(Answers.JSON);
        assertThat(reply.json()
                        .path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asText())
                .isEqualTo("in one piece");
    }

    // --- usage

    private static final String SAID = "Hi there";
    private static final int SAID_TOKENS = 2;

    private StubUpstream using(String prompt, String completion) {
        String usage = ",\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + "}}";
        return stub().always(call -> {
            String choices = "{\"model\":\"" + NATIVE + "\",\"choices\":[";
            if (call.request().stream()) {
                call.streamHead()
                        .event(Answers.textChunk(NATIVE, SAID))
                        .event(Answers.chunk(NATIVE, "{}", "stop"))
                        .event(choices + "]" + usage)
                        .event("[DONE]")
                        .end();
            } else {
                Answers.json(
                                200,
                                choices + "{\"message\":{\"content\":\"" + SAID + "\"},\"finish_reason\":\"stop\"}]"
                                        + usage)
                        .play(call);
            }
        });
    }

    private JsonNode client(String limits) {
        Reply made = gateway()
                .admin("POST", "/clients", "{\"name\":\"huge-usage-" + CLIENTS.incrementAndGet() + "\"" + limits + "}");
        assertThat(made.status()).as(made.toString()).isEqualTo(200);
        return made.json();
    }

    private Reply chat(JsonNode client, boolean stream) {
        String authorization = "Bearer " + client.path("token").asText();
        return gateway().post("/v1/chat/completions", Gateway.chatBody(MODEL, stream), "Authorization", authorization);
    }

    /** What it has used of its minute, once nothing of it runs any more. */
    private long tokensOfTheMinute(JsonNode client) {
        String path = "/clients/" + client.path("id").asText();
        Await.until(
                () -> gateway()
                                .adminGet(path)
                                .json()
                                .path("used")
                                .path("running")
                                .asInt(-1)
                        == 0,
                "the end of its requests");
        return gateway()
                .adminGet(path)
                .json()
                .path("used")
                .path("tokens_minute")
                .longValue();
    }

    private static long reckoned(boolean stream) {
        return (Gateway.chatBody(MODEL, stream).length() + 3L) / 4 + SAID_TOKENS;
    }

    @ParameterizedTest
    @CsvSource({
        "3000000000, 4000000000",
        "2147483648, 1",
        "1, 9223372036854775807",
        "99999999999999999999999, 1",
        "1, 1e300",
        "-1, 3"
    })
    void aUsageBeyondBeliefIsReckonedInsteadAndTakesNothingFromTheClient(String prompt, String completion) {
        create(using(prompt, completion), "openai-completions");
        JsonNode unlimited = client("");
        JsonNode limited = client(",\"tpm_limit\":100000");

        for (JsonNode client : List.of(unlimited, limited)) {
            long used = 0;
            for (boolean stream : new boolean[] {false, true, false}) {
                Reply reply = chat(client, stream);
                assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
                assertThat(reply.text()).contains(SAID);
                used += reckoned(stream);
                assertThat(tokensOfTheMinute(client)).isEqualTo(used);
            }
        }
        assertThat(logged(unlimited))
                .hasSize(3)
                .allSatisfy(item -> assertThat(item.path("usage").asText()).isEqualTo("estimated"));
    }

    private List<JsonNode> logged(JsonNode client) {
        String path = "/requests?client=" + client.path("name").asText();
        Await.until(() -> gateway().adminGet(path).json().path("items").size() == 3, "all of its requests in the log");
        return List.copyOf(gateway().adminGet(path).json().path("items").findParents("request_id"));
    }

    /** Where a model may take a milliard LLM tokens, such a usage is believed, and counted beyond the range of an int. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHugeUsageThatIsBelievedLeavesAnUnlimitedClientUnlimited(boolean stream) {
        gateway()
                .create(Draft.of("one")
                        .at(using("3000000000", "2500000000"))
                        .serves(MODEL, Json.object().put("native_id", NATIVE).put("context_window", 1_000_000_000)));
        JsonNode unlimited = client("");
        JsonNode limited = client(",\"tpm_limit\":1000000");

        for (int i = 1; i <= 3; i++) {
            assertThat(chat(unlimited, stream).status()).isEqualTo(200);
            assertThat(tokensOfTheMinute(unlimited)).isEqualTo(i * 5_500_000_000L);
        }
        assertThat(chat(limited, stream).status()).isEqualTo(200);
        assertThat(tokensOfTheMinute(limited)).isEqualTo(5_500_000_000L);
        Reply refused = chat(limited, stream);

        assertThat(refused.status()).as(refused.toString()).isEqualTo(429);
        assertThat(refused.error().path("code").asText()).isEqualTo("rate_limit_exceeded");
        assertThat(refused.header("x-ratelimit-limit-tokens")).isEqualTo("1000000");
        assertThat(refused.header("x-ratelimit-remaining-tokens")).isEqualTo("0");
        assertThat(logged(unlimited))
                .allSatisfy(item ->
                        assertThat(item.path("prompt_tokens").longValue()).isEqualTo(3_000_000_000L));
    }
}
