package sidecar.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sidecar.dialect.responses.ResponsesTrees.losses;
import static sidecar.dialect.responses.ResponsesTrees.read;
import static sidecar.dialect.responses.ResponsesTrees.readItems;
import static sidecar.dialect.responses.ResponsesTrees.turns;

import java.util.List;
import java.util.Optional;
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
import sidecar.dialect.request.ReadRequest;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.dialect.request.ToolNames.ToolKind;

class ResponsesInputReaderTest {

    private static final String CALL = "{type: 'function_call', call_id: 'call_1', name: 'ls', arguments: '{}'}";
    private static final String OTHER_CALL = "{type: 'function_call', call_id: 'call_2', name: 'ls', arguments: '{}'}";
    private static final String OUTPUT = "{type: 'function_call_output', call_id: 'call_1', output: 'a.txt'}";
    private static final String SAID = "{role: 'assistant', content: 'I look.'}";
    private static final String THOUGHT =
            "{type: 'reasoning', summary: [], content: [{type: 'reasoning_text', text: 'Hm.'}]}";

    private static final ToolCallPart CALLED = new ToolCallPart("call_1", "ls", "{}");
    private static final ToolCallPart ALSO_CALLED = new ToolCallPart("call_2", "ls", "{}");
    private static final ToolResultTurn RESULT = new ToolResultTurn("call_1", List.of(new TextPart("a.txt")), false);

    private static UserTurn user(ContentPart... parts) {
        return new UserTurn(List.of(parts));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{role: 'user', content: 'Hi'}",
                "{type: 'message', role: 'user', content: 'Hi'}",
                "{type: 'message', role: 'user', id: 'msg_1', status: 'completed',"
                        + " content: [{type: 'input_text', text: 'Hi'}]}",
                "{role: 'user', content: [{type: 'text', text: 'Hi'}]}",
                "{role: 'user', content: 'Hi', internal_chat_message_metadata_passthrough: {turn_id: 't'}}"
            })
    void aMessageOfTheUserMayBeWrittenInManyWays(String item) throws InvalidRequestException {
        ReadRequest read = readItems(item);

        assertThat(read.conversation().turns()).containsExactly(user(new TextPart("Hi")));
        assertThat(losses(read)).isEmpty();
    }

    @Test
    void developersAndSystemsStayWhereTheyAre() throws InvalidRequestException {
        List<ConversationTurn> turns = turns(
                "{role: 'developer', content: [{type: 'input_text', text: 'A'}, {type: 'input_text', text: 'B'}]}",
                "{role: 'user', content: 'Hi'}",
                "{role: 'system', content: 'C'}",
                "{role: 'system', content: ''}");

        assertThat(turns).containsExactly(new SystemTurn("A\n\nB"), user(new TextPart("Hi")), new SystemTurn("C"));
    }

    @Test
    void whatTheModelSaidAndRefusedIsItsText() throws InvalidRequestException {
        List<ConversationTurn> turns = turns("{type: 'message', role: 'assistant', phase: 'commentary', content: ["
                + "{type: 'output_text', text: 'Yes', annotations: [{}], logprobs: []},"
                + "{type: 'refusal', refusal: 'No'}]}");

        assertThat(turns)
                .containsExactly(new AssistantTurn(List.of(new AssistantText("Yes"), new AssistantText("No"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "image_url: 'data:image/png;base64,iVBO'                      | image/png | iVBO | -",
                "image_url: 'data:image/jpg;base64,/9j/', detail: 'high'      | image/jpeg | /9j/ | high",
                "image_url: 'DATA:image/png;name=a.png;base64,iVBO'           | image/png | iVBO | -",
            })
    void aPictureInADataUriIsInTheRequest(String members, String type, String base64, String detail)
            throws InvalidRequestException {
        List<ConversationTurn> turns = turns("{role: 'user', content: [{type: 'input_image', " + members + "}]}");

        assertThat(turns)
                .containsExactly(user(new ImagePart(new InlineMedia(type, base64), Optional.ofNullable(detail))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image_url: 'data:image/svg+xml,<svg>'",
                "image_url: 'data:;base64,iVBO'",
                "image_url: 'data:image/png;base64,'",
                "image_url: 'a.png'",
                "image_url: 'file:///etc/passwd'"
            })
    void whatIsNoPictureIsRefusedWithItsPath(String members) {
        assertThatThrownBy(() -> turns("{role: 'user', content: [{type: 'input_image', " + members + "}]}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("input[0].content[0].image_url: must be an http or https URL, or a data URI");
    }

    @Test
    void aLongDataUriWithoutDataIsRefusedAtOnce() {
        assertThatThrownBy(() -> turns("{role: 'user', content: [{type: 'input_image', image_url: 'data:"
                        + ";".repeat(100_000) + "'}]}"))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aPictureMayBeBehindAUrlOrUploaded() throws InvalidRequestException {
        List<ConversationTurn> turns = turns("{role: 'user', content: ["
                + "{type: 'input_image', image_url: 'https://example.org/a.png', detail: 'auto'},"
                + "{type: 'input_image', file_id: 'file-1', detail: 'low'}]}");

        assertThat(turns)
                .containsExactly(user(
                        new ImagePart(new RemoteMedia("https://example.org/a.png"), Optional.of("auto")),
                        new ImagePart(new UploadedMedia("file-1"), Optional.of("low"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "file_data: 'data:application/pdf;base64,JVBE', filename: 'a.pdf' | application/pdf          | a.pdf",
                "file_data: 'JVBE', filename: 'a.PDF'                             | application/pdf          | a.PDF",
                "file_data: 'JVBE'                                                | application/pdf          | -",
                "file_data: 'JVBE', filename: 'notes.txt'                         | text/plain               | notes.txt",
                "file_data: 'JVBE', filename: 'invoice'                           | application/pdf          | invoice",
                "file_data: 'JVBE', filename: 'a.bin'                             | application/octet-stream | a.bin",
            })
    void aFileInTheRequestHasAMediaType(String members, String type, String name) throws InvalidRequestException {
        List<ConversationTurn> turns = turns("{role: 'user', content: [{type: 'input_file', " + members + "}]}");

        assertThat(turns).containsExactly(user(new FilePart(new InlineMedia(type, "JVBE"), Optional.ofNullable(name))));
    }

    @Test
    void aFileMayBeBehindAUrlOrUploaded() throws InvalidRequestException {
        List<ConversationTurn> turns =
                turns("{role: 'user', content: [{type: 'input_file', file_url: 'https://example.org/a'},"
                        + "{type: 'input_file', file_id: 'file-1', filename: 'b'}]}");

        assertThat(turns)
                .containsExactly(user(
                        new FilePart(new RemoteMedia("https://example.org/a"), Optional.empty()),
                        new FilePart(new UploadedMedia("file-1"), Optional.of("b"))));
    }

    @Test
    void aCallAndItsResultAreReadInOrder() throws InvalidRequestException {
        assertThat(turns(CALL, OUTPUT)).containsExactly(new AssistantTurn(List.of(CALLED)), RESULT);
    }

    @Test
    void whatWasThoughtSaidAndCalledInOneGoIsOneTurn() throws InvalidRequestException {
        List<ConversationTurn> turns = turns(THOUGHT, SAID, CALL, OTHER_CALL, OUTPUT, SAID);

        assertThat(turns)
                .containsExactly(
                        new AssistantTurn(
                                List.of(new ReasoningPart("Hm."), new AssistantText("I look."), CALLED, ALSO_CALLED)),
                        RESULT,
                        new AssistantTurn(List.of(new AssistantText("I look."))));
    }

    @Test
    void whatIsSaidAfterACallIsAnotherTurn() throws InvalidRequestException {
        assertThat(turns(CALL, SAID, OUTPUT))
                .containsExactly(
                        new AssistantTurn(List.of(CALLED)),
                        new AssistantTurn(List.of(new AssistantText("I look."))),
                        RESULT);
    }

    @Test
    void aResultMayHavePictures() throws InvalidRequestException {
        List<ConversationTurn> turns = turns(
                CALL,
                "{type: 'function_call_output', call_id: 'call_1', status: 'completed', output: ["
                        + "{type: 'input_text', text: 'Here:'},"
                        + "{type: 'input_image', image_url: 'data:image/png;base64,iVBO'}]}");

        assertThat(turns.get(1))
                .isEqualTo(new ToolResultTurn(
                        "call_1",
                        List.of(
                                new TextPart("Here:"),
                                new ImagePart(new InlineMedia("image/png", "iVBO"), Optional.empty())),
                        false));
    }

    @Test
    void aResultWithoutACallIsKnownByItsName() throws InvalidRequestException {
        ReadRequest read = readItems("{type: 'function_call_output', name: 'notify', namespace: 'app', output: 'x'}");

        assertThat(read.conversation().turns())
                .containsExactly(new ToolResultTurn("notify", List.of(new TextPart("x")), false));
        assertThat(losses(read)).isEmpty();
    }

    @Test
    void freeTextOfACustomToolIsAnArgument() throws InvalidRequestException {
        ReadRequest read = readItems(
                "{type: 'custom_tool_call', call_id: 'c', name: 'apply_patch', input: '*** \"A\"\\n+b'}",
                "{type: 'custom_tool_call_output', call_id: 'c', output: 'done'}");

        assertThat(read.conversation().turns())
                .containsExactly(
                        new AssistantTurn(
                                List.of(new ToolCallPart("c", "apply_patch", "{\"input\":\"*** \\\"A\\\"\\n+b\"}"))),
                        new ToolResultTurn("c", List.of(new TextPart("done")), false));
        assertThat(read.names().clientTool("apply_patch"))
                .isEqualTo(new ClientTool(ToolKind.CUSTOM, "apply_patch", Optional.empty()));
    }

    @Test
    void aCallOfADeclaredToolHasItsName() throws InvalidRequestException {
        ReadRequest read = read("{tools: [{type: 'namespace', name: 'fs', tools: [{type: 'function', name: 'ls'}]},"
                + " {type: 'function', name: 'ls'}], input: ["
                + "{type: 'function_call', call_id: '1', name: 'ls', namespace: 'fs', arguments: '{}'},"
                + "{type: 'function_call', call_id: '2', name: 'ls', arguments: 'no JSON'}]}");

        assertThat(read.conversation().turns())
                .containsExactly(new AssistantTurn(
                        List.of(new ToolCallPart("1", "fs__ls", "{}"), new ToolCallPart("2", "ls", "no JSON"))));
    }

    @Test
    void reasoningThatWasCarriedComesBack() throws InvalidRequestException {
        List<ConversationTurn> turns = turns("{type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: '"
                + CarriedReasoning.write("So be it.") + "', content: [{type: 'reasoning_text', text: 'shown'}]}");

        assertThat(turns).containsExactly(new AssistantTurn(List.of(new ReasoningPart("So be it."))));
    }

    @Test
    void reasoningThatCanBeReadIsRead() throws InvalidRequestException {
        List<ConversationTurn> turns = turns("{type: 'reasoning', encrypted_content: 'gAAAA', content: ["
                + "{type: 'reasoning_text', text: 'One'}, {type: 'text', text: 'Two'}]}");

        assertThat(turns)
                .containsExactly(new AssistantTurn(List.of(new ReasoningPart("One"), new ReasoningPart("Two"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "encrypted_content: 'gAAAA', summary: [{type: 'summary_text', text: 'Thought'}]",
                "encrypted_content: 'gAAAA', summary: [], content: null",
                "encrypted_content: 'sidecar.%', summary: []",
                "summary: [{type: 'summary_text', text: 'Thought'}]"
            })
    void reasoningThatOnlyItsIssuerReadsIsLeftOutAndNoLoss(String members) throws InvalidRequestException {
        ReadRequest read = readItems("{type: 'reasoning', id: 'rs_1', " + members + "}", CALL);

        assertThat(read.conversation().turns()).containsExactly(new AssistantTurn(List.of(CALLED)));
        assertThat(losses(read)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: 'item_reference', id: 'msg_1'}                          | item_reference",
                "{id: 'msg_1'}                                                  | item_reference",
                "{type: 'compaction', encrypted_content: 'gAAAA'}               | compaction",
                "{type: 'local_shell_call', call_id: 'c', action: {}}           | local_shell_call",
                "{type: 'web_search_call', id: 'ws_1', status: 'completed'}     | web_search_call",
                "{type: 'computer_call', call_id: 'c', action: {}}              | computer_call",
                "{type: 'mcp_call', id: 'm', name: 'n', arguments: ''}          | mcp_call",
                "{type: 'image_generation_call', id: 'i', result: 'iVBO'}       | image_generation_call",
                "{type: 'unheard_of'}                                           | unheard_of",
                "{role: 'user', content: [{type: 'input_audio', input_audio: {}}]} | input_audio",
                "{role: 'user', content: [{type: 'input_image', detail: 'low'}]} | input_image",
                "{role: 'user', content: [{type: 'input_file', filename: 'a'}]} | input_file",
                "{role: 'developer', content: [{type: 'input_image', file_id: 'f'}]} | input_image",
                "{role: 'assistant', content: [{type: 'input_file', file_id: 'f'}]} | input_file",
                "{role: 'user', content: [], mood: 'good'}                      | input.mood",
            })
    void whatMeansNothingElsewhereIsLostByItsKind(String item, String loss) throws InvalidRequestException {
        ReadRequest read = readItems(item);

        assertThat(read.conversation().turns()).isEmpty();
        assertThat(losses(read)).containsExactly(loss);
    }

    @Test
    void anUnknownMemberOfAPartIsNamedWithoutIndexes() throws InvalidRequestException {
        ReadRequest read = readItems("{role: 'user', content: [{type: 'input_text', text: 'a', tone: 'kind'},"
                + "{type: 'input_text', text: 'b', tone: 'rough', prompt_cache_breakpoint: {}}]}");

        assertThat(losses(read)).containsExactly("input.content.tone");
    }

    @Test
    void aLostItemDoesNotPartWhatBelongsTogether() throws InvalidRequestException {
        List<ConversationTurn> turns = turns(SAID, "{type: 'web_search_call', id: 'ws_1'}", CALL);

        assertThat(turns).containsExactly(new AssistantTurn(List.of(new AssistantText("I look."), CALLED)));
    }

    @Test
    void halfASurrogatePairSurvives() throws InvalidRequestException {
        List<ConversationTurn> turns = turns("{role: 'user', content: 'a\\ud83d'}");

        assertThat(turns).containsExactly(user(new TextPart("a\ud83d")));
    }
}
