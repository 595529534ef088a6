package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.dialect.chat.ChatRequestWriter;
import sidecar.dialect.messages.MessagesRequestReader;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses.Loss;
import sidecar.dialect.request.ReadRequest;
import sidecar.dialect.request.ToolCallIds;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.provider.ModelMapping;
import sidecar.provider.Price;

/** A request of Messages as a provider of chat completions gets it: the table of the contract, row by row, and what went wrong elsewhere. */
class MessagesToChatRequestTest {

    private static final String HI = "messages:[{role:'user',content:'hi'}]";

    private static final String CALL =
            "{role:'assistant',content:[{type:'tool_use',id:'t1',name:'Read',input:{path:'/a'}}]}";

    private static final String CHAT_CALL =
            "{role:'assistant',content:null,tool_calls:[{id:'t1',type:'function',function:{name:'Read',arguments:'{\"path\":\"/a\"}'}}]}";

    /** What was sent, and what was lost on the way: those that change the answer with an exclamation mark. */
    private record Sent(ObjectNode body, List<String> losses) {

        JsonNode member(String name) {
            return body.path(name);
        }

        JsonNode message(int index) {
            return body.path("messages").path(index);
        }
    }

    // The rows of the table

    @Test
    void systemIsTheFirstMessageWithoutTheBillingHeader() {
        Sent sent = send("{system:[{type:'text',text:'x-anthropic-billing-header: cc_version=2.1.0; cch=abc;'},"
                + "{type:'text',text:'You are Claude Code.',cache_control:{type:'ephemeral'}},"
                + "{type:'text',text:'Be brief.',cache_control:{type:'ephemeral',ttl:'1h'}}]," + HI + "}");

        assertMessages(
                sent, "[{role:'system',content:'You are Claude Code.\\n\\nBe brief.'},{role:'user',content:'hi'}]");
        assertThat(sent.losses()).isEmpty();
    }

    @Test
    void systemMayBeAString() {
        assertMessages(
                send("{system:'Be brief.'," + HI + "}"),
                "[{role:'system',content:'Be brief.'},{role:'user',content:'hi'}]");
    }

    @Test
    void aUserOfOnlyTextIsOneString() {
        assertMessages(
                send(
                        "{messages:[{role:'user',content:[{type:'text',text:'a'},{type:'text',text:'b',cache_control:{type:'ephemeral'}}]}]}"),
                "[{role:'user',content:'a\\n\\nb'}]");
    }

    @Test
    void picturesArePartsAsDataUriOrAsTheirUrl() {
        Sent sent = send("{messages:[{role:'user',content:[{type:'text',text:'compare'},"
                + "{type:'image',source:{type:'base64',media_type:'image/webp',data:'UklG'}},"
                + "{type:'image',source:{type:'url',url:'https://x/y.png?a=1&b=2'}}]}]}");

        assertMessages(
                sent,
                "[{role:'user',content:[{type:'text',text:'compare'},"
                        + "{type:'image_url',image_url:{url:'data:image/webp;base64,UklG'}},"
                        + "{type:'image_url',image_url:{url:'https://x/y.png?a=1&b=2'}}]}]");
        assertThat(sent.losses()).isEmpty();
    }

    @Test
    void aDocumentOfTextIsText() {
        assertMessages(
                send(
                        "{messages:[{role:'user',content:[{type:'document',source:{type:'text',media_type:'text/plain',data:'minutes'}},"
                                + "{type:'text',text:'sum up'}]}]}"),
                "[{role:'user',content:'minutes\\n\\nsum up'}]");
    }

    @Test
    void aPdfIsAFileWhereTheMappingTakesPdf() {
        String body = "{messages:[{role:'user',content:[{type:'document',title:'r.pdf',"
                + "source:{type:'base64',media_type:'application/pdf',data:'JVBE'}},{type:'text',text:'sum up'}]}]}";

        Sent taken = send(body, options(Map.of(), false, "text", "pdf"));
        assertMessages(
                taken,
                "[{role:'user',content:[{type:'file',file:{filename:'r.pdf',file_data:'data:application/pdf;base64,JVBE'}},"
                        + "{type:'text',text:'sum up'}]}]");
        assertThat(taken.losses()).isEmpty();

        Sent lost = send(body);
        assertMessages(lost, "[{role:'user',content:'sum up'}]");
        assertThat(lost.losses()).containsExactly("document!");
    }

    @Test
    void aToolResultIsAToolMessageBeforeTheUsersOtherText() {
        assertMessages(
                send(
                        "{messages:[" + CALL + ",{role:'user',content:[{type:'text',text:'and?'},"
                                + "{type:'tool_result',tool_use_id:'t1',content:[{type:'text',text:'a'},{type:'text',text:'b'}]}]}]}"),
                "[" + CHAT_CALL + ",{role:'tool',tool_call_id:'t1',content:'a\\n\\nb'},{role:'user',content:'and?'}]");
    }

    @Test
    void whatElseAToolSaysIsJson() {
        assertThat(send("{messages:[" + CALL + ",{role:'user',content:[{type:'tool_result',tool_use_id:'t1',"
                                + "content:[{type:'text',text:'a'},{type:'chart',points:[1,2]}]}]}]}")
                        .message(1)
                        .path("content")
                        .textValue())
                .isEqualTo("a\n\n{\"type\":\"chart\",\"points\":[1,2]}");
    }

    @ParameterizedTest
    @CsvSource({"no such file, Error: no such file", "Error: no such file, Error: no such file"})
    void anErrorOfAToolSaysSoOnce(String said, String content) {
        assertThat(send("{messages:[" + CALL
                                + ",{role:'user',content:[{type:'tool_result',tool_use_id:'t1',is_error:true,"
                                + "content:'" + said + "'}]}]}")
                        .message(1)
                        .path("content")
                        .textValue())
                .isEqualTo(content);
    }

    @Test
    void whatTheModelSaidIsAStringAndItsCallsAreJsonText() {
        assertMessages(
                send("{messages:[{role:'user',content:'go'},{role:'assistant',content:[{type:'text',text:'reading'},"
                        + "{type:'tool_use',id:'t1',name:'Read',input:{path:'/a'}}]},"
                        + "{role:'user',content:[{type:'tool_result',tool_use_id:'t1',content:'x'}]},"
                        + "{role:'assistant',content:[{type:'text',text:'done'}]}]}"),
                "[{role:'user',content:'go'},{role:'assistant',content:'reading',tool_calls:[{id:'t1',type:'function',"
                        + "function:{name:'Read',arguments:'{\"path\":\"/a\"}'}}]},"
                        + "{role:'tool',tool_call_id:'t1',content:'x'},{role:'assistant',content:'done'}]");
    }

    @Test
    void thinkingOfTheHistoryIsDroppedSilently() {
        Sent sent = send("{messages:[{role:'assistant',content:[{type:'thinking',thinking:'hm',signature:'s'},"
                + "{type:'redacted_thinking',data:'d'},{type:'text',text:'a'}]},{role:'user',content:'u'}]}");

        assertMessages(sent, "[{role:'assistant',content:'a'},{role:'user',content:'u'}]");
        assertThat(sent.losses()).isEmpty();
    }

    @Test
    void thinkingOfTheHistoryIsCarriedWhereItMustBe() {
        assertMessages(
                send(
                        "{messages:[{role:'assistant',content:[{type:'thinking',thinking:'hm',signature:'sidecar'},"
                                + "{type:'redacted_thinking',data:'d'},{type:'text',text:'a'}]},{role:'user',content:'u'}]}",
                        options(Map.of("carryReasoning", true))),
                "[{role:'assistant',content:'a',reasoning_content:'hm'},{role:'user',content:'u'}]");
    }

    @Test
    void aCallWithoutAResultGetsOneAndAResultWithoutACallIsUserText() {
        assertMessages(
                send("{messages:[" + CALL + ",{role:'user',content:[{type:'tool_result',tool_use_id:'t9',content:'x'},"
                        + "{type:'text',text:'go on'}]}]}"),
                "[" + CHAT_CALL + ",{role:'tool',tool_call_id:'t1',content:'(no result)'},"
                        + "{role:'user',content:'Result of tool call t9:\\n\\nx'},{role:'user',content:'go on'}]");
    }

    @Test
    void aSystemMessageStaysInItsPlace() {
        String body = "{system:'s',messages:[{role:'user',content:'a'},{role:'system',content:'mind the time'},"
                + "{role:'assistant',content:'b'},{role:'user',content:'c'}]}";

        assertMessages(
                send(body),
                "[{role:'system',content:'s'},{role:'user',content:'a'},{role:'system',content:'mind the time'},"
                        + "{role:'assistant',content:'b'},{role:'user',content:'c'}]");
        assertMessages(
                send(body, options(Map.of("systemOnlyFirst", true))),
                "[{role:'system',content:'s'},{role:'user',content:'a'},{role:'assistant',content:'b'},"
                        + "{role:'user',content:'mind the time\\n\\nc'}]");
    }

    @Test
    void toolsAreFunctionsAndServerToolsAreLosses() {
        Sent sent = send("{tools:[{name:'Read',description:'reads a file',input_schema:{type:'object',"
                + "properties:{path:{type:'string'}},required:['path']},cache_control:{type:'ephemeral'}},"
                + "{type:'web_search_20250305',name:'web_search',max_uses:5}]," + HI + "}");

        assertThat(sent.member("tools"))
                .isEqualTo(json("[{type:'function',function:{name:'Read',description:'reads a file',"
                        + "parameters:{type:'object',properties:{path:{type:'string'}},required:['path']}}}]"));
        assertThat(sent.losses()).containsExactly("web_search_20250305!");
    }

    @Test
    void longToolNamesAreShortenedEverywhereAlikeAndTurnedBack() {
        String name = "mcp__" + "a_server_with_a_long_name_".repeat(3) + "__search";
        ReadRequest read = read("{tools:[{name:'" + name + "',input_schema:{}}],tool_choice:{type:'tool',name:'" + name
                + "'},messages:[{role:'assistant',content:[{type:'tool_use',id:'t1',name:'" + name + "',input:{}}]}]}");
        Sent sent = send(read, options(Map.of()));

        String provider =
                sent.member("tools").path(0).path("function").path("name").textValue();
        assertThat(provider).hasSize(64);
        assertThat(sent.member("tool_choice").path("function").path("name").textValue())
                .isEqualTo(provider);
        assertThat(sent.message(0)
                        .path("tool_calls")
                        .path(0)
                        .path("function")
                        .path("name")
                        .textValue())
                .isEqualTo(provider);
        assertThat(read.names().clientTool(provider).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{type:'auto'}; {tool_choice:'auto'}",
                "{type:'any'}; {tool_choice:'required'}",
                "{type:'none'}; {tool_choice:'none'}",
                "{type:'tool',name:'Read'}; {tool_choice:{type:'function',function:{name:'Read'}}}",
                "{type:'auto',disable_parallel_tool_use:true}; {tool_choice:'auto',parallel_tool_calls:false}",
                "{type:'auto',disable_parallel_tool_use:false}; {tool_choice:'auto'}",
            })
    void theChoiceOfToolsIsSaid(String choice, String members) {
        Sent sent = send("{tools:[{name:'Read',input_schema:{}}],tool_choice:" + choice + "," + HI + "}");

        assertThat(withoutFixedMembers(sent)).isEqualTo(json(members));
        assertThat(sent.losses()).isEmpty();
    }

    @Test
    void aChoiceOfALostToolIsALossToo() {
        Sent sent = send("{tools:[{type:'web_search_20250305',name:'web_search'}],"
                + "tool_choice:{type:'tool',name:'web_search'}," + HI + "}");

        assertThat(withoutFixedMembers(sent)).isEqualTo(json("{}"));
        assertThat(sent.losses()).containsExactly("web_search_20250305!", "tool_choice!");
    }

    @Test
    void maxTokensAreNeverMoreThanTheMappingAllows() {
        assertThat(withoutFixedMembers(send("{max_tokens:1024," + HI + "}"))).isEqualTo(json("{max_tokens:1024}"));
        assertThat(withoutFixedMembers(send("{max_tokens:64000," + HI + "}"))).isEqualTo(json("{max_tokens:8192}"));
        assertThat(withoutFixedMembers(send(
                        "{max_tokens:64000," + HI + "}", options(Map.of("maxTokensField", "max_completion_tokens")))))
                .isEqualTo(json("{max_completion_tokens:8192}"));
    }

    @Test
    void stopTemperatureAndTopPAreSaidAndTopKWhereItIsKnown() {
        String body = "{stop_sequences:['1','2','3','4','5'],temperature:0.5,top_p:0.9,top_k:40," + HI + "}";

        Sent sent = send(body);
        assertThat(withoutFixedMembers(sent)).isEqualTo(json("{stop:['1','2','3','4'],temperature:0.5,top_p:0.9}"));
        assertThat(sent.losses()).containsExactly("top_k!", "stop_sequences!");

        Sent known = send(body, options(Map.of("topK", true)));
        assertThat(known.member("top_k").intValue()).isEqualTo(40);
        assertThat(known.losses()).containsExactly("stop_sequences!");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "thinking:{type:'enabled',budget_tokens:1024}; {reasoning_effort:'low'}",
                "thinking:{type:'enabled',budget_tokens:4096}; {reasoning_effort:'medium'}",
                "thinking:{type:'enabled',budget_tokens:31999}; {reasoning_effort:'high'}",
                "thinking:{type:'adaptive'}; {}",
                "thinking:{type:'adaptive'},output_config:{effort:'max'}; {reasoning_effort:'max'}",
                "output_config:{effort:'low'}; {reasoning_effort:'low'}",
            })
    void effortIsSaidWhereTheModelCanReason(String members, String said) {
        Sent able = send("{" + members + "," + HI + "}", options(Map.of(), true, "text"));
        assertThat(withoutFixedMembers(able)).isEqualTo(json(said));
        assertThat(able.losses()).isEmpty();

        Sent unable = send("{" + members + "," + HI + "}");
        assertThat(withoutFixedMembers(unable)).isEqualTo(json("{}"));
        assertThat(unable.losses()).containsExactly("thinking");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "chat_template_kwargs.thinking; adaptive; {chat_template_kwargs:{thinking:true}}",
                "enable_thinking; disabled; {enable_thinking:false}",
            })
    void theSwitchOfThinkingIsSet(String path, String type, String members) {
        Sent sent = send(
                "{thinking:{type:'" + type + "'}," + HI + "}", options(Map.of("thinkingSwitch", path), true, "text"));

        assertThat(withoutFixedMembers(sent)).isEqualTo(json(members));
        assertThat(sent.losses()).isEmpty();
    }

    @Test
    void theSchemaOfTheAnswerIsTheResponseFormat() {
        assertThat(withoutFixedMembers(
                        send("{output_config:{format:{type:'json_schema',schema:{type:'object'}}}," + HI + "}")))
                .isEqualTo(json(
                        "{response_format:{type:'json_schema',json_schema:{name:'answer',schema:{type:'object'}}}}"));
    }

    @Test
    void theRestIsDroppedAndThreeOfThemAreLosses() {
        Sent sent = send("{metadata:{user_id:'u'},service_tier:'auto',context_management:{edits:[{type:'x'}]},"
                + "container:'c',mcp_servers:[{type:'url',url:'u'}]," + HI + "}");

        assertThat(withoutFixedMembers(sent)).isEqualTo(json("{}"));
        assertThat(sent.losses()).containsExactly("context_management", "container!", "mcp_servers!");
    }

    @Test
    void usageIsNotAskedForHere() {
        assertThat(send("{stream:true," + HI + "}").body())
                .isEqualTo(json("{model:'native',messages:[{role:'user',content:'hi'}],stream:true}"));
    }

    @Test
    void idsOfCallsComeBackAsTheProviderMadeThem() {
        String id = ToolCallIds.toMessages("functions.Read:0");
        Sent sent =
                send("{messages:[{role:'assistant',content:[{type:'tool_use',id:'" + id + "',name:'Read',input:{}}]},"
                        + "{role:'user',content:[{type:'tool_result',tool_use_id:'" + id + "',content:'x'}]}]}");

        assertThat(id).matches("[A-Za-z0-9_-]+");
        assertThat(sent.message(0).path("tool_calls").path(0).path("id").textValue())
                .isEqualTo("functions.Read:0");
        assertThat(sent.message(1).path("tool_call_id").textValue()).isEqualTo("functions.Read:0");
    }

    // What went wrong elsewhere

    @Test
    void noSignatureReachesTheProvider() {
        Sent sent = send(
                "{messages:[{role:'assistant',content:[{type:'thinking',thinking:'hm',signature:'SIGNED'},"
                        + "{type:'redacted_thinking',data:'SEALED'},{type:'text',text:'a'}]},{role:'user',content:'u'}]}",
                options(Map.of("carryReasoning", true), true, "text"));

        assertThat(Json.write(sent.body())).doesNotContain("SIGNED", "SEALED", "signature");
    }

    @Test
    void aPictureInAToolResultIsSeen() {
        assertMessages(
                send("{messages:[" + CALL + ",{role:'user',content:[{type:'tool_result',tool_use_id:'t1',content:["
                        + "{type:'text',text:'a screenshot'},{type:'image',source:{type:'base64',media_type:'image/png',data:'iVBO'}}]},"
                        + "{type:'text',text:'what is on it?'}]}]}"),
                "[" + CHAT_CALL + ",{role:'tool',tool_call_id:'t1',content:'a screenshot'},"
                        + "{role:'user',content:[{type:'image_url',image_url:{url:'data:image/png;base64,iVBO'}},"
                        + "{type:'text',text:'what is on it?'}]}]");
    }

    @Test
    void aToolResultThatIsOnlyAPictureIsSeenBeforeTheModelGoesOn() {
        assertMessages(
                send("{messages:[" + CALL + ",{role:'user',content:[{type:'tool_result',tool_use_id:'t1',content:["
                        + "{type:'image',source:{type:'base64',media_type:'image/png',data:'iVBO'}}]}]},"
                        + "{role:'assistant',content:'a cat'}]}"),
                "[" + CHAT_CALL + ",{role:'tool',tool_call_id:'t1',content:'(see the next message)'},"
                        + "{role:'user',content:[{type:'image_url',image_url:{url:'data:image/png;base64,iVBO'}}]},"
                        + "{role:'assistant',content:'a cat'}]");
    }

    @Test
    void reasoningIsPassedBackOnTheNextTurnWithItsCall() {
        String body =
                "{messages:[{role:'assistant',content:[{type:'thinking',thinking:'I must read',signature:'sidecar'},"
                        + "{type:'tool_use',id:'t1',name:'Read',input:{path:'/a'}}]},"
                        + "{role:'user',content:[{type:'tool_result',tool_use_id:'t1',content:'x'}]}]}";

        assertThat(send(body, options(Map.of("carryReasoning", true)))
                        .message(0)
                        .path("reasoning_content")
                        .textValue())
                .isEqualTo("I must read");
    }

    @Test
    void aCallThatWasMadeWithoutReasoningStillHasThatMember() {
        assertThat(send("{messages:[" + CALL + "]}", options(Map.of("carryReasoning", true)))
                        .message(0)
                        .path("reasoning_content")
                        .textValue())
                .isEqualTo(" ");
    }

    @Test
    void parallelCallsAndTheirResultsStayTogether() {
        assertMessages(
                send("{messages:[{role:'assistant',content:[{type:'tool_use',id:'a',name:'Read',input:{}},"
                        + "{type:'text',text:'both'},{type:'tool_use',id:'b',name:'Read',input:{}}]},"
                        + "{role:'user',content:[{type:'tool_result',tool_use_id:'b',content:'2'},"
                        + "{type:'tool_result',tool_use_id:'a',content:'1'}]}]}"),
                "[{role:'assistant',content:'both',tool_calls:["
                        + "{id:'a',type:'function',function:{name:'Read',arguments:'{}'}},"
                        + "{id:'b',type:'function',function:{name:'Read',arguments:'{}'}}]},"
                        + "{role:'tool',tool_call_id:'a',content:'1'},{role:'tool',tool_call_id:'b',content:'2'}]");
    }

    @Test
    void whatClaudeCodeSendsIsUnderstood() {
        Sent sent = send("{model:'claude-opus-x',max_tokens:32000,stream:true,system:["
                + "{type:'text',text:'x-anthropic-billing-header: cc_version=2.1.0; cc_entrypoint=cli; cch=00000;'},"
                + "{type:'text',text:'You are Claude Code.',cache_control:{type:'ephemeral'}}],"
                + "tools:[{name:'Bash',description:'runs',input_schema:{$schema:'http://json-schema.org/draft-07/schema#',type:'object'},eager_input_streaming:true}],"
                + "metadata:{user_id:'u'},thinking:{type:'adaptive'},output_config:{effort:'medium'},"
                + "context_management:{edits:[{type:'clear_thinking_20251015',keep:'all'}]},"
                + "messages:[{role:'user',content:[{type:'text',text:'<system-reminder>x</system-reminder>'},{type:'text',text:'list files'}]},"
                + "{role:'system',content:[{type:'text',text:'Today is Monday.',cache_control:{type:'ephemeral'}}]}]}");

        assertThat(sent.body())
                .isEqualTo(json("{model:'native',messages:[{role:'system',content:'You are Claude Code.'},"
                        + "{role:'user',content:'<system-reminder>x</system-reminder>\\n\\nlist files'},"
                        + "{role:'system',content:'Today is Monday.'}],"
                        + "tools:[{type:'function',function:{name:'Bash',description:'runs',"
                        + "parameters:{$schema:'http://json-schema.org/draft-07/schema#',type:'object'}}}],"
                        + "max_tokens:8192,stream:true}"));
        assertThat(sent.losses()).containsExactly("context_management", "thinking");
    }

    // Much, deep, odd

    @Test
    void anUnknownKindOfBlockIsALossAndTheRestPasses() {
        Sent sent = send("{messages:[{role:'user',content:[{type:'hologram',data:'x'},{type:'text',text:'hi'}]}]}");

        assertMessages(sent, "[{role:'user',content:'hi'}]");
        assertThat(sent.losses()).containsExactly("hologram!");
    }

    @Test
    void aConversationOfNothingIsTheClientsMistake() {
        assertThatThrownBy(() -> translate("{messages:[{role:'assistant',content:''}]}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("messages: must hold a message with content");
    }

    @Test
    void twoThousandMessagesPass() {
        ArrayNode messages = Json.array();
        for (int i = 0; i < 1_000; i++) {
            messages.addObject().put("role", "user").put("content", "u" + i);
            messages.addObject().put("role", "assistant").put("content", "a" + i);
        }
        ObjectNode body = Json.object();
        body.set("messages", messages);

        Sent sent = send(Json.write(body));

        assertThat(sent.member("messages")).isEqualTo(json(Json.write(messages)));
    }

    @Test
    void halfASurrogatePairPasses() {
        assertThat(send("{messages:[{role:'user',content:'a\\ud83d'}]}")
                        .message(0)
                        .path("content")
                        .textValue())
                .isEqualTo("a\uD83D");
    }

    @Test
    void idsOfFiveHundredCharactersPass() {
        String id = "c".repeat(500);

        Sent sent = send(
                "{messages:[{role:'assistant',content:[{type:'tool_use',id:'" + id + "',name:'Read',input:{}}]}]}");

        assertThat(sent.message(0).path("tool_calls").path(0).path("id").textValue())
                .isEqualTo(id);
        assertThat(sent.message(1).path("tool_call_id").textValue()).isEqualTo(id);
    }

    /** Whatever a client says, in whatever order. */
    @ParameterizedTest
    @MethodSource
    void everyProviderTakesTheOrderOfMessages(int seed) {
        Random random = new Random(seed);
        String body = messy(random);
        Sent sent = send(
                body, options(Map.of("carryReasoning", random.nextBoolean(), "systemOnlyFirst", random.nextBoolean())));

        List<String> awaited = new ArrayList<>();
        for (JsonNode message : sent.member("messages")) {
            String role = message.path("role").textValue();
            if (role.equals("tool")) {
                assertThat(awaited)
                        .as(body)
                        .startsWith(message.path("tool_call_id").textValue());
                awaited.remove(0);
                assertThat(message.path("content").isTextual()).as(body).isTrue();
            } else {
                assertThat(awaited).as(body).isEmpty();
            }
            if (role.equals("assistant")) {
                message.path("tool_calls")
                        .forEach(call -> awaited.add(call.path("id").textValue()));
                assertThat(message.path("content").isTextual() || !awaited.isEmpty())
                        .as(body)
                        .isTrue();
                assertThat(message.path("content").isContainerNode()).as(body).isFalse();
            }
        }
        assertThat(awaited).as(body).isEmpty();
    }

    static IntStream everyProviderTakesTheOrderOfMessages() {
        return IntStream.range(0, 200);
    }

    private static String messy(Random random) {
        List<String> messages = new ArrayList<>(List.of("{role:'user',content:'go'}"));
        for (int i = random.nextInt(8); i >= 0; i--) {
            String role = List.of("user", "assistant", "system").get(random.nextInt(3));
            List<String> blocks = new ArrayList<>();
            for (int j = random.nextInt(4); j > 0; j--) {
                blocks.add(block(role, random));
            }
            messages.add("{role:'" + role + "',content:[" + String.join(",", blocks) + "]}");
        }
        return "{messages:[" + String.join(",", messages) + "]}";
    }

    private static String block(String role, Random random) {
        String id = "t" + random.nextInt(3);
        List<String> kinds = switch (role) {
            case "user" ->
                List.of(
                        "{type:'tool_result',tool_use_id:'" + id + "',content:'r'}",
                        "{type:'tool_result',tool_use_id:'" + id
                                + "',content:[{type:'image',source:{type:'url',url:'u'}}]}",
                        "{type:'text',text:'u'}");
            case "assistant" ->
                List.of(
                        "{type:'tool_use',id:'" + id + "',name:'Read',input:{}}",
                        "{type:'thinking',thinking:'h',signature:''}",
                        "{type:'text',text:'" + (random.nextBoolean() ? "a" : "") + "'}");
            default -> List.of("{type:'text',text:'s'}");
        };
        return kinds.get(random.nextInt(kinds.size()));
    }

    private static void assertMessages(Sent sent, String messages) {
        assertThat(Json.pretty(sent.member("messages"))).isEqualTo(Json.pretty(json(messages)));
    }

    /** What is there besides what always is, and the tools. */
    private static ObjectNode withoutFixedMembers(Sent sent) {
        return sent.body().deepCopy().remove(List.of("model", "messages", "stream", "tools"));
    }

    private static Sent send(String body) {
        return send(body, options(Map.of()));
    }

    private static Sent send(String body, MappingOptions options) {
        return send(read(body), options);
    }

    private static Sent send(ReadRequest read, MappingOptions options) {
        try {
            // as a provider would read it
            ObjectNode sent =
                    (ObjectNode) json(Json.write(ChatRequestWriter.write(read.conversation(), options, read.losses())));
            return new Sent(
                    sent,
                    read.losses().list().stream()
                            .map(MessagesToChatRequestTest::word)
                            .toList());
        } catch (InvalidRequestException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectNode translate(String body) throws InvalidRequestException {
        ReadRequest read = MessagesRequestReader.read((ObjectNode) json(body));
        return ChatRequestWriter.write(read.conversation(), options(Map.of()), read.losses());
    }

    private static ReadRequest read(String body) {
        try {
            return MessagesRequestReader.read((ObjectNode) json(body));
        } catch (InvalidRequestException e) {
            throw new AssertionError(body, e);
        }
    }

    private static String word(Loss loss) {
        return loss.name() + (loss.changesAnswer() ? "!" : "");
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

    private static JsonNode json(String text) {
        try {
            return Json.readLenient(text);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
