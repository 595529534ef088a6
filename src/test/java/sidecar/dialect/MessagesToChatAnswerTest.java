package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerReader;
import sidecar.dialect.answer.AnswerWriter;
import sidecar.dialect.chat.ChatAnswerWriter;
import sidecar.dialect.messages.MessagesAnswerReader;
import sidecar.dialect.request.ToolNames;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** Answers as Anthropic gives them, for a client of {@code /v1/chat/completions}. */
class MessagesToChatAnswerTest {

    private static final String THOUGHT_TEXT_AND_CALLS = """
            {type: 'message_start', message: {id: 'msg_01', usage: {input_tokens: 472, cache_read_input_tokens: 28, output_tokens: 2}}}
            {type: 'content_block_start', index: 0, content_block: {type: 'thinking', thinking: '', signature: ''}}
            {type: 'ping'}
            {type: 'content_block_delta', index: 0, delta: {type: 'thinking_delta', thinking: 'Two cities.'}}
            {type: 'content_block_delta', index: 0, delta: {type: 'signature_delta', signature: 'EqQB'}}
            {type: 'content_block_stop', index: 0}
            {type: 'content_block_start', index: 1, content_block: {type: 'text', text: ''}}
            {type: 'content_block_delta', index: 1, delta: {type: 'text_delta', text: 'Let me see'}}
            {type: 'content_block_stop', index: 1}
            {type: 'content_block_start', index: 2, content_block: {type: 'tool_use', id: 'toolu_A', name: 'weather', input: {}}}
            {type: 'content_block_delta', index: 2, delta: {type: 'input_json_delta', partial_json: ''}}
            {type: 'content_block_delta', index: 2, delta: {type: 'input_json_delta', partial_json: '{"city":'}}
            {type: 'content_block_delta', index: 2, delta: {type: 'input_json_delta', partial_json: '"Graz"}'}}
            {type: 'content_block_stop', index: 2}
            {type: 'content_block_start', index: 3, content_block: {type: 'tool_use', id: 'toolu_B', name: 'now', input: {}}}
            {type: 'content_block_stop', index: 3}
            {type: 'message_delta', delta: {stop_reason: 'tool_use', stop_sequence: null}, usage: {output_tokens: 89}}
            {type: 'message_stop'}
            """;

    @Test
    void thoughtTextAndParallelCallsAreStreamed() throws Exception {
        String stream = stream(THOUGHT_TEXT_AND_CALLS);

        assertThat(stream)
                .isEqualTo(chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null")
                        + chunk("{\"reasoning_content\":\"Two cities.\"}", "null")
                        + chunk("{\"content\":\"Let me see\"}", "null")
                        + chunk(
                                "{\"tool_calls\":[{\"index\":0,\"id\":\"toolu_A\",\"type\":\"function\","
                                        + "\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}",
                                "null")
                        + chunk(
                                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\"}}]}",
                                "null")
                        + chunk(
                                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Graz\\\"}\"}}]}",
                                "null")
                        + chunk(
                                "{\"tool_calls\":[{\"index\":1,\"id\":\"toolu_B\",\"type\":\"function\","
                                        + "\"function\":{\"name\":\"now\",\"arguments\":\"\"}}]}",
                                "null")
                        + chunk("{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}", "null")
                        + chunk("{}", "\"tool_calls\"")
                        + "data: {\"id\":\"chatcmpl-7f-3\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                        + "\"model\":\"smart\",\"choices\":[],\"usage\":{\"prompt_tokens\":500,\"completion_tokens\":89,"
                        + "\"total_tokens\":589,\"prompt_tokens_details\":{\"cached_tokens\":28},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
                        + "data: [DONE]\n\n");
    }

    @Test
    void theSameAnswerWhole() throws Exception {
        String whole =
                whole("{type: 'message', content: [{type: 'thinking', thinking: 'Two cities.', signature: 'EqQB'},"
                        + " {type: 'text', text: 'Let me see'},"
                        + " {type: 'tool_use', id: 'toolu_A', name: 'weather', input: {city: 'Graz'}},"
                        + " {type: 'tool_use', id: 'toolu_B', name: 'now', input: {}}], stop_reason: 'tool_use',"
                        + " usage: {input_tokens: 472, cache_read_input_tokens: 28, output_tokens: 89}}");

        assertThat(whole)
                .isEqualTo("{\"id\":\"chatcmpl-7f-3\",\"object\":\"chat.completion\",\"created\":1700000000,"
                        + "\"model\":\"smart\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                        + "\"content\":\"Let me see\",\"refusal\":null,\"reasoning_content\":\"Two cities.\",\"tool_calls\":["
                        + "{\"id\":\"toolu_A\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Graz\\\"}\"}},"
                        + "{\"id\":\"toolu_B\",\"type\":\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"{}\"}}]},"
                        + "\"logprobs\":null,\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":500,"
                        + "\"completion_tokens\":89,\"total_tokens\":589,\"prompt_tokens_details\":{\"cached_tokens\":28},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":0}}}");
    }

    @Test
    void aCallWithEndTurnIsStillACall() throws Exception {
        assertThat(stream(THOUGHT_TEXT_AND_CALLS.replace("'tool_use', stop_sequence", "'end_turn', stop_sequence")))
                .contains("\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void aRefusalIsAContentFilter() throws Exception {
        String refused = "{type: 'message_start', message: {usage: {input_tokens: 9, output_tokens: 1}}}\n"
                + "{type: 'message_delta', delta: {stop_reason: 'refusal'}, usage: {output_tokens: 1}}\n{type: 'message_stop'}";

        assertThat(stream(refused)).contains(chunk("{}", "\"content_filter\""));
        assertThat(whole("{content: [], stop_reason: 'refusal'}"))
                .contains("\"content\":\"\",\"refusal\":null}", "\"finish_reason\":\"content_filter\"");
    }

    @Test
    void aPairThatWasCutInTwoIsWholeInTheEnd() throws Exception {
        String stream = stream(THOUGHT_TEXT_AND_CALLS.replace(
                "{type: 'content_block_delta', index: 1, delta: {type: 'text_delta', text: 'Let me see'}}",
                "{type: 'content_block_delta', index: 1, delta: {type: 'text_delta', text: 'a\\ud83d'}}\n"
                        + "{type: 'content_block_delta', index: 1, delta: {type: 'text_delta', text: '\\ude42b'}}"));

        assertThat(stream).contains("{\"content\":\"a\ud83d\"}", "{\"content\":\"\ude42b\"}");
    }

    private static String chunk(String delta, String finishReason) {
        return "data: {\"id\":\"chatcmpl-7f-3\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                + "\"model\":\"smart\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":"
                + finishReason
                + "}]}\n\n";
    }

    private static String stream(String events) throws Exception {
        AnswerReader reader = new MessagesAnswerReader("7f-3");
        AnswerWriter writer = writer();
        StringBuilder stream = new StringBuilder();
        for (String event : events.lines().toList()) {
            for (AnswerEvent step : reader.read(tree(event))) {
                stream.append(writer.write(step));
            }
        }
        return stream.toString();
    }

    private static String whole(String message) throws Exception {
        return Json.write(writer().write(new MessagesAnswerReader("7f-3").readWhole(tree(message))));
    }

    private static AnswerWriter writer() {
        return new ChatAnswerWriter(new AnswerContext(
                "7f-3", "smart", Instant.ofEpochSecond(1_700_000_000), new ToolNames(), 50, true, true, Json.object()));
    }

    private static ObjectNode tree(String json) throws MalformedJsonException {
        return (ObjectNode) Json.readLenient(json);
    }
}
