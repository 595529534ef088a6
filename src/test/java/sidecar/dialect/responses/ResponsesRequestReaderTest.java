package sidecar.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sidecar.dialect.responses.ResponsesTrees.losses;
import static sidecar.dialect.responses.ResponsesTrees.read;
import static sidecar.dialect.responses.ResponsesTrees.tree;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.request.ContentPart.TextPart;
import sidecar.dialect.request.ConversationTurn.SystemTurn;
import sidecar.dialect.request.ConversationTurn.UserTurn;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.OutputFormat;
import sidecar.dialect.request.ReadRequest;
import sidecar.dialect.request.ReasoningRequest;
import sidecar.dialect.request.ReasoningRequest.ReasoningMode;
import sidecar.dialect.request.Sampling;
import sidecar.dialect.request.ToolDefinitions;

class ResponsesRequestReaderTest {

    @Test
    void aStringIsWhatTheUserSaid() throws InvalidRequestException {
        ReadRequest read = read("{model: 'm', input: 'Hello'}");

        assertThat(read.conversation().turns()).containsExactly(new UserTurn(List.of(new TextPart("Hello"))));
        assertThat(read.conversation().tools()).isEqualTo(ToolDefinitions.NONE);
        assertThat(read.conversation().reasoning()).isEqualTo(ReasoningRequest.UNSAID);
        assertThat(read.conversation().format()).isEmpty();
        assertThat(read.conversation().stream()).isFalse();
        assertThat(losses(read)).isEmpty();
    }

    @Test
    void instructionsComeFirst() throws InvalidRequestException {
        ReadRequest read = read("{instructions: 'Be brief.', input: [{role: 'developer', content: 'Use tabs.'}]}");

        assertThat(read.conversation().turns())
                .containsExactly(new SystemTurn("Be brief."), new SystemTurn("Use tabs."));
    }

    @Test
    void boundsAndKnobsAreRead() throws InvalidRequestException {
        ReadRequest read = read("{input: '', max_output_tokens: 500, temperature: 0.70, top_p: 1, stream: true}");

        assertThat(read.conversation().sampling())
                .isEqualTo(new Sampling(
                        OptionalLong.of(500),
                        Optional.of(new BigDecimal("0.70")),
                        Optional.of(new BigDecimal("1")),
                        OptionalLong.empty(),
                        List.of()));
        assertThat(read.conversation().stream()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "null, UNSAID,",
        "{}, UNSAID,",
        "{summary: 'auto'}, UNSAID,",
        "{effort: 'none'}, OFF, none",
        "{effort: 'minimal'}, ON, minimal",
        "'{effort: \"xhigh\", summary: \"detailed\", context: \"all_turns\"}', ON, xhigh"
    })
    void anEffortOtherThanNoneTurnsReasoningOn(String reasoning, ReasoningMode mode, String effort)
            throws InvalidRequestException {
        ReadRequest read = read("{input: '', reasoning: " + reasoning + "}");

        assertThat(read.conversation().reasoning())
                .isEqualTo(new ReasoningRequest(mode, Optional.ofNullable(effort), OptionalLong.empty()));
        assertThat(losses(read)).isEmpty();
    }

    @Test
    void aSchemaForTheTextIsItsFormat() throws InvalidRequestException {
        ReadRequest read = read("{input: '', text: {format: {type: 'json_schema', name: 'person', strict: true,"
                + " schema: {type: 'object'}}}}");

        assertThat(read.conversation().format())
                .contains(new OutputFormat.JsonSchema("person", tree("{type: 'object'}"), Optional.of(true)));
        assertThat(losses(read)).isEmpty();
    }

    @Test
    void aSchemaWithoutANameIsCalledAnswer() throws InvalidRequestException {
        ReadRequest read = read("{input: '', text: {format: {type: 'json_schema', schema: {}}}}");

        assertThat(read.conversation().format())
                .contains(new OutputFormat.JsonSchema("answer", tree("{}"), Optional.empty()));
    }

    @Test
    void anyJsonIsAFormatAndTextIsNone() throws InvalidRequestException {
        assertThat(read("{input: '', text: {format: {type: 'json_object'}}}")
                        .conversation()
                        .format())
                .contains(new OutputFormat.AnyJson());
        assertThat(read("{input: '', text: {format: {type: 'text'}}}")
                        .conversation()
                        .format())
                .isEmpty();
        assertThat(read("{input: '', text: {}}").conversation().format()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text: {verbosity: 'low'}                         | (text.verbosity)",
                "text: {format: {type: 'grammar', syntax: 'lark'}}| text.format",
                "top_logprobs: 5                                  | top_logprobs",
                "top_logprobs: 0                                  |",
                "context_management: [{type: 'compaction'}]       | context_management",
                "reasoning: {mode: 'deep'}                        | reasoning.mode",
                "unheard_of: null                                 |",
                "unheard_of: false                                | unheard_of",
                "include: ['reasoning.encrypted_content'], metadata: {a: 'b'}, client_metadata: {}, store: true |",
                "prompt_cache_key: 'k', safety_identifier: 's', user: 'u', service_tier: 'flex', truncation: 'auto' |",
                "stream_options: {include_obfuscation: false}, max_tool_calls: 3, prompt_cache_retention: '24h' |",
                "background: false, previous_response_id: null    |",
            })
    void whatCannotBeSaidElsewhereIsNamed(String members, String loss) throws InvalidRequestException {
        ReadRequest read = read("{model: 'm', input: 'x', " + members + "}");

        assertThat(losses(read)).isEqualTo(loss == null ? List.of() : List.of(loss));
    }

    @ParameterizedTest
    @CsvSource({
        "previous_response_id: 'resp_1', previous_response_id, 'send the whole conversation as input'",
        "conversation: 'conv_1', conversation, 'send the whole conversation as input'",
        "prompt: {id: 'pmpt_1'}, prompt, 'send instructions and input'",
        "background: true, background, 'is not possible on a model that does not speak Responses itself'"
    })
    void whatNeedsTheProvidersMemoryIsRefusedWithAdvice(String member, String path, String advice) {
        assertThatThrownBy(() -> read("{input: 'x', " + member + "}"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.path()).isEqualTo(path))
                .hasMessageStartingWith(path + ": is not ")
                .hasMessageEndingWith(advice);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model: 'm'                                | input: must be a string or an array",
                "input: null                               | input: must be a string or an array",
                "input: {}                                 | input: must be a string or an array",
                "input: ['x']                              | input[0]: must be an object",
                "input: [{}]                               | input[0].type: must be a string",
                "input: [{type: 7}]                        | input[0].type: must be a string",
                "input: [{role: 'user', content: 7}]       | input[0].content: must be a string or an array",
                "input: [{role: 'critic', content: ''}]    | input[0].role: must be user, assistant, system or developer",
                "input: [{role: 'user', content: [{}]}]    | input[0].content[0].type: must be a string",
                "input: [{role: 'user', content: [{type: 'input_text'}]}] | input[0].content[0].text: must be a string",
                "input: [{role: 'user', content: [{type: 'input_image', image_url: {url: 'x'}}]}] |"
                        + " input[0].content[0].image_url: must be a string",
                "input: [{type: 'function_call', name: 'f'}] | input[0].call_id: must be a string",
                "input: [{type: 'function_call', call_id: 'c', name: 'f', arguments: {}}] |"
                        + " input[0].arguments: must be a string",
                "input: [{type: 'custom_tool_call', call_id: 'c', name: 'f'}] | input[0].input: must be a string",
                "input: [{type: 'function_call_output', call_id: 'c', output: {}}] |"
                        + " input[0].output: must be a string or an array",
                "input: [{type: 'reasoning', content: 'x'}] | input[0].content: must be a string or an array",
                "input: '', instructions: []               | instructions: must be a string",
                "input: '', stream: 1                      | stream: must be true or false",
                "input: '', temperature: '1'               | temperature: must be a number",
                "input: '', max_output_tokens: 0           | max_output_tokens: must be an integer from 1",
                "input: '', reasoning: 'high'              | reasoning: must be an object",
                "input: '', text: {format: {}}             | text.format.type: must be a string",
                "input: '', text: {format: {type: 'json_schema'}} | text.format.schema: must be an object",
                "input: '', tools: {}                      | tools: must be an array",
                "input: '', tools: [{name: 'f'}]           | tools[0].type: must be a string",
                "input: '', tools: [{type: 'function', function: {name: 'f'}}] | tools[0].name: must be a string",
                "input: '', tools: [{type: 'function', name: 'f', parameters: 'x'}] |"
                        + " tools[0].parameters: must be an object",
                "input: '', tools: [{type: 'namespace', name: 'n', tools: [{type: 'function'}]}] |"
                        + " tools[0].tools[0].name: must be a string",
                "input: '', tool_choice: 7                 | tool_choice: must be a string or an object",
                "input: '', tool_choice: 'any'             | tool_choice: must be auto, required or none",
                "input: '', tool_choice: {type: 'allowed_tools', mode: 'none_such'} |"
                        + " tool_choice.mode: must be auto, required or none",
                "input: '', parallel_tool_calls: 'no'      | parallel_tool_calls: must be true or false",
            })
    void aMemberOfTheWrongTypeIsRefusedByItsPath(String members, String message) {
        assertThatThrownBy(() -> read("{" + members + "}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{input: [{role: 'user', content: 'x'}], tools: [{type: 'custom', name: 'c'}]}"})
    void theClientsTreeIsNotChanged(String json) throws InvalidRequestException {
        ObjectNode body = tree(json);
        ObjectNode before = body.deepCopy();

        ResponsesRequestReader.read(body);

        assertThat(body).isEqualTo(before);
    }
}
