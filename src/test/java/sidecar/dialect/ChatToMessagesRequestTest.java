package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sidecar.dialect.chat.ChatRequestReader;
import sidecar.dialect.messages.MessagesRequestWriter;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses.Loss;
import sidecar.dialect.request.ReadRequest;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** Requests as agents send them to {@code /v1/chat/completions}, for a provider that speaks Messages. */
class ChatToMessagesRequestTest {

    private static final MappingOptions OPTIONS = new MappingOptions(
            "claude-sonnet-4-5",
            64_000,
            true,
            List.of("text", "image"),
            false,
            false,
            "max_tokens",
            false,
            Optional.empty(),
            false,
            true);

    private static final String TOOL = "{type: 'function', function: {name: 'read', description: 'Reads a file.',"
            + " parameters: {type: 'object', properties: {path: {type: 'string'}}, required: ['path']}}}";

    @Test
    void anAgentsFirstQuestion() throws Exception {
        assertTranslated(
                "{model: 'smart', stream: true, stream_options: {include_usage: true}, store: false, temperature: 0.2,"
                        + " max_completion_tokens: 8192, stop: 'END', tool_choice: 'auto', parallel_tool_calls: false,"
                        + " tools: [" + TOOL + "], messages: [{role: 'developer', content: 'You are an agent.'},"
                        + " {role: 'user', content: [{type: 'text', text: 'What is this?'},"
                        + " {type: 'image_url', image_url: {url: 'data:image/png;base64,iVBORw0KGgo='}}]}]}",
                "{model: 'claude-sonnet-4-5', max_tokens: 8192, stream: true,"
                        + " system: [{type: 'text', text: 'You are an agent.'}],"
                        + " messages: [{role: 'user', content: [{type: 'text', text: 'What is this?'}, {type: 'image',"
                        + " source: {type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo='}}]}],"
                        + " tools: [{name: 'read', description: 'Reads a file.', input_schema: {type: 'object',"
                        + " properties: {path: {type: 'string'}}, required: ['path']}}],"
                        + " tool_choice: {type: 'auto', disable_parallel_tool_use: true},"
                        + " temperature: 0.2, stop_sequences: ['END']}");
    }

    @Test
    void theSameAgentAfterItsToolsAnswered() throws Exception {
        assertTranslated(
                "{model: 'smart', reasoning_effort: 'medium', tools: [" + TOOL + "], messages: ["
                        + "{role: 'user', content: 'Compare a and b'},"
                        + " {role: 'assistant', content: '', reasoning_content: 'Two files.', tool_calls: ["
                        + "{id: 'functions.read:0', type: 'function', function: {name: 'read', arguments: '{\"path\":\"a\"}'}},"
                        + "{id: 'functions.read:1', type: 'function', function: {name: 'read', arguments: '{\"path\":\"b\"}'}}]},"
                        + " {role: 'tool', tool_call_id: 'functions.read:0', content: 'A'},"
                        + " {role: 'tool', tool_call_id: 'functions.read:1', content: 'B'},"
                        + " {role: 'user', content: 'Quickly'}]}",
                "{model: 'claude-sonnet-4-5', max_tokens: 64000, stream: false, messages: ["
                        + "{role: 'user', content: [{type: 'text', text: 'Compare a and b'}]},"
                        + " {role: 'assistant', content: ["
                        + "{type: 'tool_use', id: 'toolu_xZnVuY3Rpb25zLnJlYWQ6MA', name: 'read', input: {path: 'a'}},"
                        + "{type: 'tool_use', id: 'toolu_xZnVuY3Rpb25zLnJlYWQ6MQ', name: 'read', input: {path: 'b'}}]},"
                        + " {role: 'user', content: [{type: 'tool_result', tool_use_id: 'toolu_xZnVuY3Rpb25zLnJlYWQ6MA',"
                        + " content: [{type: 'text', text: 'A'}]},"
                        + " {type: 'tool_result', tool_use_id: 'toolu_xZnVuY3Rpb25zLnJlYWQ6MQ',"
                        + " content: [{type: 'text', text: 'B'}]}, {type: 'text', text: 'Quickly'}]}],"
                        + " tools: [{name: 'read', description: 'Reads a file.', input_schema: {type: 'object',"
                        + " properties: {path: {type: 'string'}}, required: ['path']}}]}",
                new Loss("reasoning_effort", false));
    }

    @Test
    void aThoughtfulQuestionWithAnAnswerInJson() throws Exception {
        assertTranslated(
                "{model: 'smart', reasoning_effort: 'low', temperature: 0, seed: 7, verbosity: 'low', response_format:"
                        + " {type: 'json_schema', json_schema: {name: 'n', strict: true, schema: {type: 'object'}}},"
                        + " messages: [{role: 'user', content: 'Why?'}]}",
                "{model: 'claude-sonnet-4-5', max_tokens: 64000, stream: false,"
                        + " messages: [{role: 'user', content: [{type: 'text', text: 'Why?'}]}],"
                        + " thinking: {type: 'enabled', budget_tokens: 4096},"
                        + " output_config: {format: {type: 'json_schema', schema: {type: 'object'}}}}",
                new Loss("seed", true),
                new Loss("verbosity", false),
                new Loss("temperature", true));
    }

    @Test
    void callsAndResultsOutOfOrderAreBroughtTogether() throws Exception {
        assertTranslated(
                "{model: 'smart', tools: [" + TOOL + "], messages: [{role: 'user', content: 'Go'},"
                        + " {role: 'assistant', content: null, tool_calls: ["
                        + "{id: '1', type: 'function', function: {name: 'read', arguments: '{}'}}]},"
                        + " {role: 'system', content: 'Hurry.'},"
                        + " {role: 'assistant', content: null, tool_calls: ["
                        + "{id: '2', type: 'function', function: {name: 'read', arguments: '['}}]},"
                        + " {role: 'tool', tool_call_id: '1', content: 'one'}]}",
                "{model: 'claude-sonnet-4-5', max_tokens: 64000, stream: false, messages: ["
                        + "{role: 'user', content: [{type: 'text', text: 'Go'}]},"
                        + " {role: 'assistant', content: [{type: 'tool_use', id: '1', name: 'read', input: {}}]},"
                        + " {role: 'user', content: [{type: 'tool_result', tool_use_id: '1',"
                        + " content: [{type: 'text', text: 'one'}]}, {type: 'text', text: 'Hurry.'}]},"
                        + " {role: 'assistant', content: [{type: 'tool_use', id: '2', name: 'read', input: {}}]},"
                        + " {role: 'user', content: [{type: 'tool_result', tool_use_id: '2',"
                        + " content: [{type: 'text', text: '(no result)'}]}]}],"
                        + " tools: [{name: 'read', description: 'Reads a file.', input_schema: {type: 'object',"
                        + " properties: {path: {type: 'string'}}, required: ['path']}}]}",
                new Loss("tool_calls.arguments", true));
    }

    @Test
    void severalAnswersCannotBeHad() {
        assertThatThrownBy(() -> translate("{messages: [{role: 'user', content: 'Hi'}], n: 2}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("n: must be 1");
    }

    private static void assertTranslated(String chat, String messages, Loss... losses) throws Exception {
        ObjectNode request = tree(chat);
        ReadRequest read = ChatRequestReader.read(request);

        ObjectNode written = MessagesRequestWriter.write(read.conversation(), OPTIONS, read.losses());

        assertThat(Json.pretty(written)).isEqualTo(Json.pretty(tree(messages)));
        assertThat(read.losses().list()).containsExactly(losses);
        assertThat((JsonNode) request).isEqualTo(tree(chat));
    }

    private static ObjectNode translate(String chat) throws Exception {
        ReadRequest read = ChatRequestReader.read(tree(chat));
        return MessagesRequestWriter.write(read.conversation(), OPTIONS, read.losses());
    }

    private static ObjectNode tree(String json) throws MalformedJsonException {
        return (ObjectNode) Json.readLenient(json);
    }
}
