package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Call;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Recording;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** What upstreams say they used, in all their ways of saying it, and what is made of it when they do not. */
class UsageIT extends RunningSidecar {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MODEL = "canon";
    private static final String NATIVE = "vendor/native-1";

    /** Nothing of it divides a line evenly. */
    private static final int PIECE = 61;

    // --- what is reported

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/usage/streams.csv", numLinesToSkip = 1)
    void aStreamWhoseClientAsksForUsageIsWholeAndCounted(
            String file, String path, String api, String counts, BigDecimal cost) {
        Recording recording = Recording.of(file);
        priced(api).always(streamed(recording));

        Reply reply = gateway().post(path, body(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        assertThat(reply.text()).isEqualTo(recording.relayed(MODEL, true));
        assertAccounted(reply, "reported", counts, cost);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/usage/streams.csv", numLinesToSkip = 1)
    void aStreamWhoseClientDoesNotAskIsCountedTooAndLosesTheUsageEventOnly(
            String file, String path, String api, String counts, BigDecimal cost) {
        Recording recording = Recording.of(file);
        StubUpstream upstream = priced(api).always(streamed(recording));

        Reply reply = gateway().post(path, body(",\"stream\":true"));

        assertThat(reply.text()).isEqualTo(recording.relayed(MODEL, false));
        assertThat(Answers.asksUsage(upstream.only())).isEqualTo(path.endsWith("completions"));
        assertAccounted(reply, "reported", counts, cost);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/usage/plain.csv", numLinesToSkip = 1)
    void aPlainAnswerIsCounted(String file, String path, String api, String counts, BigDecimal cost) {
        Recording recording = Recording.of(file);
        priced(api).always(Answers.chunkedJson(200, recording.sent(NATIVE, true)));

        Reply reply = gateway().post(path, body(""));

        assertThat(reply.text()).isEqualTo(recording.relayed(MODEL, true));
        assertAccounted(reply, "reported", counts, cost);
    }

    @Test
    void usageAtTheEndOfAnAnswerTooLongToBeHeldIsCounted() {
        String answer = "{\"model\":\"@\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"" + "x".repeat(3_000_000)
                + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20}}";
        priced("openai-completions").always(Answers.json(200, answer.replace("@", NATIVE)));

        Reply reply = gateway().post(CHAT, body(""));

        assertThat(reply.text().equals(answer.replace("@", MODEL)))
                .as("the same bytes")
                .isTrue();
        assertAccounted(reply, "reported", "10/20/0/0/0", new BigDecimal("0.00018"));
    }

    // --- what is reckoned

    @Test
    void aStreamWithoutUsageIsReckonedByWhatWasAskedAndSaid() {
        Recording recording = Recording.of("no-usage.sse");
        priced("openai-completions").always(streamed(recording));
        String request = body(",\"stream\":true");

        Reply reply = gateway().post(CHAT, request);

        assertThat(reply.text()).isEqualTo(recording.relayed(MODEL, false));
        assertAccounted(reply, "estimated", quarter(request.length()) + "/5/0/0/0");
    }

    @Test
    void anAnswerUnderAnUnknownCodingIsReckonedByItsBytes() {
        byte[] coded = new byte[1001];
        Arrays.fill(coded, (byte) 7);
        priced("openai-completions").always(call -> call.whole(200, Answers.JSON, coded, "Content-Encoding", "br"));

        Reply reply = gateway().post(CHAT, body(""));

        assertThat(reply.body()).isEqualTo(coded);
        assertAccounted(reply, "estimated", quarter(body("").length()) + "/251/0/0/0");
    }

    @Test
    void anEmbeddingWithoutUsageHasNoCompletion() {
        priced("openai-completions").always(Answers.json(200, "{\"data\":[{\"embedding\":[0.5,0.25]}]}"));

        Reply reply = gateway().post("/v1/embeddings", body(""));

        assertAccounted(reply, "estimated", quarter(body("").length()) + "/0/0/0/0");
    }

    // --- what is only a part

    @Test
    void aStreamThatIsCutIsCountedAsFarAsItCame() {
        CountDownLatch relayed = new CountDownLatch(1);
        priced("openai-completions").always(call -> {
            twelveCharacters(call);
            // at once it could still be a failed attempt
            call.await(relayed).fin();
        });
        String request = body(",\"stream\":true");
        String id;
        try (RawClient client = RawClient.to(gateway().port())) {
            id = client.post(CHAT, request)
                    .head()
                    .headers()
                    .first("X-Request-Id")
                    .orElseThrow();
            client.framesUpTo("twelve chars");
            relayed.countDown();
            assertThat(client.frames().toString()).doesNotContain("[DONE]");
        }

        assertCounts(accounted(id), "partial", quarter(request.length()) + "/3/0/0/0");
    }

    private static void twelveCharacters(Call call) throws IOException {
        call.streamHead().event(Answers.textChunk(call.request().model(), "twelve chars"));
    }

    @Test
    void aClientThatLeavesPaysForWhatCame() {
        priced("openai-completions").always(call -> {
            twelveCharacters(call);
            call.stall();
        });
        String request = body(",\"stream\":true");
        String id;
        try (RawClient client = RawClient.to(gateway().port())) {
            client.post(CHAT, request);
            id = client.head().headers().first("X-Request-Id").orElseThrow();
            client.framesUpTo("twelve chars");
        }

        assertCounts(accounted(id), "partial", quarter(request.length()) + "/3/0/0/0");
    }

    // --- what is not used

    @Test
    void whatAnUpstreamRefusesCostsNothing() {
        priced("openai-completions").always(Answers.error(400, "no such thing", "bad"));

        Reply reply = gateway().post(CHAT, body(""));

        JsonNode item = accounted(reply.header("X-Request-Id"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(item.path("usage").isNull()).as(item.toString()).isTrue();
        assertThat(new BigDecimal(item.path("cost").asText("0"))).isZero();
    }

    // --- the means

    /** 2 and 8 USD for a million LLM tokens in and out, 0.5 from the cache, 2.5 into it. */
    private StubUpstream priced(String api) {
        StubUpstream stub = stub();
        ObjectNode cost = Json.object()
                .put("input", new BigDecimal("0.000002"))
                .put("output", new BigDecimal("0.000008"))
                .put("cacheRead", new BigDecimal("0.0000005"))
                .put("cacheWrite", new BigDecimal("0.0000025"));
        ObjectNode mapping = Json.object().put("native_id", NATIVE).set("cost", cost);
        gateway().create(Draft.of("one").at(stub).serves(MODEL, mapping).with("api", api));
        return stub;
    }

    private static Answer streamed(Recording recording) {
        return call -> {
            byte[] bytes =
                    recording.sent(NATIVE, Answers.asksUsage(call.request())).getBytes(UTF_8);
            call.streamHead();
            for (int i = 0; i < bytes.length; i += PIECE) {
                call.chunk(Arrays.copyOfRange(bytes, i, Math.min(i + PIECE, bytes.length)));
            }
            call.end();
        };
    }

    private static String body(String more) {
        return "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Which way?\"}]" + more
                + "}";
    }

    private static int quarter(int length) {
        return (length + 3) / 4;
    }

    private void assertAccounted(Reply reply, String certainty, String counts, BigDecimal cost) {
        JsonNode item = assertAccounted(reply, certainty, counts);
        assertThat(new BigDecimal(item.path("cost").asText())).isEqualByComparingTo(cost);
    }

    private JsonNode assertAccounted(Reply reply, String certainty, String counts) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return assertCounts(accounted(reply.header("X-Request-Id")), certainty, counts);
    }

    private static JsonNode assertCounts(JsonNode item, String certainty, String counts) {
        List<String> fields = List.of(
                "prompt_tokens", "completion_tokens", "cached_tokens", "cache_written_tokens", "reasoning_tokens");
        assertThat(String.join(
                        "/", fields.stream().map(f -> item.path(f).asText()).toList()))
                .isEqualTo(counts);
        assertThat(item.path("usage").asText()).isEqualTo(certainty);
        return item;
    }

    /** What the request log says of an exchange, at most a second late. */
    private JsonNode accounted(String id) {
        Await.until(() -> newest().path("request_id").asText().equals(id), () -> id + " in " + newest());
        return newest();
    }

    private JsonNode newest() {
        return gateway().adminGet("/requests?limit=1").json().path("items").path(0);
    }
}
