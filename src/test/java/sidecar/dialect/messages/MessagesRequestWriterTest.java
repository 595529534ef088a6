package sidecar.dialect.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.request.AssistantPart;
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
import sidecar.dialect.request.Conversation;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.ConversationTurn.SystemTurn;
import sidecar.dialect.request.ConversationTurn.ToolResultTurn;
import sidecar.dialect.request.ConversationTurn.UserTurn;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.Losses.Loss;
import sidecar.dialect.request.OutputFormat;
import sidecar.dialect.request.OutputFormat.AnyJson;
import sidecar.dialect.request.OutputFormat.JsonSchema;
import sidecar.dialect.request.ReasoningRequest;
import sidecar.dialect.request.ReasoningRequest.ReasoningMode;
import sidecar.dialect.request.Sampling;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolDefinitions.Tool;
import sidecar.dialect.request.ToolDefinitions.ToolChoice;
import sidecar.dialect.request.ToolDefinitions.ToolChoiceMode;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

class MessagesRequestWriterTest {

    private static final int MAX_TOKENS = 40_000;
    private static final Tool WEATHER =
            new Tool("weather", Optional.of("Tells it."), tree("{type: 'object'}"), Optional.empty());
    private static final Sampling NO_SAMPLING =
            new Sampling(OptionalLong.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), List.of());

    private final Losses losses = new Losses();
    private ToolDefinitions tools = ToolDefinitions.NONE;
    private Sampling sampling = NO_SAMPLING;
    private ReasoningRequest reasoning = ReasoningRequest.UNSAID;
    private Optional<OutputFormat> format = Optional.empty();
    private MappingOptions options = options(true, Optional.empty(), false);

    @Test
    void theSmallestRequestIsWritten() throws Exception {
        ObjectNode body = write(user("Hi"));

        assertThat(body)
                .hasToString(Json.write(tree("{model: 'claude-x', max_tokens: 40000, stream: true,"
                        + " messages: [{role: 'user', content: [{type: 'text', text: 'Hi'}]}]}")));
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void instructionsInFrontAreTheSystemAndLaterOnesTheUsers() throws Exception {
        ObjectNode body =
                write(system("One"), system("Two"), user("Hi"), system("Three"), assistant("Yes"), system("Four"));

        assertThat(body.get("system")).isEqualTo(json("[{type: 'text', text: 'One'}, {type: 'text', text: 'Two'}]"));
        assertThat(body.get("messages"))
                .isEqualTo(json("[{role: 'user', content: [{type: 'text', text: 'Hi'}, {type: 'text', text: 'Three'}]},"
                        + " {role: 'assistant', content: [{type: 'text', text: 'Yes'}]},"
                        + " {role: 'user', content: [{type: 'text', text: 'Four'}]}]"));
    }

    @Test
    void nothingButInstructionsAreWhatTheUserSays() throws Exception {
        ObjectNode body = write(system("One"), system("Two"));

        assertThat(body.has("system")).isFalse();
        assertThat(body.get("messages"))
                .isEqualTo(
                        json("[{role: 'user', content: [{type: 'text', text: 'One'}, {type: 'text', text: 'Two'}]}]"));
    }

    @Test
    void aConversationBeginsAndEndsWithTheUser() throws Exception {
        assertThat(write(assistant("Ahoy!")).get("messages"))
                .isEqualTo(json("[{role: 'user', content: [{type: 'text', text: '(continued)'}]},"
                        + " {role: 'assistant', content: [{type: 'text', text: 'Ahoy!'}]},"
                        + " {role: 'user', content: [{type: 'text', text: '(continue)'}]}]"));
    }

    @Test
    void blankTextsAndThoughtsAreLeftOutAndTheirTurnsWithThem() throws Exception {
        ObjectNode body = write(
                system(" "),
                user("A"),
                assistant(new ReasoningPart("Hm"), new AssistantText("\n")),
                user("B"),
                user(""));

        assertThat(body.has("system")).isFalse();
        assertThat(body.get("messages"))
                .isEqualTo(json("[{role: 'user', content: [{type: 'text', text: 'A'}, {type: 'text', text: 'B'}]}]"));
    }

    @Test
    void whereNothingWasSaidTheUserSaysGoOn() throws Exception {
        assertThat(write(system("One"), user("")).get("messages"))
                .isEqualTo(json("[{role: 'user', content: [{type: 'text', text: '(continue)'}]}]"));
    }

    @Test
    void toolResultsStandInOneMessageInFrontOfWhatTheUserSaysBesides() throws Exception {
        ObjectNode body = write(
                user("Both?"),
                assistant(call("c:1", "a", "{\"x\":1.50}"), new AssistantText("Let me see"), call("c2", "b", "")),
                user("Hurry"),
                result("c2", "two"),
                result("c:1", "one"));

        assertThat(body.get("messages"))
                .isEqualTo(json("[{role: 'user', content: [{type: 'text', text: 'Both?'}]},"
                        + " {role: 'assistant', content: [{type: 'text', text: 'Let me see'},"
                        + " {type: 'tool_use', id: 'toolu_xYzox', name: 'a', input: {x: 1.50}},"
                        + " {type: 'tool_use', id: 'c2', name: 'b', input: {}}]}, {role: 'user', content: ["
                        + "{type: 'tool_result', tool_use_id: 'toolu_xYzox', content: [{type: 'text', text: 'one'}]},"
                        + " {type: 'tool_result', tool_use_id: 'c2', content: [{type: 'text', text: 'two'}]},"
                        + " {type: 'text', text: 'Hurry'}]}]"));
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void anIdThatComesBackIsMadeAnother() throws Exception {
        ObjectNode body = write(
                user("Go"),
                assistant(call("call_0", "a", "{}"), call("call_0", "a", "{}")),
                result("call_0", "one"),
                result("call_0", "two"),
                assistant(call("call_0", "b", "{}")),
                result("call_0", "three"));

        assertThat(body.get("messages").findValuesAsText("id")).containsExactly("call_0", "call_0_2", "call_0_3");
        assertThat(body.get("messages").findValuesAsText("tool_use_id"))
                .containsExactly("call_0", "call_0_2", "call_0_3");
    }

    @Test
    void whatAToolSaidMayBeAPictureOrNothingOrAnError() throws Exception {
        ContentPart picture = new ImagePart(new InlineMedia("image/png", "AAAA"), Optional.empty());
        ObjectNode body = write(
                user("Go"),
                assistant(call("1", "a", "{}"), call("2", "a", "{}"), call("3", "a", "{}"), call("4", "a", "{}")),
                new ToolResultTurn("1", List.of(picture), false),
                new ToolResultTurn("2", List.of(), false),
                new ToolResultTurn("3", List.of(new TextPart("Oh")), true),
                new ToolResultTurn("4", List.of(), true));

        assertThat(body.at("/messages/2/content"))
                .isEqualTo(json("[{type: 'tool_result', tool_use_id: '1', content: [{type: 'image',"
                        + " source: {type: 'base64', media_type: 'image/png', data: 'AAAA'}}]},"
                        + " {type: 'tool_result', tool_use_id: '2'},"
                        + " {type: 'tool_result', tool_use_id: '3', is_error: true, content: [{type: 'text', text: 'Oh'}]},"
                        + " {type: 'tool_result', tool_use_id: '4', is_error: true,"
                        + " content: [{type: 'text', text: '(no message)'}]}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "\"x\"", "{\"x\":", "null", "{} {}"})
    void argumentsThatAreNoObjectAreALoss(String arguments) throws Exception {
        ObjectNode body = write(user("Go"), assistant(call("1", "a", arguments)), result("1", "x"));

        assertThat(body.at("/messages/1/content/0/input")).isEqualTo(tree("{}"));
        assertThat(losses.list()).containsExactly(new Loss("tool_calls.arguments", true));
    }

    @Test
    void picturesAndDocumentsAreSources() throws Exception {
        ObjectNode body = write(new UserTurn(List.of(
                new ImagePart(new InlineMedia("image/webp", "AAAA"), Optional.of("auto")),
                new ImagePart(new RemoteMedia("https://x.test/a.png"), Optional.empty()),
                new FilePart(new InlineMedia("application/pdf", "BBBB"), Optional.of("a.pdf")),
                new FilePart(new RemoteMedia("https://x.test/b.pdf"), Optional.empty()),
                new FilePart(new InlineMedia("text/markdown", "R3LDvMOfZQ=="), Optional.of("c.md")),
                new FilePart(new InlineMedia("application/json", "WzFd"), Optional.empty()))));

        assertThat(body.at("/messages/0/content"))
                .isEqualTo(json("[{type: 'image', source: {type: 'base64', media_type: 'image/webp', data: 'AAAA'}},"
                        + " {type: 'image', source: {type: 'url', url: 'https://x.test/a.png'}},"
                        + " {type: 'document', source: {type: 'base64', media_type: 'application/pdf', data: 'BBBB'},"
                        + " title: 'a.pdf'},"
                        + " {type: 'document', source: {type: 'url', url: 'https://x.test/b.pdf'}},"
                        + " {type: 'document', source: {type: 'text', media_type: 'text/plain', data: 'Grüße'},"
                        + " title: 'c.md'},"
                        + " {type: 'document', source: {type: 'text', media_type: 'text/plain', data: '[1]'}}]"));
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void mediaThatAnthropicTakesNoneOfAreLosses() throws Exception {
        ObjectNode body = write(new UserTurn(List.of(
                new TextPart("See"),
                new ImagePart(new InlineMedia("image/svg+xml", "AAAA"), Optional.of("low")),
                new FilePart(new UploadedMedia("file-1"), Optional.empty()),
                new FilePart(new InlineMedia("application/zip", "AAAA"), Optional.empty()),
                new FilePart(new InlineMedia("text/plain", "/////w=="), Optional.empty()))));

        assertThat(body.at("/messages/0/content")).isEqualTo(json("[{type: 'text', text: 'See'}]"));
        assertThat(losses.list())
                .containsExactly(
                        new Loss("detail", false),
                        new Loss("image/svg+xml", true),
                        new Loss("file_id", true),
                        new Loss("application/zip", true),
                        new Loss("text/plain", true));
    }

    @ParameterizedTest
    @CsvSource({", 40000", "100, 100", "40000, 40000", "40001, 40000"})
    void theAnswerIsBoundedByTheClientAndTheMapping(Long asked, long written) throws Exception {
        sampling = new Sampling(
                asked == null ? OptionalLong.empty() : OptionalLong.of(asked),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                List.of());

        assertThat(write(user("Hi")).get("max_tokens").longValue()).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # temperature, top_p, thinks | written temperature, top_p | losses
            0.5 |      | false | 0.5 |      |
            1.0 |      | false |     |      |
            1.5 |      | false | 1   |      | temperature
                | 0.9  | false |     | 0.9  |
            1   | 0.9  | false |     | 0.9  |
            0.5 | 1.0  | false | 0.5 |      |
            0.5 | 0.9  | false | 0.5 |      | top_p
            0.5 |      | true  |     |      | temperature
            1   | 0.95 | true  |     | 0.95 |
                | 0.9  | true  |     |      | top_p
            """)
    void temperatureAndTopPAreWrittenAsFarAsTheyAreTaken(
            BigDecimal temperature,
            BigDecimal topP,
            boolean thinks,
            String writtenTemperature,
            String writtenTopP,
            String lost)
            throws Exception {
        sampling = new Sampling(
                OptionalLong.empty(),
                Optional.ofNullable(temperature),
                Optional.ofNullable(topP),
                OptionalLong.empty(),
                List.of());
        reasoning = thinks ? effort("low") : ReasoningRequest.UNSAID;

        ObjectNode body = write(user("Hi"));

        assertThat(body.path("temperature").asText(null)).isEqualTo(writtenTemperature);
        assertThat(body.path("top_p").asText(null)).isEqualTo(writtenTopP);
        assertThat(losses.list()).isEqualTo(lost == null ? List.of() : List.of(new Loss(lost, true)));
    }

    @Test
    void stopsThatAreBlankAreALoss() throws Exception {
        sampling = new Sampling(
                OptionalLong.empty(), Optional.empty(), Optional.empty(), OptionalLong.of(40), List.of("END", "\n"));

        ObjectNode body = write(user("Hi"));

        assertThat(body.get("stop_sequences")).isEqualTo(json("['END']"));
        assertThat(body.get("top_k").longValue()).isEqualTo(40);
        assertThat(losses.list()).containsExactly(new Loss("stop", true));
    }

    @ParameterizedTest
    @CsvSource({
        "low, 40000, 4096",
        "medium, 40000, 16384",
        "high, 40000, 30000",
        "high, 60000, 32768",
        "xhigh, 60000, 32768",
        "max, 60000, 32768",
        "medium, 8192, 6144",
        "low, 1366, 1025"
    })
    void effortIsABudgetThatLeavesAQuarterForTheAnswer(String effort, int maxTokens, long budget) throws Exception {
        reasoning = effort(effort);
        options = options(true, Optional.empty(), false, maxTokens);

        ObjectNode body = write(user("Hi"));

        assertThat(body.get("thinking")).hasToString("{\"type\":\"enabled\",\"budget_tokens\":" + budget + "}");
        assertThat(losses.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"20000, 20000", "40000, 39999", "1024, 1024"})
    void aBudgetIsTakenAsFarAsItIsBelowTheBound(long asked, long written) throws Exception {
        reasoning = new ReasoningRequest(ReasoningMode.ON, Optional.of("low"), OptionalLong.of(asked));

        assertThat(write(user("Hi")).at("/thinking/budget_tokens").longValue()).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({"minimal, 40000, false", "low, 1364, true", "turbo, 40000, true", "none, 40000, true"})
    void withoutABudgetThereIsNoThought(String effort, int maxTokens, boolean lost) throws Exception {
        reasoning = effort(effort);
        options = options(true, Optional.empty(), false, maxTokens);

        assertThat(write(user("Hi")).has("thinking")).isFalse();
        assertThat(losses.list()).isEqualTo(lost ? List.of(new Loss("reasoning_effort", false)) : List.of());
    }

    @Test
    void aModelThatCannotThinkIsNotAskedTo() throws Exception {
        options = options(false, Optional.empty(), false);
        reasoning = effort("high");

        assertThat(write(user("Hi")).has("thinking")).isFalse();
        assertThat(losses.list()).containsExactly(new Loss("reasoning_effort", false));
    }

    @Test
    void whoDoesNotWantThoughtLosesNothing() throws Exception {
        options = options(false, Optional.empty(), false);
        reasoning = new ReasoningRequest(ReasoningMode.OFF, Optional.of("none"), OptionalLong.empty());

        assertThat(write(user("Hi")).has("thinking")).isFalse();
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void thoughtIsLeftOffWhileToolsAreBeingUsed() throws Exception {
        reasoning = effort("high");
        ConversationTurn[] history = {user("Go"), assistant(call("1", "a", "{}")), result("1", "x"), user("Go on")};

        ObjectNode during = write(history);
        ObjectNode after = write(history[0], history[1], history[2], assistant("Done"), user("More"));

        assertThat(during.has("thinking")).isFalse();
        assertThat(losses.list()).containsExactly(new Loss("reasoning_effort", false));
        assertThat(after.at("/thinking/type").asText()).isEqualTo("enabled");
    }

    @Test
    void aModelThatThinksAdaptivelyGetsTheEffortEvenWhileToolsAreBeingUsed() throws Exception {
        options = options(true, Optional.of("output_config.effort"), false);
        reasoning = effort("xhigh");
        format = Optional.of(new JsonSchema("answer", tree("{type: 'object'}"), Optional.empty()));

        ObjectNode body = write(user("Go"), assistant(call("1", "a", "{}")), result("1", "x"));

        assertThat(body.get("thinking")).isEqualTo(tree("{type: 'adaptive', display: 'summarized'}"));
        assertThat(body.get("output_config"))
                .isEqualTo(tree("{effort: 'xhigh', format: {type: 'json_schema', schema: {type: 'object'}}}"));
        assertThat(losses.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4095, low", "4096, medium", "16384, high"})
    void aBudgetIsAnEffortOfAdaptiveThought(long budget, String effort) throws Exception {
        options = options(true, Optional.of("output_config.effort"), false);
        reasoning = new ReasoningRequest(ReasoningMode.ON, Optional.empty(), OptionalLong.of(budget));

        assertThat(write(user("Hi")).at("/output_config/effort").asText()).isEqualTo(effort);
    }

    @Test
    void thoughtExcludesForcedToolsAndTopK() throws Exception {
        reasoning = effort("low");
        tools = new ToolDefinitions(List.of(WEATHER), ToolChoice.named("weather"), Optional.of(false));
        sampling =
                new Sampling(OptionalLong.empty(), Optional.empty(), Optional.empty(), OptionalLong.of(40), List.of());

        ObjectNode body = write(user("Hi"));

        assertThat(body.get("tool_choice")).isEqualTo(tree("{type: 'auto', disable_parallel_tool_use: true}"));
        assertThat(body.has("top_k")).isFalse();
        assertThat(losses.list()).containsExactly(new Loss("tool_choice", true), new Loss("top_k", true));
    }

    @Test
    void toolsHaveNameDescriptionAndASchemaWithAType() throws Exception {
        ObjectNode schema = tree("{properties: {x: {}}}");
        tools = new ToolDefinitions(
                List.of(WEATHER, new Tool("b", Optional.empty(), schema, Optional.of(true))),
                ToolChoice.UNSAID,
                Optional.of(true));

        ObjectNode body = write(user("Hi"));

        assertThat(body.get("tools"))
                .isEqualTo(json("[{name: 'weather', description: 'Tells it.', input_schema: {type: 'object'}},"
                        + " {name: 'b', input_schema: {properties: {x: {}}, type: 'object'}}]"));
        assertThat(body.has("tool_choice")).isFalse();
        assertThat(schema).isEqualTo(tree("{properties: {x: {}}}"));
        assertThat(losses.list()).containsExactly(new Loss("tools.strict", true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UNSAID   |         | true  |
            UNSAID   |         | false | {"type":"auto","disable_parallel_tool_use":true}
            AUTO     |         |       | {"type":"auto"}
            REQUIRED |         | false | {"type":"any","disable_parallel_tool_use":true}
            NONE     |         | false | {"type":"none"}
            NAMED    | weather |       | {"type":"tool","name":"weather"}
            """)
    void choicesHaveAnthropicsNames(ToolChoiceMode mode, String tool, Boolean parallel, String written)
            throws Exception {
        tools = new ToolDefinitions(
                List.of(WEATHER), new ToolChoice(mode, Optional.ofNullable(tool)), Optional.ofNullable(parallel));

        JsonNode choice = write(user("Hi")).get("tool_choice");

        assertThat(choice == null ? null : choice.toString()).isEqualTo(written);
    }

    @Test
    void calledToolsAreDeclaredWhereNoneIsAndMayNotBeCalled() throws Exception {
        ObjectNode body = write(
                user("Go"),
                assistant(call("1", "b", "{}"), call("2", "a", "{}"), call("3", "b", "{}")),
                result("1", "x"),
                user("Sum up"));

        assertThat(body.get("tools"))
                .isEqualTo(json(
                        "[{name: 'b', input_schema: {type: 'object'}}, {name: 'a', input_schema: {type: 'object'}}]"));
        assertThat(body.get("tool_choice")).isEqualTo(tree("{type: 'none'}"));
    }

    @Test
    void withoutToolsAChoiceMeansNothing() throws Exception {
        tools = new ToolDefinitions(List.of(), ToolChoice.of(ToolChoiceMode.AUTO), Optional.of(false));

        ObjectNode body = write(user("Hi"));

        assertThat(body.has("tools")).isFalse();
        assertThat(body.has("tool_choice")).isFalse();
    }

    @Test
    void anyJsonIsALoss() throws Exception {
        format = Optional.of(new AnyJson());

        assertThat(write(user("Hi")).has("output_config")).isFalse();
        assertThat(losses.list()).containsExactly(new Loss("response_format", true));
    }

    @Test
    void aLongPromptIsMarkedForTheCacheAtThreePlaces() throws Exception {
        options = options(true, Optional.empty(), true);
        tools = new ToolDefinitions(List.of(WEATHER, WEATHER), ToolChoice.UNSAID, Optional.empty());

        ObjectNode body =
                write(system("A"), system("B"), user("x".repeat(4096)), assistant("Yes"), user("C"), user("D"));

        JsonNode mark = tree("{type: 'ephemeral'}");
        assertThat(body.at("/system/1/cache_control")).isEqualTo(mark);
        assertThat(body.at("/tools/1/cache_control")).isEqualTo(mark);
        assertThat(body.at("/messages/2/content/1/cache_control")).isEqualTo(mark);
        assertThat(body.findValues("cache_control")).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"true, 4000, false", "false, 9000, false", "true, 9000, true"})
    void shortPromptsAndMappingsWithoutACacheAreNotMarked(boolean caching, int length, boolean marked)
            throws Exception {
        options = options(true, Optional.empty(), caching);

        ObjectNode body = write(user("x".repeat(length)));

        assertThat(body.findValue("cache_control") != null).isEqualTo(marked);
    }

    @Test
    void halfACharacterPassesAsItIs() throws Exception {
        assertThat(write(user("a\ud83d")).at("/messages/0/content/0/text").textValue())
                .isEqualTo("a\ud83d");
    }

    private ObjectNode write(ConversationTurn... turns) throws Exception {
        Conversation conversation = new Conversation(List.of(turns), tools, sampling, reasoning, format, true);
        return MessagesRequestWriter.write(conversation, options, losses);
    }

    private static MappingOptions options(boolean reasoning, Optional<String> thinkingSwitch, boolean caching) {
        return options(reasoning, thinkingSwitch, caching, MAX_TOKENS);
    }

    private static MappingOptions options(
            boolean reasoning, Optional<String> thinkingSwitch, boolean caching, int maxTokens) {
        return new MappingOptions(
                "claude-x",
                maxTokens,
                reasoning,
                List.of("text", "image"),
                false,
                false,
                "max_tokens",
                false,
                thinkingSwitch,
                false,
                caching);
    }

    private static ReasoningRequest effort(String effort) {
        return new ReasoningRequest(ReasoningMode.ON, Optional.of(effort), OptionalLong.empty());
    }

    private static ConversationTurn system(String text) {
        return new SystemTurn(text);
    }

    private static ConversationTurn user(String text) {
        return new UserTurn(List.of(new TextPart(text)));
    }

    private static ConversationTurn assistant(String text) {
        return assistant(new AssistantText(text));
    }

    private static ConversationTurn assistant(AssistantPart... parts) {
        return new AssistantTurn(new ArrayList<>(Arrays.asList(parts)));
    }

    private static AssistantPart call(String id, String name, String arguments) {
        return new ToolCallPart(id, name, arguments);
    }

    private static ConversationTurn result(String id, String text) {
        return new ToolResultTurn(id, List.of(new TextPart(text)), false);
    }

    private static ObjectNode tree(String json) {
        return (ObjectNode) json(json);
    }

    private static JsonNode json(String json) {
        try {
            return Json.readLenient(json);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
