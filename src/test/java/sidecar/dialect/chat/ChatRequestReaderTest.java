package sidecar.dialect.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.request.AssistantPart.AssistantText;
import sidecar.dialect.request.AssistantPart.ReasoningPart;
import sidecar.dialect.request.AssistantPart.ToolCallPart;
import sidecar.dialect.request.ContentPart;
import sidecar.dialect.request.ContentPart.FilePart;
import sidecar.dialect.request.ContentPart.ImagePart;
import sidecar.dialect.request.ContentPart.Media.InlineMedia;
import sidecar.dialect.request.ContentPart.Media.RemoteMedia;
import sidecar.dialect.request.ContentPart.Media.UploadedMedia;
import sidecar.dialect.request.ContentPart.TextPart;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.ConversationTurn.SystemTurn;
import sidecar.dialect.request.ConversationTurn.ToolResultTurn;
import sidecar.dialect.request.ConversationTurn.UserTurn;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses.Loss;
import sidecar.dialect.request.MediaUrl;
import sidecar.dialect.request.OutputFormat.AnyJson;
import sidecar.dialect.request.OutputFormat.JsonSchema;
import sidecar.dialect.request.ReadRequest;
import sidecar.dialect.request.ReasoningRequest;
import sidecar.dialect.request.ReasoningRequest.ReasoningMode;
import sidecar.dialect.request.Sampling;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolDefinitions.Tool;
import sidecar.dialect.request.ToolDefinitions.ToolChoice;
import sidecar.dialect.request.ToolDefinitions.ToolChoiceMode;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

class ChatRequestReaderTest {

    private static final String TOOLS =
            "tools: [{type: 'function', function: {name: 'a'}}, {type: 'function', function: {name: 'b'}}]";

    @Test
    void systemAndDeveloperMessagesStayAtTheirPlace() throws Exception {
        List<ConversationTurn> turns = turns("{role: 'system', content: 'Be brief.'}, {role: 'user', content: 'Hi'},"
                + " {role: 'developer', content: [{type: 'text', text: 'One'}, {type: 'text', text: 'Two'}]}");

        assertThat(turns)
                .containsExactly(new SystemTurn("Be brief."), user("Hi"), new SystemTurn("One"), new SystemTurn("Two"));
    }

    @Test
    void partsOfAUserMessageKeepTheirOrder() throws Exception {
        List<ConversationTurn> turns = turns("{role: 'user', content: [{type: 'text', text: 'See'},"
                + " {type: 'image_url', image_url: {url: 'https://x.test/a.png', detail: 'low'}},"
                + " {type: 'image_url', image_url: {url: 'data:image/PNG;name=a.png;base64,AAAA'}},"
                + " {type: 'image_url', image_url: 'data:image/jpg;base64,BBBB'},"
                + " {type: 'text', text: 'and say', cache_control: {type: 'ephemeral'}}]}");

        assertThat(turns)
                .containsExactly(new UserTurn(List.of(
                        new TextPart("See"),
                        new ImagePart(new RemoteMedia("https://x.test/a.png"), Optional.of("low")),
                        new ImagePart(new InlineMedia("image/png", "AAAA"), Optional.empty()),
                        new ImagePart(new InlineMedia("image/jpeg", "BBBB"), Optional.empty()),
                        new TextPart("and say"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA'} | application/pdf | AAAA
            {filename: 'a.PDF', file_data: 'AAAA'}                             | application/pdf | AAAA
            {filename: 'notes.MD', file_data: 'AAAA'}                          | text/plain      | AAAA
            """)
    void filesInTheRequestAreReadWithTheirType(String file, String mediaType, String base64) throws Exception {
        UserTurn turn = (UserTurn) turns("{role: 'user', content: [{type: 'file', file: " + file + "}]}")
                .get(0);

        FilePart read = (FilePart) turn.parts().get(0);

        assertThat(read.media()).isEqualTo(new InlineMedia(mediaType, base64));
        assertThat(read.name()).isPresent();
    }

    @Test
    void uploadedAndRemoteFilesAreNamed() throws Exception {
        List<ConversationTurn> turns = turns("{role: 'user', content: [{type: 'file', file: {file_id: 'file-1'}},"
                + " {type: 'file', file: {file_data: 'https://x.test/a.pdf'}}]}");

        assertThat(turns)
                .containsExactly(new UserTurn(List.of(
                        new FilePart(new UploadedMedia("file-1"), Optional.empty()),
                        new FilePart(new RemoteMedia("https://x.test/a.pdf"), Optional.empty()))));
    }

    @Test
    void anAssistantsThoughtsTextsAndCallsAreReadInThatOrder() throws Exception {
        List<ConversationTurn> turns = turns("{role: 'assistant', content: [{type: 'text', text: 'Let me'},"
                + " {type: 'refusal', refusal: 'or not'}], reasoning_content: 'Hm', refusal: 'No.', annotations: [],"
                + " tool_calls: [{id: 'c:1', type: 'function', function: {name: 'a', arguments: '{\"x\": 1'}},"
                + " {id: 'c2', function: {name: 'b'}}]}");

        assertThat(turns)
                .containsExactly(new AssistantTurn(List.of(
                        new ReasoningPart("Hm"),
                        new AssistantText("Let me"),
                        new AssistantText("or not"),
                        new AssistantText("No."),
                        new ToolCallPart("c:1", "a", "{\"x\": 1"),
                        new ToolCallPart("c2", "b", "{}"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"content: null", "content: ''", "content: []", "reasoning: {}", "reasoning_content: ''"})
    void anAssistantMayHaveSaidNothing(String members) throws Exception {
        assertThat(turns("{role: 'assistant', " + members + "}")).containsExactly(new AssistantTurn(List.of()));
    }

    @Test
    void reasoningMayHaveItsOtherName() throws Exception {
        assertThat(turns("{role: 'assistant', content: 'Yes', reasoning: 'Hm'}"))
                .containsExactly(new AssistantTurn(List.of(new ReasoningPart("Hm"), new AssistantText("Yes"))));
    }

    @Test
    void toolResultsAreTextsOrParts() throws Exception {
        List<ConversationTurn> turns = turns(
                "{role: 'tool', tool_call_id: 'c1', name: 'a', content: 'sunny'},"
                        + " {role: 'tool', tool_call_id: 'c2', content: [{type: 'text', text: 'x'},"
                        + " {type: 'image_url', image_url: {url: 'data:image/gif;base64,R0'}}]}, {role: 'tool', tool_call_id: 'c3'}");

        assertThat(turns)
                .containsExactly(
                        new ToolResultTurn("c1", List.of(new TextPart("sunny")), false),
                        new ToolResultTurn(
                                "c2",
                                List.of(
                                        new TextPart("x"),
                                        new ImagePart(new InlineMedia("image/gif", "R0"), Optional.empty())),
                                false),
                        new ToolResultTurn("c3", List.of(), false));
    }

    @Test
    void functionsOfOldAreCallsWhoseResultsFollowThem() throws Exception {
        List<ConversationTurn> turns = turns(
                "{role: 'assistant', content: null, function_call: {name: 'a', arguments: '{}'}},"
                        + " {role: 'function', name: 'a', content: 'one'},"
                        + " {role: 'assistant', content: null, function_call: {name: 'a', arguments: '{}'}},"
                        + " {role: 'function', name: 'a', content: 'two'}, {role: 'function', name: 'z', content: 'stray'}");

        assertThat(turns)
                .containsExactly(
                        new AssistantTurn(List.of(new ToolCallPart("call_0", "a", "{}"))),
                        new ToolResultTurn("call_0", List.of(new TextPart("one")), false),
                        new AssistantTurn(List.of(new ToolCallPart("call_2", "a", "{}"))),
                        new ToolResultTurn("call_2", List.of(new TextPart("two")), false),
                        new ToolResultTurn("z", List.of(new TextPart("stray")), false));
    }

    @Test
    void toolsKeepTheirDescriptionSchemaAndStrictness() throws Exception {
        ReadRequest read = read("tools: [{type: 'function', function: {name: 'a', description: 'A.', strict: true,"
                + " parameters: {type: 'object', required: ['x']}}}, {type: 'custom', custom: {name: 'c'}}],"
                + " functions: [{name: 'b'}], parallel_tool_calls: false");

        ToolDefinitions tools = read.conversation().tools();
        assertThat(tools.tools())
                .containsExactly(
                        new Tool("a", Optional.of("A."), tree("{type: 'object', required: ['x']}"), Optional.of(true)),
                        new Tool("b", Optional.empty(), tree("{type: 'object', properties: {}}"), Optional.empty()));
        assertThat(tools.choice()).isEqualTo(ToolChoice.UNSAID);
        assertThat(tools.parallel()).contains(false);
        assertThat(read.losses().list()).containsExactly(new Loss("custom", true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tool_choice: 'auto'                                           | AUTO     |
            tool_choice: 'none'                                           | NONE     |
            tool_choice: 'required'                                       | REQUIRED |
            tool_choice: {type: 'function', function: {name: 'b'}}        | NAMED    | b
            function_call: 'none'                                         | NONE     |
            function_call: {name: 'b'}                                    | NAMED    | b
            tool_choice: null, function_call: 'auto'                      | AUTO     |
            tool_choice: 'auto', function_call: 'none'                    | AUTO     |
            """)
    void choicesAreRead(String member, ToolChoiceMode mode, String tool) throws Exception {
        ReadRequest read = read(TOOLS + ", " + member);

        assertThat(read.conversation().tools().choice()).isEqualTo(new ToolChoice(mode, Optional.ofNullable(tool)));
        assertThat(read.losses().list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"auto, AUTO", "required, REQUIRED"})
    void onlyAllowedToolsAreGiven(String mode, ToolChoiceMode expected) throws Exception {
        ReadRequest read = read(TOOLS + ", tool_choice: {type: 'allowed_tools', allowed_tools: {mode: '" + mode
                + "', tools: [{type: 'function', function: {name: 'b'}}]}}");

        ToolDefinitions tools = read.conversation().tools();
        assertThat(tools.tools()).extracting(Tool::name).containsExactly("b");
        assertThat(tools.choice()).isEqualTo(ToolChoice.of(expected));
    }

    @Test
    void aLongNameIsTheSameShortOneEverywhere() throws Exception {
        String name = "mcp__server__" + "x".repeat(80);

        ReadRequest read = ChatRequestReader.read(tree("{messages: [{role: 'assistant', content: null, tool_calls:"
                + " [{id: 'c', type: 'function', function: {name: '" + name + "', arguments: '{}'}}]}],"
                + " tools: [{type: 'function', function: {name: '" + name + "'}}],"
                + " tool_choice: {type: 'function', function: {name: '" + name + "'}}}"));

        String shortened = read.conversation().tools().tools().get(0).name();
        assertThat(shortened).hasSize(64);
        assertThat(read.conversation().tools().choice()).isEqualTo(ToolChoice.named(shortened));
        assertThat(read.conversation().turns())
                .containsExactly(new AssistantTurn(List.of(new ToolCallPart("c", shortened, "{}"))));
        assertThat(read.names().clientTool(shortened)).isEqualTo(ClientTool.function(name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            max_tokens: 7, max_completion_tokens: 9     | 9 | |  |  |
            max_tokens: 7.0, temperature: 0.5           | 7 | 0.5 | | |
            top_p: 0.1, top_k: 40, stop: 'END'          |   |     | 0.1 | 40 | END
            top_k: -1, stop: ['a', 'b']                 |   |     |     |    | a b
            top_k: 0, stop: null, temperature: null     |   |     |     |    |
            """)
    void knobsAreRead(String members, Long maxTokens, BigDecimal temperature, BigDecimal topP, Long topK, String stop)
            throws Exception {
        Sampling sampling = read(members).conversation().sampling();

        assertThat(sampling)
                .isEqualTo(new Sampling(
                        optional(maxTokens),
                        Optional.ofNullable(temperature),
                        Optional.ofNullable(topP),
                        optional(topK),
                        stop == null ? List.of() : List.of(stop.split(" "))));
    }

    @Test
    void effortMeansThoughtUnlessItIsNone() throws Exception {
        assertThat(read("reasoning_effort: 'high'").conversation().reasoning())
                .isEqualTo(new ReasoningRequest(ReasoningMode.ON, Optional.of("high"), OptionalLong.empty()));
        assertThat(read("reasoning_effort: 'none'").conversation().reasoning())
                .isEqualTo(new ReasoningRequest(ReasoningMode.OFF, Optional.of("none"), OptionalLong.empty()));
        assertThat(read("stream: true").conversation().reasoning()).isEqualTo(ReasoningRequest.UNSAID);
    }

    @Test
    void formatsAreRead() throws Exception {
        assertThat(read("response_format: {type: 'text'}").conversation().format())
                .isEmpty();
        assertThat(read("response_format: {type: 'json_object'}").conversation().format())
                .contains(new AnyJson());
        assertThat(read("response_format: {type: 'json_schema', json_schema: {name: 'n', schema: {type: 'object'},"
                                + " strict: true}}")
                        .conversation()
                        .format())
                .contains(new JsonSchema("n", tree("{type: 'object'}"), Optional.of(true)));
        assertThat(read("response_format: {type: 'json_schema', json_schema: {schema: {}}}")
                        .conversation()
                        .format())
                .contains(new JsonSchema("answer", tree("{}"), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            logprobs: true                                  | logprobs
            top_logprobs: 3                                 | top_logprobs
            seed: 0                                         | seed
            logit_bias: {'50256': -100}                     | logit_bias
            frequency_penalty: 0.5                          | frequency_penalty
            presence_penalty: -0.5                          | presence_penalty
            modalities: ['text', 'audio']                   | modalities
            audio: {voice: 'x'}                             | audio
            web_search_options: {search_context_size: 'low'} | web_search_options
            min_p: 0.1                                      | min_p
            tool_choice: 'any'                              | tool_choice
            tool_choice: {type: 'custom', custom: {name: 'x'}} | custom
            response_format: {type: 'grammar'}              | grammar
            tools: [{type: 'web_search'}]                   | web_search
            tools: [{type: 'function', function: {name: 'a', returns: {}}}] | tools.function.returns
            messages: [{role: 'user', name: 'Ann', content: 'x'}] | messages.name
            messages: [{role: 'user', content: [{type: 'input_audio', input_audio: {}}]}] | input_audio
            messages: [{role: 'user', content: [{type: 'text', text: 'x', citations: {}}]}] | messages.content.citations
            messages: [{role: 'system', content: [{type: 'image_url', image_url: 'https://x.test/a'}]}] | image_url
            messages: [{role: 'assistant', content: null, tool_calls: [{type: 'custom', id: 'c', custom: {}}]}] | custom
            """)
    void whatNobodyElseCanSayIsALoss(String member, String name) throws Exception {
        assertThat(read(member).losses().list()).containsExactly(new Loss(name, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"verbosity: 'low'", "prediction: {type: 'content', content: 'x'}"})
    void someLossesChangeNothing(String member) throws Exception {
        assertThat(read(member).losses().list())
                .containsExactly(new Loss(member.substring(0, member.indexOf(':')), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user: 'u', metadata: {a: 'b'}, store: true, service_tier: 'auto', prompt_cache_key: 'k'",
                "stream_options: {include_usage: true}, stream: true, safety_identifier: 's'",
                "logprobs: false, top_logprobs: 0, frequency_penalty: 0, presence_penalty: 0.0, logit_bias: {}",
                "modalities: ['text'], n: 1, seed: null, unknown: null"
            })
    void whatMeansNothingIsNoLoss(String members) throws Exception {
        assertThat(read(members).losses().list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                       | messages: must be an array with at least one message
            {messages: []}                           | messages: must be an array with at least one message
            {messages: 'x'}                          | messages: must be an array with at least one message
            {messages: ['x']}                        | messages[0]: must be an object
            {messages: [{content: 'x'}]}             | messages[0].role: must be a string
            {messages: [{role: 'x'}]}                | messages[0].role: must be system, developer, user, assistant, tool or function
            {messages: [{role: 'user'}]}             | messages[0].content: must be a string or an array
            {messages: [{role: 'user', content: 1}]} | messages[0].content: must be a string or an array
            {messages: [{role: 'user', content: [{text: 'x'}]}]} | messages[0].content[0].type: must be a string
            {messages: [{role: 'user', content: [{type: 'text', text: 1}]}]} | messages[0].content[0].text: must be a string
            {messages: [{role: 'tool', content: 'x'}]} | messages[0].tool_call_id: must be a string
            {messages: [{role: 'assistant', tool_calls: [{function: {name: 'a'}}]}]} | messages[0].tool_calls[0].id: must be a string
            {messages: [{role: 'assistant', tool_calls: [{id: 'c', function: {name: 'a', arguments: {}}}]}]} | messages[0].tool_calls[0].function.arguments: must be a string
            """)
    void wrongMessagesAreNamedByTheirPath(String request, String message) {
        assertThatThrownBy(() -> ChatRequestReader.read(tree(request)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            n: 2                            | n: must be 1: the provider of this model gives one answer to a request
            n: 'x'                          | n: must be an integer from 1
            temperature: 'hot'              | temperature: must be a number
            max_tokens: 0                   | max_tokens: must be an integer from 1
            stop: [1]                       | stop[0]: must be a string
            stream: 'yes'                   | stream: must be true or false
            tools: {}                       | tools: must be an array
            tools: [{type: 'function'}]     | tools[0].function: must be an object
            tool_choice: 1                  | tool_choice: must be a string or an object
            tool_choice: {type: 'function'} | tool_choice.function: must be an object
            response_format: {type: 'json_schema'} | response_format.json_schema: must be an object
            """)
    void wrongMembersAreNamedByTheirPath(String members, String message) {
        assertThatThrownBy(() -> read(members))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "data:image/png;base64,",
                "data:image/png;base64",
                "data:image/png,AAAA",
                "data:;base64,AAAA",
                "data:image/svg+xml;utf8,<svg/>",
                "iVBORw0KGgo=",
                "file:///etc/passwd",
                "https://"
            })
    void aBrokenUrlOfAPictureIsNamedByItsPath(String url) {
        assertThatThrownBy(
                        () -> turns("{role: 'user', content: [{type: 'image_url', image_url: {url: '" + url + "'}}]}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("messages[0].content[0].image_url.url:"
                        + " must be an http or https URL, or a data URI with a media type and base64");
    }

    @Test
    void aUriOfNothingButSemicolonsIsRefusedAtOnce() {
        String url = "data:image/png" + ";".repeat(1_000_000);

        assertThatThrownBy(() -> MediaUrl.read(url, "x")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aUserMessageOfNothingButLossesIsLeftOut() throws Exception {
        ContentPart hi = new TextPart("Hi");

        assertThat(turns("{role: 'user', content: [{type: 'input_audio'}]}, {role: 'user', content: 'Hi'}"))
                .containsExactly(new UserTurn(List.of(hi)));
    }

    @Test
    void theRequestIsNotChanged() throws Exception {
        String text = "{model: 'm', messages: [{role: 'user', content: [{type: 'text', text: 'x'}]}], " + TOOLS
                + ", tool_choice: {type: 'allowed_tools', allowed_tools: {tools: []}}, seed: 1}";
        ObjectNode request = tree(text);

        ChatRequestReader.read(request);

        assertThat(request).isEqualTo(tree(text));
    }

    private static UserTurn user(String text) {
        return new UserTurn(List.of(new TextPart(text)));
    }

    private static OptionalLong optional(Long number) {
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    private static List<ConversationTurn> turns(String messages) throws Exception {
        return ChatRequestReader.read(tree("{messages: [" + messages + "]}"))
                .conversation()
                .turns();
    }

    private static ReadRequest read(String members) throws Exception {
        String messages = members.startsWith("messages:") ? "" : "messages: [{role: 'user', content: 'Hi'}], ";
        return ChatRequestReader.read(tree("{" + messages + members + "}"));
    }

    private static ObjectNode tree(String json) throws MalformedJsonException {
        return (ObjectNode) Json.readLenient(json);
    }
}
