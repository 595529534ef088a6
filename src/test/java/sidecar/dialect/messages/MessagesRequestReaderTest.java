package sidecar.dialect.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.ConversationTurn.SystemTurn;
import sidecar.dialect.request.ConversationTurn.ToolResultTurn;
import sidecar.dialect.request.ConversationTurn.UserTurn;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses.Loss;
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

class MessagesRequestReaderTest {

    private static final String HI = "messages:[{role:'user',content:'hi'}]";

    @Test
    void theSmallestRequestSaysNothingElse() throws InvalidRequestException {
        ReadRequest read = read("{" + HI + "}");

        assertThat(read.conversation().turns()).containsExactly(user("hi"));
        assertThat(read.conversation().tools()).isEqualTo(ToolDefinitions.NONE);
        assertThat(read.conversation().sampling())
                .isEqualTo(new Sampling(
                        OptionalLong.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), List.of()));
        assertThat(read.conversation().reasoning()).isEqualTo(ReasoningRequest.UNSAID);
        assertThat(read.conversation().format()).isEmpty();
        assertThat(read.conversation().stream()).isFalse();
        assertThat(read.losses().list()).isEmpty();
    }

    @Test
    void knobsAreRead() throws InvalidRequestException {
        ReadRequest read = read("{model:'claude-x',max_tokens:1024,temperature:0.70,top_p:0.9,top_k:40,"
                + "stop_sequences:['A','B'],stream:true," + HI + "}");

        assertThat(read.conversation().sampling())
                .isEqualTo(new Sampling(
                        OptionalLong.of(1024),
                        Optional.of(new BigDecimal("0.70")),
                        Optional.of(new BigDecimal("0.9")),
                        OptionalLong.of(40),
                        List.of("A", "B")));
        assertThat(read.conversation().stream()).isTrue();
        assertThat(read.losses().list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'be brief'; be brief",
                "[{type:'text',text:'be brief'}]; be brief",
                "[{type:'text',text:'a'},{type:'text',text:''},{type:'text',text:'b',cache_control:{type:'ephemeral'}}]; a||b",
                "[{type:'text',text:'x-anthropic-billing-header: cc_version=2.1'},{type:'text',text:'b'}]; b",
                "'x-anthropic-billing-header is a word'; x-anthropic-billing-header is a word",
            },
            quoteCharacter = '`')
    void systemIsOneText(String system, String text) throws InvalidRequestException {
        assertThat(turns("{system:" + system + "," + HI + "}"))
                .containsExactly(new SystemTurn(text.replace("||", "\n\n")), user("hi"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "''",
                "[]",
                "null",
                "[{type:'text',text:''}]",
                "[{type:'text',text:'x-anthropic-billing-header: 1'}]"
            })
    void aSystemThatSaysNothingIsNoTurn(String system) throws InvalidRequestException {
        assertThat(turns("{system:" + system + "," + HI + "}")).containsExactly(user("hi"));
    }

    @Test
    void systemMessagesStayInPlace() throws InvalidRequestException {
        assertThat(
                        turns(
                                "{system:'a',messages:[{role:'user',content:'hi'},{role:'system',content:"
                                        + "[{type:'text',text:'b'},{type:'text',text:'c'}]},{role:'user',content:'go'},{role:'system',content:'d'}]}"))
                .containsExactly(
                        new SystemTurn("a"), user("hi"), new SystemTurn("b\n\nc"), user("go"), new SystemTurn("d"));
    }

    @Test
    void picturesAndDocumentsAreRead() throws InvalidRequestException {
        ReadRequest read = read("{messages:[{role:'user',content:["
                + "{type:'image',source:{type:'base64',media_type:'image/png',data:'AAAA'}},"
                + "{type:'image',source:{type:'url',url:'https://x/y.png'},cache_control:{type:'ephemeral'}},"
                + "{type:'image',source:{type:'file',file_id:'file_1'}},"
                + "{type:'document',source:{type:'base64',media_type:'application/pdf',data:'JVBE'},title:'report.pdf'},"
                + "{type:'document',source:{type:'url',url:'https://x/y.pdf'}},"
                + "{type:'document',source:{type:'file',file_id:'file_2'}},"
                + "{type:'document',source:{type:'text',media_type:'text/plain',data:'plain'}}]}]}");

        assertThat(read.conversation().turns())
                .containsExactly(user(
                        new ImagePart(new InlineMedia("image/png", "AAAA"), Optional.empty()),
                        new ImagePart(new RemoteMedia("https://x/y.png"), Optional.empty()),
                        new ImagePart(new UploadedMedia("file_1"), Optional.empty()),
                        new FilePart(new InlineMedia("application/pdf", "JVBE"), Optional.of("report.pdf")),
                        new FilePart(new RemoteMedia("https://x/y.pdf"), Optional.empty()),
                        new FilePart(new UploadedMedia("file_2"), Optional.empty()),
                        new TextPart("plain")));
        assertThat(read.losses().list()).isEmpty();
    }

    @Test
    void titleAndContextOfADocumentAreSaidBeforeIt() throws InvalidRequestException {
        assertThat(turns("{messages:[{role:'user',content:[{type:'document',title:'Minutes',context:'of May',"
                        + "source:{type:'content',content:[{type:'text',text:'one'},{type:'text',text:'two'}]}},"
                        + "{type:'document',source:{type:'content',content:'three'}},"
                        + "{type:'document',title:'b.pdf',context:'secret',source:{type:'url',url:'u'}}]}]}"))
                .containsExactly(user(
                        new TextPart("Minutes"),
                        new TextPart("of May"),
                        new TextPart("one"),
                        new TextPart("two"),
                        new TextPart("three"),
                        new TextPart("secret"),
                        new FilePart(new RemoteMedia("u"), Optional.of("b.pdf"))));
    }

    @Test
    void aSearchResultIsTextWithItsSource() throws InvalidRequestException {
        assertThat(turns("{messages:[{role:'user',content:[{type:'search_result',title:'T',source:'https://s',"
                        + "content:[{type:'text',text:'found'}]}]}]}"))
                .containsExactly(user("T\nhttps://s", "found"));
    }

    @Test
    void toolResultsComeBeforeTheUsersOtherWords() throws InvalidRequestException {
        assertThat(turns("{messages:[{role:'user',content:[{type:'text',text:'so?'},"
                        + "{type:'tool_result',tool_use_id:'t1',content:'ok',cache_control:{type:'ephemeral'}},"
                        + "{type:'tool_result',tool_use_id:'t2',is_error:true,content:[{type:'text',text:'no'},"
                        + "{type:'image',source:{type:'base64',media_type:'image/png',data:'A'}}]},"
                        + "{type:'tool_result',tool_use_id:'t3'}]}]}"))
                .containsExactly(
                        new ToolResultTurn("t1", List.of(new TextPart("ok")), false),
                        new ToolResultTurn(
                                "t2",
                                List.of(
                                        new TextPart("no"),
                                        new ImagePart(new InlineMedia("image/png", "A"), Optional.empty())),
                                true),
                        new ToolResultTurn("t3", List.of(), false),
                        user("so?"));
    }

    @Test
    void whatElseAToolSaysIsItsJson() throws InvalidRequestException {
        ReadRequest read = read("{messages:[{role:'user',content:[{type:'tool_result',tool_use_id:'t',"
                + "content:[{type:'tool_reference',tool_name:'Read'}]}]}]}");

        assertThat(read.conversation().turns())
                .containsExactly(new ToolResultTurn(
                        "t", List.of(new TextPart("{\"type\":\"tool_reference\",\"tool_name\":\"Read\"}")), false));
        assertThat(read.losses().list()).isEmpty();
    }

    @Test
    void theModelsTurnsAreRead() throws InvalidRequestException {
        ReadRequest read = read("{messages:[{role:'assistant',content:["
                + "{type:'thinking',thinking:'hm',signature:'sig'},{type:'redacted_thinking',data:'x'},"
                + "{type:'text',text:'reading',citations:null},"
                + "{type:'tool_use',id:'t1',name:'Read',input:{path:'/a',deep:[1,{b:null}]},caller:{type:'direct'},"
                + "cache_control:{type:'ephemeral'}},{type:'tool_use',id:'t2',name:'Now',input:{}},"
                + "{type:'tool_use',id:'t3',name:'Now'}]},{role:'assistant',content:'so'}]}");

        assertThat(read.conversation().turns())
                .containsExactly(
                        assistant(
                                new ReasoningPart("hm"),
                                new AssistantText("reading"),
                                new ToolCallPart("t1", "Read", "{\"path\":\"/a\",\"deep\":[1,{\"b\":null}]}"),
                                new ToolCallPart("t2", "Now", "{}"),
                                new ToolCallPart("t3", "Now", "{}")),
                        assistant(new AssistantText("so")));
        assertThat(read.losses().list()).isEmpty();
    }

    @Test
    void idsThatWereMadeForThisDialectAreTurnedBack() throws InvalidRequestException {
        assertThat(turns("{messages:[{role:'assistant',content:[{type:'tool_use',id:'toolu_xZnVuY3Rpb25zLlJlYWQ6MA',"
                        + "name:'Read',input:{}}]},{role:'user',content:[{type:'tool_result',"
                        + "tool_use_id:'toolu_xZnVuY3Rpb25zLlJlYWQ6MA',content:''}]}]}"))
                .containsExactly(
                        assistant(new ToolCallPart("functions.Read:0", "Read", "{}")),
                        new ToolResultTurn("functions.Read:0", List.of(new TextPart("")), false));
    }

    @Test
    void idsOfFiveHundredCharactersPass() throws InvalidRequestException {
        String id = "c".repeat(500);

        assertThat(turns("{messages:[{role:'user',content:[{type:'tool_result',tool_use_id:'" + id + "'}]}]}"))
                .containsExactly(new ToolResultTurn(id, List.of(), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "[]", "[{type:'text',text:''}]", "[{type:'container_upload',file_id:'f'}]"})
    void aUserWhoSaysNothingStillHasATurn(String content) throws InvalidRequestException {
        assertThat(turns("{messages:[{role:'user',content:" + content + "}]}")).containsExactly(user(""));
    }

    @Test
    void toolsAreRead() throws InvalidRequestException {
        ReadRequest read = read("{tools:[{name:'Read',description:'reads',input_schema:{type:'object'},"
                + "cache_control:{type:'ephemeral'},eager_input_streaming:true},"
                + "{type:'custom',name:'Now',input_schema:{},strict:true}]," + HI + "}");

        assertThat(read.conversation().tools().tools())
                .containsExactly(
                        new Tool("Read", Optional.of("reads"), json("{type:'object'}"), Optional.empty()),
                        new Tool("Now", Optional.empty(), json("{}"), Optional.of(true)));
        assertThat(read.losses().list()).isEmpty();
    }

    @Test
    void aSchemaIsSharedNotCopied() throws InvalidRequestException {
        ObjectNode body = json("{tools:[{name:'Read',input_schema:{type:'object'}}]," + HI + "}");

        ReadRequest read = MessagesRequestReader.read(body);

        assertThat(read.conversation().tools().tools().get(0).parameters())
                .isSameAs(body.path("tools").path(0).path("input_schema"));
    }

    @Test
    void theRequestIsNotChanged() throws InvalidRequestException {
        ObjectNode body = json("{system:'s',tools:[{name:'Read',input_schema:{}}],messages:[{role:'user',content:'hi'},"
                + "{role:'assistant',content:[{type:'tool_use',id:'a',name:'Read',input:{}}]}]}");
        ObjectNode before = body.deepCopy();

        MessagesRequestReader.read(body);

        assertThat(body).isEqualTo(before);
    }

    @Test
    void longToolNamesAreTheSameShortOnesInToolsChoiceAndHistory() throws InvalidRequestException {
        String name = "mcp__" + "server_".repeat(12) + "search";
        ReadRequest read = read("{tools:[{name:'" + name + "',input_schema:{}}],tool_choice:{type:'tool',name:'" + name
                + "'},messages:[{role:'assistant',content:[{type:'tool_use',id:'a',name:'" + name + "',input:{}}]}]}");

        String provider = read.conversation().tools().tools().get(0).name();
        assertThat(provider).hasSize(64).startsWith("mcp__server_");
        assertThat(read.conversation().tools().choice()).isEqualTo(ToolChoice.named(provider));
        assertThat(read.conversation().turns()).containsExactly(assistant(new ToolCallPart("a", provider, "{}")));
        assertThat(read.names().clientTool(provider)).isEqualTo(ClientTool.function(name));
    }

    @Test
    void aDeclaredToolKeepsItsNameWhereOneOfTheHistoryClashes() throws InvalidRequestException {
        ReadRequest read = read("{tools:[{name:'a_b',input_schema:{}}],messages:[{role:'assistant',content:["
                + "{type:'tool_use',id:'1',name:'a.b',input:{}},{type:'tool_use',id:'2',name:'a_b',input:{}}]}]}");

        assertThat(read.conversation().tools().tools()).extracting(Tool::name).containsExactly("a_b");
        List<AssistantPart> calls = ((AssistantTurn) read.conversation().turns().get(0)).parts();
        assertThat(((ToolCallPart) calls.get(0)).name()).startsWith("a_b_");
        assertThat(((ToolCallPart) calls.get(1)).name()).isEqualTo("a_b");
    }

    @Test
    void twoHundredToolsAreRead() throws InvalidRequestException {
        ArrayNode tools = Json.array();
        for (int i = 0; i < 200; i++) {
            tools.addObject().put("name", "x".repeat(70) + i).set("input_schema", Json.object());
        }
        ObjectNode body = json("{" + HI + "}");
        body.set("tools", tools);

        ReadRequest read = MessagesRequestReader.read(body);

        assertThat(read.conversation().tools().tools())
                .extracting(Tool::name)
                .hasSize(200)
                .doesNotHaveDuplicates();
        assertThat(read.losses().list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"auto, AUTO", "any, REQUIRED", "none, NONE"})
    void choicesAreRead(String type, ToolChoiceMode mode) throws InvalidRequestException {
        assertThat(read("{tool_choice:{type:'" + type + "'}," + HI + "}")
                        .conversation()
                        .tools()
                        .choice())
                .isEqualTo(ToolChoice.of(mode));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void parallelCallsAreForbiddenOrNot(boolean disabled, boolean parallel) throws InvalidRequestException {
        assertThat(read("{tool_choice:{type:'auto',disable_parallel_tool_use:" + disabled + "}," + HI + "}")
                        .conversation()
                        .tools()
                        .parallel())
                .contains(parallel);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "thinking:{type:'enabled',budget_tokens:10000}; ON; ; 10000",
                "thinking:{type:'adaptive',display:'summarized'}; ON; ;",
                "thinking:{type:'disabled'}; OFF; ;",
                "output_config:{effort:'xhigh'}; UNSAID; xhigh;",
                "thinking:{type:'adaptive'},output_config:{effort:'low'}; ON; low;",
                "thinking:null,output_config:{}; UNSAID; ;",
            },
            quoteCharacter = '`')
    void thinkingIsRead(String members, ReasoningMode mode, String effort, Long budget) throws InvalidRequestException {
        ReadRequest read = read("{" + members + "," + HI + "}");

        assertThat(read.conversation().reasoning())
                .isEqualTo(new ReasoningRequest(
                        mode,
                        Optional.ofNullable(effort),
                        budget == null ? OptionalLong.empty() : OptionalLong.of(budget)));
        assertThat(read.losses().list()).isEmpty();
    }

    @Test
    void aSchemaOfTheAnswerIsRead() throws InvalidRequestException {
        assertThat(read("{output_config:{format:{type:'json_schema',schema:{type:'object'}}}," + HI + "}")
                        .conversation()
                        .format())
                .contains(new JsonSchema("answer", json("{type:'object'}"), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "metadata:{user_id:'u'}; ",
                "service_tier:'auto'; ",
                "cache_control:{type:'ephemeral'}; ",
                "context_management:{edits:[{type:'clear_thinking_20251015'}]}; context_management",
                "context_management:{}; ",
                "mcp_servers:[]; ",
                "speed:'fast'; speed",
                "container:'c_1'; container!",
                "mcp_servers:[{type:'url'}]; mcp_servers!",
                "frequency_penalty:1; frequency_penalty!",
                "output_config:{task_budget:{total:1}}; output_config.task_budget!",
                "output_config:{format:{type:'yaml'}}; output_config.format!",
                "thinking:{type:'interleaved'}; thinking",
                "thinking:{type:'adaptive',depth:3}; thinking.depth!",
                "tool_choice:{type:'sometimes'}; tool_choice!",
                "tools:[{type:'web_search_20250305',name:'web_search',max_uses:5}]; web_search_20250305!",
                "tools:[{type:'computer_20250124',name:'computer'},{type:'bash_20250124',name:'bash'}]; computer_20250124! bash_20250124!",
                "tools:[{type:'text_editor_20250728',name:'e'},{type:'code_execution_20250825',name:'c'}]; text_editor_20250728! code_execution_20250825!",
                "tools:[{type:'mcp_toolset',mcp_server_name:'s'}]; mcp_toolset!",
                "tools:[{name:'a',input_schema:{},defer_loading:true}]; tools.defer_loading",
                "tools:[{name:'a',input_schema:{},defer_loading:false}]; ",
                "tools:[{name:'a',input_schema:{},input_examples:[{}]}]; tools.input_examples!",
            },
            quoteCharacter = '`')
    void lossesOfTheRequestAreNamed(String members, String losses) throws InvalidRequestException {
        assertThat(losses("{" + members + "," + HI + "}")).isEqualTo(words(losses));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "user; {type:'container_upload',file_id:'f'}; container_upload!",
                "user; {type:'tool_use',id:'a',name:'n',input:{}}; tool_use!",
                "user; {type:'text',text:'a',mood:'blue'}; messages.content.mood!",
                "user; {type:'image',source:{type:'s3',uri:'u'}}; image!",
                "user; {type:'document',source:{type:'s3',uri:'u'}}; document!",
                "user; {type:'document',source:{type:'text',data:'d'},citations:{enabled:true}}; messages.content.citations!",
                "user; {type:'document',source:{type:'text',data:'d'},citations:{enabled:false}}; ",
                "user; {type:'document',source:{type:'content',content:[{type:'video'}]}}; video!",
                "user; {type:'tool_result',tool_use_id:'t',took:5}; messages.content.took!",
                "assistant; {type:'server_tool_use',id:'s',name:'web_search',input:{}}; server_tool_use!",
                "assistant; {type:'web_search_tool_result',tool_use_id:'s',content:[]}; web_search_tool_result!",
                "assistant; {type:'compaction',content:'c'}; compaction!",
                "assistant; {type:'redacted_thinking',data:'d'}; ",
                "assistant; {type:'text',text:'a',citations:[{type:'char_location'}]}; messages.content.citations",
                "assistant; {type:'text',text:'a',citations:[]}; ",
                "assistant; {type:'tool_result',tool_use_id:'t'}; tool_result!",
                "system; {type:'image',source:{type:'url',url:'u'}}; image!",
            },
            quoteCharacter = '`')
    void lossesOfBlocksAreNamed(String role, String block, String losses) throws InvalidRequestException {
        assertThat(losses("{messages:[{role:'" + role + "',content:[" + block + "]}]}"))
                .isEqualTo(words(losses));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; messages: must be an array with at least one message",
                "{messages:null}; messages: must be an array with at least one message",
                "{messages:[]}; messages: must be an array with at least one message",
                "{messages:'hi'}; messages: must be an array with at least one message",
                "{messages:['hi']}; messages[0]: must be an object",
                "{messages:[{content:'hi'}]}; messages[0].role: must be a string",
                "{messages:[{role:7,content:'hi'}]}; messages[0].role: must be a string",
                "{messages:[{role:'tool',content:'hi'}]}; messages[0].role: must be user, assistant or system",
                "{messages:[{role:'user'}]}; messages[0].content: must be a string or an array of content blocks",
                "{messages:[{role:'user',content:null}]}; messages[0].content: must be a string or an array of content blocks",
                "{messages:[{role:'user',content:{}}]}; messages[0].content: must be a string or an array of content blocks",
                "{messages:[{role:'assistant',content:5}]}; messages[0].content: must be a string or an array of content blocks",
                "{messages:[{role:'system',content:true}]}; messages[0].content: must be a string or an array of content blocks",
                "{messages:[{role:'user',content:['hi']}]}; messages[0].content[0]: must be an object",
                "{messages:[{role:'user',content:[{}]}]}; messages[0].content[0].type: must be a string",
                "{messages:[{role:'user',content:[{type:'text'}]}]}; messages[0].content[0].text: must be a string",
                "{messages:[{role:'user',content:[{type:'text',text:{}}]}]}; messages[0].content[0].text: must be a string",
                "{messages:[{role:'user',content:[{type:'image'}]}]}; messages[0].content[0].source: must be an object",
                "{messages:[{role:'user',content:[{type:'image',source:'u'}]}]}; messages[0].content[0].source: must be an object",
                "{messages:[{role:'user',content:[{type:'image',source:{}}]}]}; messages[0].content[0].source.type: must be a string",
                "{messages:[{role:'user',content:[{type:'image',source:{type:'base64',media_type:'image/png'}}]}]}; messages[0].content[0].source.data: must be a string",
                "{messages:[{role:'user',content:[{type:'image',source:{type:'base64',data:'A'}}]}]}; messages[0].content[0].source.media_type: must be a string",
                "{messages:[{role:'user',content:[{type:'document',source:{type:'url',url:5}}]}]}; messages[0].content[0].source.url: must be a string",
                "{messages:[{role:'user',content:[{type:'document',title:5,source:{type:'url',url:'u'}}]}]}; messages[0].content[0].title: must be a string",
                "{messages:[{role:'user',content:[{type:'document',source:{type:'content'}}]}]}; messages[0].content[0].source.content: must be a string or an array of content blocks",
                "{messages:[{role:'user',content:[{type:'document',citations:{enabled:1},source:{type:'url',url:'u'}}]}]}; messages[0].content[0].citations.enabled: must be true or false",
                "{messages:[{role:'user',content:[{type:'text',text:'a'},{type:'tool_result'}]}]}; messages[0].content[1].tool_use_id: must be a string",
                "{messages:[{role:'user',content:[{type:'tool_result',tool_use_id:1}]}]}; messages[0].content[0].tool_use_id: must be a string",
                "{messages:[{role:'user',content:[{type:'tool_result',tool_use_id:'t',content:{a:1}}]}]}; messages[0].content[0].content: must be a string or an array of content blocks",
                "{messages:[{role:'user',content:[{type:'tool_result',tool_use_id:'t',content:[1]}]}]}; messages[0].content[0].content[0]: must be an object",
                "{messages:[{role:'user',content:[{type:'tool_result',tool_use_id:'t',is_error:'yes'}]}]}; messages[0].content[0].is_error: must be true or false",
                "{messages:[{role:'assistant',content:[{type:'thinking'}]}]}; messages[0].content[0].thinking: must be a string",
                "{messages:[{role:'assistant',content:[{type:'tool_use',name:'n',input:{}}]}]}; messages[0].content[0].id: must be a string",
                "{messages:[{role:'assistant',content:[{type:'tool_use',id:'a',input:{}}]}]}; messages[0].content[0].name: must be a string",
                "{messages:[{role:'assistant',content:[{type:'tool_use',id:'a',name:'n',input:'{}'}]}]}; messages[0].content[0].input: must be an object",
            },
            quoteCharacter = '`')
    void aMessageThatMeansNothingIsRefused(String body, String message) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "system:5; system: must be a string or an array of content blocks",
                "system:['a']; system[0]: must be an object",
                "system:[{text:'a'}]; system[0].type: must be a string",
                "system:[{type:'text'}]; system[0].text: must be a string",
                "max_tokens:'many'; max_tokens: must be an integer from 1",
                "max_tokens:0; max_tokens: must be an integer from 1",
                "temperature:'hot'; temperature: must be a number",
                "top_p:[]; top_p: must be a number",
                "top_k:1.5; top_k: must be an integer from 0",
                "stop_sequences:{}; stop_sequences: must be a string or an array of strings",
                "stop_sequences:['a',1]; stop_sequences[1]: must be a string",
                "stream:'true'; stream: must be true or false",
                "thinking:true; thinking: must be an object",
                "thinking:{}; thinking.type: must be a string",
                "thinking:{type:'enabled',budget_tokens:'big'}; thinking.budget_tokens: must be an integer from 1",
                "output_config:[]; output_config: must be an object",
                "output_config:{effort:3}; output_config.effort: must be a string",
                "output_config:{format:'json'}; output_config.format: must be an object",
                "output_config:{format:{type:'json_schema'}}; output_config.format.schema: must be an object",
                "tools:{}; tools: must be an array",
                "tools:['Read']; tools[0]: must be an object",
                "tools:[{type:1}]; tools[0].type: must be a string",
                "tools:[{input_schema:{}}]; tools[0].name: must be a string",
                "tools:[{name:'a'}]; tools[0].input_schema: must be an object",
                "tools:[{name:'a',input_schema:[]}]; tools[0].input_schema: must be an object",
                "tools:[{name:'a',input_schema:{},description:1}]; tools[0].description: must be a string",
                "tools:[{name:'a',input_schema:{},strict:1}]; tools[0].strict: must be true or false",
                "tools:[{name:'a',input_schema:{}},{name:'a',input_schema:{}}]; tools[1].name: must be another one than that of every other tool",
                "tool_choice:'auto'; tool_choice: must be an object",
                "tool_choice:{}; tool_choice.type: must be a string",
                "tool_choice:{type:'tool'}; tool_choice.name: must be a string",
                "tool_choice:{type:'auto',disable_parallel_tool_use:1}; tool_choice.disable_parallel_tool_use: must be true or false",
            },
            quoteCharacter = '`')
    void aMemberOfTheWrongTypeIsRefused(String members, String message) {
        assertThatThrownBy(() -> read("{" + members + "," + HI + "}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }

    @Test
    void deepArgumentsPass() throws InvalidRequestException {
        String deep = "{a:".repeat(55) + "1" + "}".repeat(55);

        List<ConversationTurn> turns =
                turns("{messages:[{role:'assistant',content:[{type:'tool_use',id:'t',name:'n',input:" + deep + "}]}]}");

        assertThat(turns)
                .containsExactly(assistant(new ToolCallPart("t", "n", "{\"a\":".repeat(55) + "1" + "}".repeat(55))));
    }

    private static ReadRequest read(String body) throws InvalidRequestException {
        return MessagesRequestReader.read(json(body));
    }

    private static List<ConversationTurn> turns(String body) throws InvalidRequestException {
        return read(body).conversation().turns();
    }

    /** Their names, those that change the answer with an exclamation mark. */
    private static List<String> losses(String body) throws InvalidRequestException {
        return read(body).losses().list().stream()
                .map(MessagesRequestReaderTest::word)
                .toList();
    }

    private static String word(Loss loss) {
        return loss.name() + (loss.changesAnswer() ? "!" : "");
    }

    private static List<String> words(String words) {
        return words == null ? List.of() : List.of(words.split(" "));
    }

    private static UserTurn user(String... texts) {
        return user(Stream.of(texts).map(TextPart::new).toArray(ContentPart[]::new));
    }

    private static UserTurn user(ContentPart... parts) {
        return new UserTurn(List.of(parts));
    }

    private static AssistantTurn assistant(AssistantPart... parts) {
        return new AssistantTurn(List.of(parts));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.readLenient(text);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
