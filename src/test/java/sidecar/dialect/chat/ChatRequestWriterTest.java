package sidecar.dialect.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
import sidecar.dialect.request.InvalidRequestException;
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
import sidecar.provider.ModelMapping;
import sidecar.provider.Price;

class ChatRequestWriterTest {

    private static final Sampling UNSAID =
            new Sampling(OptionalLong.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), List.of());

    private static final ImagePart PNG = new ImagePart(new InlineMedia("image/png", "AAAA"), Optional.empty());
    private static final FilePart PDF =
            new FilePart(new InlineMedia("application/pdf", "JVBE"), Optional.of("report.pdf"));

    private final Losses losses = new Losses();

    @Test
    void theSmallestRequestHasModelMessagesAndStream() throws InvalidRequestException {
        assertThat(Json.write(write(talk(user("hi")), options(Map.of()))))
                .isEqualTo(
                        "{\"model\":\"native\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":false}");
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void knobsAreWritten() throws InvalidRequestException {
        Sampling sampling = new Sampling(
                OptionalLong.of(100),
                Optional.of(new BigDecimal("0.70")),
                Optional.of(new BigDecimal("0.9")),
                OptionalLong.of(40),
                List.of("A", "B"));

        ObjectNode body = write(sampled(sampling), options(Map.of("topK", true)));

        assertThat(Json.write(body))
                .endsWith("\"max_tokens\":100,\"temperature\":0.70,\"top_p\":0.9,\"top_k\":40,\"stop\":[\"A\",\"B\"],"
                        + "\"stream\":true}");
        assertThat(losses.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "8192, 8192", "8193, 8192", "9000000000, 8192"})
    void anAnswerIsNeverLongerThanTheMappingAllows(long wanted, long sent) throws InvalidRequestException {
        ObjectNode body = write(
                sampled(new Sampling(
                        OptionalLong.of(wanted), Optional.empty(), Optional.empty(), OptionalLong.empty(), List.of())),
                options(Map.of("maxTokensField", "max_completion_tokens")));

        assertThat(body.path("max_completion_tokens").longValue()).isEqualTo(sent);
        assertThat(body.has("max_tokens")).isFalse();
    }

    @Test
    void whatChatCannotSayOfSamplingIsALoss() throws InvalidRequestException {
        Sampling sampling = new Sampling(
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(40),
                List.of("1", "2", "3", "4", "5"));

        ObjectNode body = write(sampled(sampling), options(Map.of()));

        assertThat(body.path("stop")).isEqualTo(json("['1','2','3','4']"));
        assertThat(body.has("top_k")).isFalse();
        assertThat(losses.list()).containsExactly(new Loss("top_k", true), new Loss("stop_sequences", true));
    }

    @Test
    void systemTextsAtTheFrontAreOneMessage() throws InvalidRequestException {
        assertMessages(
                options(Map.of()),
                "[{role:'system',content:'a\\n\\nb'},{role:'user',content:'hi'},{role:'system',content:'c'},{role:'system',content:'d'}]",
                new SystemTurn("a"),
                new SystemTurn("b"),
                user("hi"),
                new SystemTurn("c"),
                new SystemTurn("d"));
    }

    @Test
    void laterSystemTextsGoInFrontOfTheNextUserTextWhereOnlyTheFirstIsTaken() throws InvalidRequestException {
        assertMessages(
                options(Map.of("systemOnlyFirst", true)),
                "[{role:'system',content:'a'},{role:'user',content:'hi'},{role:'assistant',content:'yes'},"
                        + "{role:'user',content:'c\\n\\nd\\n\\ngo'}]",
                new SystemTurn("a"),
                user("hi"),
                new SystemTurn("c"),
                assistant(text("yes")),
                new SystemTurn("d"),
                user("go"));
    }

    @Test
    void laterSystemTextsAreTheLastUserMessageWhereNoneFollows() throws InvalidRequestException {
        assertMessages(
                options(Map.of("systemOnlyFirst", true)),
                "[{role:'user',content:'hi'},{role:'assistant',content:'yes'},{role:'user',content:'c'}]",
                user("hi"),
                new SystemTurn("c"),
                assistant(text("yes")));
    }

    @Test
    void systemTextGoesInFrontOfPartsToo() throws InvalidRequestException {
        assertMessages(
                options(Map.of("systemOnlyFirst", true)),
                "[{role:'user',content:'hi'},{role:'user',content:[{type:'text',text:'c'},"
                        + "{type:'image_url',image_url:{url:'data:image/png;base64,AAAA'}}]}]",
                user("hi"),
                new SystemTurn("c"),
                new UserTurn(List.of(PNG)));
    }

    @Test
    void textsOfAUserAreOneStringAndEmptyOnesAreLeftOut() throws InvalidRequestException {
        assertMessages(
                options(Map.of()),
                "[{role:'user',content:'a\\n\\nb'},{role:'user',content:''}]",
                user("a", "", "b"),
                user(""));
    }

    @Test
    void picturesArePartsWithTheirDetail() throws InvalidRequestException {
        assertMessages(
                options(Map.of()),
                "[{role:'user',content:[{type:'text',text:'see'},"
                        + "{type:'image_url',image_url:{url:'data:image/png;base64,AAAA'}},"
                        + "{type:'image_url',image_url:{url:'https://x/y.png',detail:'low'}}]}]",
                new UserTurn(List.of(
                        new TextPart("see"),
                        new TextPart(""),
                        PNG,
                        new ImagePart(new RemoteMedia("https://x/y.png"), Optional.of("low")))));
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void aPictureThatAnotherProviderKeepsIsALoss() throws InvalidRequestException {
        assertMessages(
                options(Map.of()),
                "[{role:'user',content:'see'}]",
                new UserTurn(
                        List.of(new TextPart("see"), new ImagePart(new UploadedMedia("file_1"), Optional.empty()))));
        assertThat(losses.list()).containsExactly(new Loss("image", true));
    }

    @Test
    void filesArePartsWhereTheMappingTakesThem() throws InvalidRequestException {
        assertMessages(
                options(Map.of(), true, "text", "pdf"),
                "[{role:'user',content:[{type:'file',file:{filename:'report.pdf',file_data:'data:application/pdf;base64,JVBE'}},"
                        + "{type:'file',file:{filename:'document.pdf',file_data:'https://x/y.pdf'}},"
                        + "{type:'file',file:{file_id:'file_1'}},"
                        + "{type:'file',file:{filename:'document',file_data:'data:text/csv;base64,QQ'}}]}]",
                new UserTurn(List.of(
                        PDF,
                        new FilePart(new RemoteMedia("https://x/y.pdf"), Optional.empty()),
                        new FilePart(new UploadedMedia("file_1"), Optional.empty()),
                        new FilePart(new InlineMedia("text/csv", "QQ"), Optional.empty()))));
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void filesAreALossWhereItDoesNot() throws InvalidRequestException {
        assertMessages(
                options(Map.of()),
                "[{role:'user',content:'sum up'},{role:'user',content:''}]",
                new UserTurn(List.of(PDF, new TextPart("sum up"))),
                new UserTurn(List.of(PDF)));
        assertThat(losses.list()).containsExactly(new Loss("document", true));
    }

    @Test
    void contentOfTheModelIsAStringOrNull() throws InvalidRequestException {
        assertMessages(
                options(Map.of()),
                "[{role:'user',content:'u'},{role:'assistant',content:'a\\n\\nb'},{role:'user',content:'u'},"
                        + "{role:'assistant',content:null,tool_calls:[{id:'1',type:'function',function:{name:'f',arguments:'{}'}}]},"
                        + "{role:'tool',tool_call_id:'1',content:'r'}]",
                user("u"),
                assistant(text("a"), text(""), text("b")),
                user("u"),
                assistant(text(""), call("1")),
                result("1", "r"));
    }

    @Test
    void aTurnOfTheModelWithNothingInItIsLeftOut() throws InvalidRequestException {
        assertMessages(
                options(Map.of("carryReasoning", true)),
                "[{role:'user',content:'a'},{role:'user',content:'b'},{role:'user',content:'c'}]",
                user("a"),
                assistant(text("")),
                user("b"),
                assistant(new ReasoningPart("hm")),
                user("c"),
                assistant());
    }

    @Test
    void theBeginningOfAnAnswerStaysLast() throws InvalidRequestException {
        assertMessages(
                options(Map.of()),
                "[{role:'user',content:'u'},{role:'assistant',content:'{'}]",
                user("u"),
                assistant(text("{")));
    }

    @Test
    void reasoningIsLeftOut() throws InvalidRequestException {
        assertMessages(
                options(Map.of()), "[{role:'assistant',content:'a'}]", assistant(new ReasoningPart("hm"), text("a")));
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void reasoningIsCarriedWhereItMustBe() throws InvalidRequestException {
        assertMessages(
                options(Map.of("carryReasoning", true)),
                "[{role:'assistant',content:'a',reasoning_content:'hm\\n\\nso'},{role:'user',content:'u'},"
                        + "{role:'assistant',content:null,reasoning_content:' ',tool_calls:[{id:'1',type:'function',"
                        + "function:{name:'f',arguments:'{}'}}]},{role:'tool',tool_call_id:'1',content:'r'},"
                        + "{role:'assistant',content:'b'}]",
                assistant(new ReasoningPart("hm"), text("a"), new ReasoningPart("so")),
                user("u"),
                assistant(new ReasoningPart(""), call("1")),
                result("1", "r"),
                assistant(text("b")));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "false, fine, fine",
                "true, broken, Error: broken",
                "true, Error: broken, Error: broken",
                "true, '', 'Error: '",
                "false, Error: said by a log, Error: said by a log",
                "false, '', ''",
            })
    void errorsOfToolsAreNamedOnce(boolean error, String said, String content) throws InvalidRequestException {
        ObjectNode body = write(
                talk(assistant(call("1")), new ToolResultTurn("1", List.of(new TextPart(said)), error)),
                options(Map.of()));

        assertThat(body.path("messages").path(1).path("content").textValue()).isEqualTo(content);
    }

    @Test
    void picturesOfResultsAreTheUsersNextParts() throws InvalidRequestException {
        assertMessages(
                options(Map.of()),
                "[{role:'assistant',content:null,tool_calls:[{id:'1',type:'function',function:{name:'f',arguments:'{}'}},"
                        + "{id:'2',type:'function',function:{name:'f',arguments:'{}'}}]},"
                        + "{role:'tool',tool_call_id:'1',content:'a\\n\\nb'},"
                        + "{role:'tool',tool_call_id:'2',content:'(see the next message)'},"
                        + "{role:'user',content:[{type:'image_url',image_url:{url:'data:image/png;base64,AAAA'}},"
                        + "{type:'image_url',image_url:{url:'https://x'}},{type:'text',text:'well?'}]}]",
                assistant(call("1"), call("2")),
                new ToolResultTurn("1", List.of(new TextPart("a"), PNG, new TextPart("b")), false),
                new ToolResultTurn("2", List.of(new ImagePart(new RemoteMedia("https://x"), Optional.empty())), false),
                user("well?"));
    }

    @Test
    void picturesOfResultsAreAMessageOfTheirOwnWhereTheUserSaysNothing() throws InvalidRequestException {
        String picture = "{role:'user',content:[{type:'image_url',image_url:{url:'data:image/png;base64,AAAA'}}]}";
        assertMessages(
                options(Map.of()),
                "[{role:'assistant',content:null,tool_calls:[{id:'1',type:'function',function:{name:'f',arguments:'{}'}}]},"
                        + "{role:'tool',tool_call_id:'1',content:'x'}," + picture
                        + ",{role:'assistant',content:'next',tool_calls:[{id:'2',type:'function',function:{name:'f',arguments:'{}'}}]},"
                        + "{role:'tool',tool_call_id:'2',content:'y'}," + picture + "]",
                assistant(call("1")),
                new ToolResultTurn("1", List.of(new TextPart("x"), PNG), false),
                assistant(text("next"), call("2")),
                new ToolResultTurn("2", List.of(new TextPart("y"), PNG), false));
    }

    @Test
    void aFileOfAResultIsALossWhereNoneAreTaken() throws InvalidRequestException {
        ObjectNode body =
                write(talk(assistant(call("1")), new ToolResultTurn("1", List.of(PDF), false)), options(Map.of()));

        assertThat(body.path("messages")).hasSize(2);
        assertThat(body.path("messages").path(1).path("content").textValue()).isEmpty();
        assertThat(losses.list()).containsExactly(new Loss("document", true));
    }

    @Test
    void resultsAreOrderedAndMissingOnesAdded() throws InvalidRequestException {
        assertMessages(
                options(Map.of()),
                "[{role:'assistant',content:null,tool_calls:[{id:'1',type:'function',function:{name:'f',arguments:'{}'}},"
                        + "{id:'2',type:'function',function:{name:'f',arguments:'{}'}}]},"
                        + "{role:'tool',tool_call_id:'1',content:'(no result)'},{role:'tool',tool_call_id:'2',content:'b'},"
                        + "{role:'user',content:'u'},{role:'user',content:'Result of tool call 9:\\n\\nz'}]",
                assistant(call("1")),
                assistant(call("2")),
                user("u"),
                result("2", "b"),
                result("9", "z"));
    }

    @Test
    void toolsAreFunctions() throws InvalidRequestException {
        ToolDefinitions use = new ToolDefinitions(
                List.of(
                        new Tool("f", Optional.of("does"), object("{type:'object'}"), Optional.of(true)),
                        new Tool("g", Optional.empty(), object("{}"), Optional.empty())),
                ToolChoice.named("g"),
                Optional.of(false));

        ObjectNode body = write(using(use), options(Map.of()));

        assertThat(body.path("tools"))
                .isEqualTo(json(
                        "[{type:'function',function:{name:'f',description:'does',parameters:{type:'object'},strict:true}},"
                                + "{type:'function',function:{name:'g',parameters:{}}}]"));
        assertThat(body.path("tool_choice")).isEqualTo(object("{type:'function',function:{name:'g'}}"));
        assertThat(body.path("parallel_tool_calls"))
                .isEqualTo(object("{a:false}").get("a"));
        assertThat(losses.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"AUTO, auto", "REQUIRED, required", "NONE, none", "UNSAID, "})
    void choicesAreWords(ToolChoiceMode mode, String word) throws InvalidRequestException {
        ToolDefinitions use = new ToolDefinitions(List.of(tool("f")), ToolChoice.of(mode), Optional.of(true));

        ObjectNode body = write(using(use), options(Map.of()));

        assertThat(body.path("tool_choice").textValue()).isEqualTo(word);
        assertThat(body.has("parallel_tool_calls")).isFalse();
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void aChoiceOfAToolThatIsNotThereIsALoss() throws InvalidRequestException {
        ObjectNode body = write(
                using(new ToolDefinitions(List.of(tool("f")), ToolChoice.named("web_search"), Optional.empty())),
                options(Map.of()));

        assertThat(body.has("tool_choice")).isFalse();
        assertThat(losses.list()).containsExactly(new Loss("tool_choice", true));
    }

    @ParameterizedTest
    @CsvSource({"AUTO, 0", "NONE, 0", "UNSAID, 0", "REQUIRED, 1"})
    void withoutToolsThereIsNoChoice(ToolChoiceMode mode, int lost) throws InvalidRequestException {
        ObjectNode body = write(
                using(new ToolDefinitions(List.of(), ToolChoice.of(mode), Optional.of(false))), options(Map.of()));

        assertThat(body.has("tools")).isFalse();
        assertThat(body.has("tool_choice")).isFalse();
        assertThat(body.has("parallel_tool_calls")).isFalse();
        assertThat(losses.list()).hasSize(lost);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // mode, effort, budget, what is sent
                "ON, -, 1, low",
                "ON, -, 4095, low",
                "ON, -, 4096, medium",
                "ON, -, 16383, medium",
                "ON, -, 16384, high",
                "ON, -, 9000000000, high",
                "ON, xhigh, 1, xhigh",
                "UNSAID, minimal, -, minimal",
                "ON, -, -, -",
                "UNSAID, -, -, -",
                "OFF, none, -, none",
            })
    void effortIsAsItIsNamedElseByTheBudget(ReasoningMode mode, String effort, Long budget, String sent)
            throws InvalidRequestException {
        ObjectNode body = write(thinking(mode, effort, budget), options(Map.of(), true, "text"));

        assertThat(body.path("reasoning_effort").textValue()).isEqualTo(sent);
        assertThat(losses.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-", "high"})
    void notToThinkIsNoEffort(String effort) throws InvalidRequestException {
        ObjectNode body = write(thinking(ReasoningMode.OFF, effort, null), options(Map.of(), true, "text"));

        assertThat(body.has("reasoning_effort")).isFalse();
        assertThat(losses.list()).containsExactly(new Loss("thinking", false));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "ON, -, 5000, 1",
                "ON, -, -, 1",
                "UNSAID, high, -, 1",
                "OFF, -, -, 0",
                "OFF, none, -, 0",
                "UNSAID, none, -, 0",
                "UNSAID, -, -, 0",
            })
    void whereTheModelCannotThinkTheWishIsAHarmlessLoss(ReasoningMode mode, String effort, Long budget, int lost)
            throws InvalidRequestException {
        ObjectNode body = write(thinking(mode, effort, budget), options(Map.of()));

        assertThat(body.has("reasoning_effort")).isFalse();
        assertThat(losses.list()).isEqualTo(lost == 1 ? List.of(new Loss("thinking", false)) : List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "enable_thinking; ON; {enable_thinking:true}",
                "enable_thinking; OFF; {enable_thinking:false}",
                "enable_thinking; UNSAID; {}",
                "chat_template_kwargs.thinking; ON; {chat_template_kwargs:{thinking:true}}",
                "a.b.c; OFF; {a:{b:{c:false}}}",
                "thinking.type; ON; {thinking:{type:'enabled'}}",
                "thinking.type; OFF; {thinking:{type:'disabled'}}",
            })
    void theSwitchIsSet(String path, ReasoningMode mode, String members) throws InvalidRequestException {
        ObjectNode body = write(thinking(mode, null, null), options(Map.of("thinkingSwitch", path)));

        body.remove(List.of("model", "messages", "stream"));
        assertThat(body).isEqualTo(object(members));
        assertThat(losses.list()).isEmpty();
    }

    @Test
    void theSwitchGoesWithTheEffort() throws InvalidRequestException {
        ObjectNode body = write(
                thinking(ReasoningMode.ON, "high", null),
                options(Map.of("thinkingSwitch", "enable_thinking"), true, "text"));

        assertThat(body.path("reasoning_effort").textValue()).isEqualTo("high");
        assertThat(body.path("enable_thinking").booleanValue()).isTrue();
    }

    @Test
    void formatsAreWritten() throws InvalidRequestException {
        assertThat(write(formatted(new AnyJson()), options(Map.of())).path("response_format"))
                .isEqualTo(object("{type:'json_object'}"));
        assertThat(write(
                                formatted(new JsonSchema("answer", object("{type:'object'}"), Optional.empty())),
                                options(Map.of()))
                        .path("response_format"))
                .isEqualTo(object("{type:'json_schema',json_schema:{name:'answer',schema:{type:'object'}}}"));
        assertThat(write(formatted(new JsonSchema("n", object("{}"), Optional.of(true))), options(Map.of()))
                        .path("response_format"))
                .isEqualTo(object("{type:'json_schema',json_schema:{name:'n',schema:{},strict:true}}"));
    }

    @Test
    void aConversationOfNothingIsRefused() {
        assertThatThrownBy(() -> write(talk(assistant(text(""))), options(Map.of())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("messages: must hold a message with content");
    }

    @Test
    void twoThousandMessagesAreWritten() throws InvalidRequestException {
        List<ConversationTurn> turns = Stream.iterate(0, i -> i + 1)
                .limit(1_000)
                .<ConversationTurn>flatMap(i -> Stream.of(assistant(call("c" + i)), result("c" + i, "r" + i)))
                .toList();

        JsonNode messages = write(talk(turns.toArray(ConversationTurn[]::new)), options(Map.of()))
                .path("messages");

        assertThat(messages).hasSize(2_000);
        assertThat(messages.path(1_999)).isEqualTo(object("{role:'tool',tool_call_id:'c999',content:'r999'}"));
    }

    private void assertMessages(MappingOptions options, String messages, ConversationTurn... turns)
            throws InvalidRequestException {
        assertThat(Json.pretty(write(talk(turns), options).path("messages"))).isEqualTo(Json.pretty(json(messages)));
    }

    /** As a provider would read it. */
    private ObjectNode write(Conversation conversation, MappingOptions options) throws InvalidRequestException {
        return object(Json.write(ChatRequestWriter.write(conversation, options, losses)));
    }

    private static MappingOptions options(Map<String, Object> compat) {
        return options(compat, false, "text");
    }

    private static MappingOptions options(Map<String, Object> compat, boolean reasoning, String... modalities) {
        return MappingOptions.of(
                new ModelMapping(
                        "m", "native", reasoning, reasoning, List.of(modalities), Price.FREE, 128_000, 8_192, compat),
                "m");
    }

    private static Conversation talk(ConversationTurn... turns) {
        return new Conversation(
                List.of(turns), ToolDefinitions.NONE, UNSAID, ReasoningRequest.UNSAID, Optional.empty(), false);
    }

    private static Conversation using(ToolDefinitions tools) {
        return new Conversation(List.of(user("hi")), tools, UNSAID, ReasoningRequest.UNSAID, Optional.empty(), false);
    }

    private static Conversation sampled(Sampling sampling) {
        return new Conversation(
                List.of(user("hi")), ToolDefinitions.NONE, sampling, ReasoningRequest.UNSAID, Optional.empty(), true);
    }

    private static Conversation formatted(OutputFormat format) {
        return new Conversation(
                List.of(user("hi")), ToolDefinitions.NONE, UNSAID, ReasoningRequest.UNSAID, Optional.of(format), false);
    }

    private static Conversation thinking(ReasoningMode mode, @Nullable String effort, @Nullable Long budget) {
        ReasoningRequest reasoning = new ReasoningRequest(
                mode, Optional.ofNullable(effort), budget == null ? OptionalLong.empty() : OptionalLong.of(budget));
        return new Conversation(List.of(user("hi")), ToolDefinitions.NONE, UNSAID, reasoning, Optional.empty(), false);
    }

    private static UserTurn user(String... texts) {
        return new UserTurn(Stream.of(texts).<ContentPart>map(TextPart::new).toList());
    }

    private static AssistantTurn assistant(AssistantPart... parts) {
        return new AssistantTurn(List.of(parts));
    }

    private static AssistantText text(String text) {
        return new AssistantText(text);
    }

    private static ToolCallPart call(String id) {
        return new ToolCallPart(id, "f", "{}");
    }

    private static ToolResultTurn result(String id, String text) {
        return new ToolResultTurn(id, List.of(new TextPart(text)), false);
    }

    private static Tool tool(String name) {
        return new Tool(name, Optional.empty(), Json.object(), Optional.empty());
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    private static JsonNode json(String text) {
        try {
            return Json.readLenient(text);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
