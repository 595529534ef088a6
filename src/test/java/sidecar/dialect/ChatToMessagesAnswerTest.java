package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sidecar.dialect.ChatChunks.calls;
import static sidecar.dialect.ChatChunks.delta;
import static sidecar.dialect.ChatChunks.finish;
import static sidecar.dialect.ChatChunks.fragment;
import static sidecar.dialect.ChatChunks.head;
import static sidecar.dialect.ChatChunks.json;
import static sidecar.dialect.ChatChunks.options;
import static sidecar.dialect.ChatChunks.quoted;
import static sidecar.dialect.ChatChunks.text;
import static sidecar.dialect.ChatChunks.usage;
import static sidecar.dialect.ChatChunks.whole;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.dialect.chat.ChatAnswerReader;
import sidecar.dialect.messages.MessagesAnswerWriter;
import sidecar.dialect.request.ToolNames;
import sidecar.json.Json;

/** Chat answers as clients of Messages get them: dialects.md §3, and the traps of §8. */
class ChatToMessagesAnswerTest {

    private static final String CALL =
            "{'id': 'call_1', 'type': 'function', 'function': {'name': 'read', 'arguments': '{\"p\":1}'}}";

    private final ChatAnswerReader reader = new ChatAnswerReader(options(false), "req1");
    private final MessagesAnswerWriter writer = new MessagesAnswerWriter(head(new ToolNames(), true));

    private String streamed(ObjectNode... chunks) throws InvalidAnswerException {
        StringBuilder sse = new StringBuilder();
        for (ObjectNode chunk : chunks) {
            for (AnswerEvent event : reader.read(chunk)) {
                sse.append(writer.write(event));
            }
        }
        return sse.toString();
    }

    private String streamedToItsEnd(ObjectNode... chunks) throws InvalidAnswerException {
        StringBuilder sse = new StringBuilder(streamed(chunks));
        reader.end().forEach(event -> sse.append(writer.write(event)));
        return sse.toString();
    }

    private static ObjectNode accumulated(String sse) {
        return new MessagesAccumulator().add(sse).message();
    }

    private ObjectNode plain(ObjectNode body) throws InvalidAnswerException {
        return writer.write(reader.readWhole(body));
    }

    private static JsonNode list(String json5) {
        return json("{'list': " + json5 + "}").path("list");
    }

    // ---- plain ----

    @Test
    void aPlainAnswerIsOneMessageWithThinkingTextAndCallsInOrder() throws InvalidAnswerException {
        ObjectNode message =
                plain(whole("{'tool_calls': [" + CALL + "], 'content': 'T', 'reasoning_content': 'R'}", "tool_calls"));

        assertThat(Json.write(message)).isEqualTo(Json.write(json("""
            {'id': 'msg_req1', 'type': 'message', 'role': 'assistant', 'model': 'claude-x',
             'content': [
               {'type': 'thinking', 'thinking': 'R', 'signature': 'sidecar'},
               {'type': 'text', 'text': 'T'},
               {'type': 'tool_use', 'id': 'call_1', 'name': 'read', 'input': {'p': 1}}],
             'stop_reason': 'tool_use', 'stop_sequence': null,
             'usage': {'input_tokens': 10, 'cache_creation_input_tokens': 0, 'cache_read_input_tokens': 0, 'output_tokens': 5}}
            """)));
    }

    @Test
    void aPlainAnswerMayBeEmpty() throws InvalidAnswerException {
        ObjectNode message = plain(whole("{'content': null}", "length"));

        assertThat(message.path("content")).isEmpty();
        assertThat(message.path("stop_reason").textValue()).isEqualTo("max_tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "{\"p\":", "{}{}", "nothing"})
    void argumentsThatAreNotAnObjectMakeAPlainAnswerABadOne(String arguments) {
        String call = "{'id': 'a', 'function': {'name': 'f', 'arguments': " + quoted(arguments) + "}}";

        assertThatThrownBy(() -> plain(whole("{'tool_calls': [" + call + "]}", "tool_calls")))
                .isInstanceOf(InvalidAnswerException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "{\"p\":", "{}{}", "nothing"})
    void argumentsThatAreNotAnObjectMakeAStreamedAnswerABadOne(String arguments) {
        assertThatThrownBy(() ->
                        streamedToItsEnd(calls(fragment(0, "a", "f", arguments)), finish("tool_calls"), usage(1, 1)))
                .isInstanceOf(InvalidAnswerException.class);
    }

    // ---- stop reasons ----

    @ParameterizedTest
    @CsvSource({"stop, end_turn", "length, max_tokens", "content_filter, refusal", "eos, end_turn"})
    void theStopReasonOfAText(String finishReason, String expected) throws InvalidAnswerException {
        ObjectNode streamed = accumulated(streamedToItsEnd(text("a"), finish(finishReason)));

        assertThat(streamed.path("stop_reason").textValue()).isEqualTo(expected);
        assertThat(plain(whole("{'content': 'a'}", finishReason))
                        .path("stop_reason")
                        .textValue())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"stop, tool_use", "tool_calls, tool_use", "length, max_tokens"})
    void theStopReasonOfACall(String finishReason, String expected) throws InvalidAnswerException {
        ObjectNode message = plain(whole("{'tool_calls': [" + CALL + "]}", finishReason));

        assertThat(message.path("stop_reason").textValue()).isEqualTo(expected);
    }

    @Test
    void theTextAtWhichItStoppedIsTold() throws InvalidAnswerException {
        ObjectNode message = accumulated(streamedToItsEnd(
                text("a"), json("{'choices': [{'delta': {}, 'finish_reason': 'stop', 'stop_reason': '###'}]}")));

        assertThat(message.path("stop_reason").textValue()).isEqualTo("stop_sequence");
        assertThat(message.path("stop_sequence").textValue()).isEqualTo("###");
    }

    @Test
    void callsAreRunAlsoWhereTheProviderSaysStop() throws InvalidAnswerException {
        ObjectNode message = accumulated(streamedToItsEnd(calls(fragment(0, "a", "f", "{}")), finish("stop")));

        assertThat(message.path("stop_reason").textValue()).isEqualTo("tool_use");
    }

    @Test
    void aContentFilterIsARefusal() throws InvalidAnswerException {
        ObjectNode message = accumulated(streamedToItsEnd(text("Well"), finish("content_filter")));

        assertThat(message.path("stop_reason").textValue()).isEqualTo("refusal");
    }

    // ---- usage ----

    @Test
    void theFirstUsageIsTheEstimateAndTheLastOneTheTruth() throws InvalidAnswerException {
        String sse = streamed(text("a"), finish("stop"), usage(10, 2));

        assertThat(sse).contains("\"input_tokens\":77", "\"input_tokens\":10,");
        assertThat(accumulated(sse).path("usage"))
                .isEqualTo(list("{'input_tokens': 10, 'cache_creation_input_tokens': 0, 'cache_read_input_tokens': 0,"
                        + " 'output_tokens': 2}"));
    }

    @Test
    void tokensOfTheCacheAreCountedBesideTheInputOnly() throws InvalidAnswerException {
        ObjectNode message = accumulated(streamed(
                text("a"),
                finish("stop"),
                json("{'choices': [], 'usage': {'prompt_tokens': 100, 'completion_tokens': 2,"
                        + " 'prompt_tokens_details': {'cached_tokens': 60, 'cache_write_tokens': 30}}}")));

        assertThat(message.path("usage"))
                .isEqualTo(list("{'input_tokens': 10, 'cache_creation_input_tokens': 30, 'cache_read_input_tokens':"
                        + " 60, 'output_tokens': 2}"));
    }

    @Test
    void aUsageChunkBehindTheFinishReasonIsWaitedFor() throws InvalidAnswerException {
        String before = streamed(text("a"), finish("stop"));

        assertThat(before).doesNotContain("message_delta", "message_stop");
        assertThat(reader.awaitsUsage()).isTrue();
        assertThat(streamed(usage(10, 2))).contains("message_delta").endsWith("data: {\"type\":\"message_stop\"}\n\n");
        assertThat(streamed(text("b"), usage(11, 3))).isEmpty();
    }

    // ---- reasoning ----

    @ParameterizedTest
    @ValueSource(strings = {"reasoning_content", "reasoning"})
    void reasoningBeforeTextIsAThinkingBlockOfItsOwn(String member) throws InvalidAnswerException {
        ObjectNode message = accumulated(streamedToItsEnd(
                delta("{'role': 'assistant', 'content': null, '" + member + "': 'h'}"),
                delta("{'" + member + "': 'm'}"),
                text("Hi"),
                finish("stop")));

        assertThat(message.path("content"))
                .isEqualTo(list("[{'type': 'thinking', 'thinking': 'hm', 'signature': 'sidecar'}, {'type': 'text',"
                        + " 'text': 'Hi'}]"));
    }

    @Test
    void reasoningIsLeftOutForAClientThatDidNotAskForIt() throws InvalidAnswerException {
        MessagesAnswerWriter hiding = new MessagesAnswerWriter(head(new ToolNames(), false));
        StringBuilder sse = new StringBuilder();
        for (ObjectNode chunk :
                new ObjectNode[] {delta("{'reasoning': 'hm'}"), text("Hi"), finish("stop"), usage(1, 1)}) {
            reader.read(chunk).forEach(event -> sse.append(hiding.write(event)));
        }

        assertThat(accumulated(sse.toString()).path("content")).isEqualTo(list("[{'type': 'text', 'text': 'Hi'}]"));
    }

    @Test
    void tagsAreReasoningOnlyWhereTheMappingSaysSo() throws InvalidAnswerException {
        ObjectNode body = whole("{'content': '<think>hm</think>Hi'}", "stop");

        assertThat(plain(body).path("content")).isEqualTo(list("[{'type': 'text', 'text': '<think>hm</think>Hi'}]"));
        assertThat(writer.write(new ChatAnswerReader(options(true), "req1").readWhole(body))
                        .path("content"))
                .isEqualTo(list("[{'type': 'thinking', 'thinking': 'hm', 'signature': 'sidecar'}, {'type': 'text',"
                        + " 'text': 'Hi'}]"));
    }

    // ---- streams ----

    @Test
    void aCallInTheFirstChunkComesBehindTheMessagesStart() throws InvalidAnswerException {
        String sse = streamed(delta(
                "{'role': 'assistant', 'content': null, 'tool_calls': [" + fragment(0, "a", "f", "{\"x\":1}") + "]}"));

        assertThat(new MessagesAccumulator().add(sse).types())
                .containsExactly("message_start", "ping", "content_block_start", "content_block_delta");
    }

    @Test
    void oneStreamedCallStopsOnce() throws InvalidAnswerException {
        String sse = streamed(
                calls(fragment(0, "a", "f", "")),
                calls(fragment(0, "{\"x\":1}")),
                delta("{'content': ''}"),
                finish("tool_calls"),
                usage(1, 1));

        assertThat(sse.split("event: content_block_stop\n", -1)).hasSize(2);
    }

    @Test
    void threeParallelCallsAreThreeBlocks() throws InvalidAnswerException {
        ObjectNode message = accumulated(streamed(
                calls(fragment(0, "a", "f", "{\"x\":1}")),
                calls(fragment(1, "b", "f", "{\"x\":2}")),
                calls(fragment(2, "c", "f", "{\"x\":3}")),
                finish("tool_calls"),
                usage(1, 1)));

        assertThat(message.path("content")).isEqualTo(list("""
            [{'type': 'tool_use', 'id': 'a', 'name': 'f', 'input': {'x': 1}},
             {'type': 'tool_use', 'id': 'b', 'name': 'f', 'input': {'x': 2}},
             {'type': 'tool_use', 'id': 'c', 'name': 'f', 'input': {'x': 3}}]\
            """));
    }

    @Test
    void fragmentsThatInterleaveGoToTheirOwnCalls() throws InvalidAnswerException {
        ObjectNode message = accumulated(streamed(
                calls(fragment(0, "a", "f", ""), fragment(1, "b", "g", "")),
                calls(fragment(1, "{\"y\":"), fragment(0, "{\"x\":")),
                text("meanwhile"),
                calls(fragment(0, "1}"), fragment(1, "2}")),
                finish("tool_calls"),
                usage(1, 1)));

        assertThat(message.path("content")).isEqualTo(list("""
            [{'type': 'tool_use', 'id': 'a', 'name': 'f', 'input': {'x': 1}},
             {'type': 'tool_use', 'id': 'b', 'name': 'g', 'input': {'y': 2}},
             {'type': 'text', 'text': 'meanwhile'}]\
            """));
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "null, null", "'\"\"', '\"\"'", "'\"a\"', '\"f\"'"})
    void emptyNullRepeatedAndLateNamesAreOneCall(String id, String name) throws InvalidAnswerException {
        String more = (id.isEmpty() ? "" : "'id': " + id + ", ") + "'function': {"
                + (name.isEmpty() ? "" : "'name': " + name + ", ");

        ObjectNode message = accumulated(streamed(
                calls("{'index': 0, " + more + "'arguments': ''}}"),
                calls(fragment(0, "a", "f", "")),
                calls("{'index': 0, " + more + "'arguments': '{\"x\":'}}"),
                calls("{'index': 0, " + more + "'arguments': '1}'}}"),
                finish("tool_calls"),
                usage(1, 1)));

        assertThat(message.path("content"))
                .isEqualTo(list("[{'type': 'tool_use', 'id': 'a', 'name': 'f', 'input': {'x': 1}}]"));
    }

    @Test
    void anIdOfOtherCharactersIsOneThatClientsTake() throws InvalidAnswerException {
        ObjectNode message = accumulated(
                streamed(calls(fragment(0, "functions.Read:0", "Read", "{}")), finish("stop"), usage(1, 1)));

        assertThat(message.path("content").path(0).path("id").textValue()).isEqualTo("toolu_xZnVuY3Rpb25zLlJlYWQ6MA");
    }

    @Test
    void aCutStreamHasNoEnd() throws InvalidAnswerException {
        String sse = streamed(text("Hel"), calls(fragment(0, "a", "f", "{\"x\"")));

        assertThat(sse).doesNotContain("message_delta", "message_stop");
    }

    @Test
    void aStreamThatFailsInTheMiddleHasNoNormalEnd() throws InvalidAnswerException {
        assertThat(streamed(text("Hel"))).doesNotContain("message_stop");

        assertThatThrownBy(() -> streamed(finish("error"))).isInstanceOf(InvalidAnswerException.class);
    }

    @Test
    void aCallThatWasCutByTheLengthIsShownAsItCame() throws InvalidAnswerException {
        String sse = streamed(calls(fragment(0, "a", "write", "{\"text\":\"On")), finish("length"), usage(1, 1));

        assertThat(new MessagesAccumulator().add(sse).types())
                .containsExactly(
                        "message_start",
                        "ping",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
        assertThat(accumulated(sse).path("stop_reason").textValue()).isEqualTo("max_tokens");
    }
}
