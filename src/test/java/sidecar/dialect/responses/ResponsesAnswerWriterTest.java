package sidecar.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sidecar.dialect.responses.ResponsesTrees.tree;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.RefusalBlock;
import sidecar.dialect.answer.AnswerBlock.TextBlock;
import sidecar.dialect.answer.AnswerBlock.ToolCallBlock;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerEvent.Began;
import sidecar.dialect.answer.AnswerEvent.BlockBegan;
import sidecar.dialect.answer.AnswerEvent.BlockDelta;
import sidecar.dialect.answer.AnswerEvent.BlockEnded;
import sidecar.dialect.answer.AnswerEvent.Finished;
import sidecar.dialect.answer.StopReason;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.dialect.request.ToolNames.ToolKind;
import sidecar.json.Json;
import sidecar.ledger.Usage;

class ResponsesAnswerWriterTest {

    private final ToolNames names = new ToolNames();
    private ObjectNode request = tree("{model: 'canon', input: 'Hi'}");
    private final List<AnswerEvent> events = new ArrayList<>(List.of(new Began()));

    private ResponsesAnswerWriterTest block(AnswerBlock block, String... pieces) {
        events.add(new BlockBegan(block));
        for (String piece : pieces) {
            events.add(new BlockDelta(piece));
        }
        events.add(new BlockEnded());
        return this;
    }

    private SentEvents sent(StopReason reason) {
        events.add(new Finished(reason, Optional.empty(), Optional.of(new Usage(12, 5, 4, 2, 3))));
        return SentEvents.of(SentEvents.head(names, request), events);
    }

    /** Without beginning and end. */
    private List<ObjectNode> sentItems() {
        List<ObjectNode> trees = sent(StopReason.END).trees();
        return trees.subList(2, trees.size() - 1);
    }

    private ObjectNode whole(StopReason reason, AnswerBlock block, String text) {
        Answer answer =
                new Answer(List.of(new Answer.WholeBlock(block, text)), reason, Optional.empty(), Optional.empty());
        return SentEvents.whole(SentEvents.head(names, request), answer);
    }

    @Test
    void textGoesThroughItsWholeLife() {
        List<ObjectNode> sent = block(new TextBlock(), "Hel", "lo").sentItems();

        String part = "{type: 'output_text', annotations: [], logprobs: [], text: ";
        String place = "item_id: 'msg_req1-a_0', output_index: 0, content_index: 0";
        assertThat(sent)
                .containsExactly(
                        tree("{type: 'response.output_item.added', sequence_number: 2, output_index: 0, item: {"
                                + "type: 'message', id: 'msg_req1-a_0', status: 'in_progress', role: 'assistant',"
                                + " content: []}}"),
                        tree("{type: 'response.content_part.added', sequence_number: 3, " + place + ", part: " + part
                                + "''}}"),
                        tree("{type: 'response.output_text.delta', sequence_number: 4, " + place
                                + ", delta: 'Hel', logprobs: []}"),
                        tree("{type: 'response.output_text.delta', sequence_number: 5, " + place
                                + ", delta: 'lo', logprobs: []}"),
                        tree("{type: 'response.output_text.done', sequence_number: 6, " + place
                                + ", text: 'Hello', logprobs: []}"),
                        tree("{type: 'response.content_part.done', sequence_number: 7, " + place + ", part: " + part
                                + "'Hello'}}"),
                        tree("{type: 'response.output_item.done', sequence_number: 8, output_index: 0, item: {"
                                + "type: 'message', id: 'msg_req1-a_0', status: 'completed', role: 'assistant',"
                                + " content: [" + part + "'Hello'}]}}"));
    }

    @Test
    void aFunctionCallHasItsArgumentsOnceInDeltas() {
        List<ObjectNode> sent =
                block(new ToolCallBlock("call:1", "ls"), "{\"a\"", ":1}").sentItems();

        String place = "item_id: 'fc_req1-a_0', output_index: 0";
        String item = "{type: 'function_call', id: 'fc_req1-a_0', call_id: 'call:1', name: 'ls'";
        assertThat(sent)
                .containsExactly(
                        tree("{type: 'response.output_item.added', sequence_number: 2, output_index: 0, item: " + item
                                + ", status: 'in_progress', arguments: ''}}"),
                        tree("{type: 'response.function_call_arguments.delta', sequence_number: 3, " + place
                                + ", delta: '{\"a\"'}"),
                        tree("{type: 'response.function_call_arguments.delta', sequence_number: 4, " + place
                                + ", delta: ':1}'}"),
                        tree("{type: 'response.function_call_arguments.done', sequence_number: 5, " + place
                                + ", arguments: '{\"a\":1}'}"),
                        tree("{type: 'response.output_item.done', sequence_number: 6, output_index: 0, item: " + item
                                + ", status: 'completed', arguments: '{\"a\":1}'}}"));
    }

    @Test
    void aCallInANamespaceIsTurnedBack() {
        names.providerName(new ClientTool(ToolKind.FUNCTION, "ls", Optional.of("mcp__fs")));

        List<ObjectNode> sent =
                block(new ToolCallBlock("c", "mcp__fs__ls"), "{}").sentItems();

        assertThat(sent.get(3).path("item"))
                .isEqualTo(tree("{type: 'function_call', id: 'fc_req1-a_0', status: 'completed', call_id: 'c',"
                        + " name: 'ls', namespace: 'mcp__fs', arguments: '{}'}"));
    }

    @Test
    void aCustomToolGetsItsFreeText() {
        names.providerName(new ClientTool(ToolKind.CUSTOM, "apply_patch", Optional.empty()));

        List<ObjectNode> sent = block(
                        new ToolCallBlock("c", "apply_patch"), "{\"in", "put\": \"a\\", "n\\\"b\\\" \\ud83d\\ude00\"}")
                .sentItems();

        String place = "item_id: 'ctc_req1-a_0', output_index: 0";
        String item = "{type: 'custom_tool_call', id: 'ctc_req1-a_0', call_id: 'c', name: 'apply_patch'";
        String input = "'a\\n\"b\" 😀'";
        assertThat(sent)
                .containsExactly(
                        tree("{type: 'response.output_item.added', sequence_number: 2, output_index: 0, item: " + item
                                + ", status: 'in_progress', input: ''}}"),
                        tree("{type: 'response.custom_tool_call_input.delta', sequence_number: 3, " + place
                                + ", delta: " + input + "}"),
                        tree("{type: 'response.custom_tool_call_input.done', sequence_number: 4, " + place + ", input: "
                                + input + "}"),
                        tree("{type: 'response.output_item.done', sequence_number: 5, output_index: 0, item: " + item
                                + ", status: 'completed', input: " + input + "}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"input\":\"\"}               | ''",
                "{\"input\":\"a\",\"more\":1}   | a",
                "{\"input\":7}                  | {\"input\":7}",
                "{\"input\":null}               | {\"input\":null}",
                "{\"patch\":\"a\"}              | {\"patch\":\"a\"}",
                "{\"input\":\"a                 | {\"input\":\"a",
                "\"a\"                          | \"a\"",
            })
    void argumentsThatAreNotFreeTextAreGivenAsTheyAre(String arguments, String input) {
        names.providerName(new ClientTool(ToolKind.CUSTOM, "run", Optional.of("n")));

        ObjectNode whole = whole(StopReason.TOOL_USE, new ToolCallBlock("c", "n__run"), arguments);

        assertThat(whole.path("output").get(0))
                .isEqualTo(tree("{type: 'custom_tool_call', id: 'ctc_req1-a_0', status: 'completed', call_id: 'c',"
                                + " name: 'run', namespace: 'n'}")
                        .put("input", input));
    }

    @Test
    void aFreeTextThatIsEmptyHasNoDelta() {
        names.providerName(new ClientTool(ToolKind.CUSTOM, "run", Optional.empty()));

        assertThat(block(new ToolCallBlock("c", "run"), "{\"input\":\"\"}")
                        .sent(StopReason.TOOL_USE)
                        .types())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.custom_tool_call_input.done",
                        "response.output_item.done",
                        "response.completed");
    }

    @Test
    void whatTheModelThinksIsAPartThatCanBeRead() {
        List<ObjectNode> sent = block(new ReasoningBlock(), "Hm", ".").sentItems();

        String place = "item_id: 'rs_req1-a_0', output_index: 0, content_index: 0";
        assertThat(sent)
                .containsExactly(
                        tree("{type: 'response.output_item.added', sequence_number: 2, output_index: 0, item: {"
                                + "type: 'reasoning', id: 'rs_req1-a_0', status: 'in_progress', summary: [],"
                                + " content: []}}"),
                        tree("{type: 'response.content_part.added', sequence_number: 3, " + place
                                + ", part: {type: 'reasoning_text', text: ''}}"),
                        tree("{type: 'response.reasoning_text.delta', sequence_number: 4, " + place + ", delta: 'Hm'}"),
                        tree("{type: 'response.reasoning_text.delta', sequence_number: 5, " + place + ", delta: '.'}"),
                        tree("{type: 'response.reasoning_text.done', sequence_number: 6, " + place + ", text: 'Hm.'}"),
                        tree("{type: 'response.content_part.done', sequence_number: 7, " + place
                                + ", part: {type: 'reasoning_text', text: 'Hm.'}}"),
                        tree("{type: 'response.output_item.done', sequence_number: 8, output_index: 0, item: {"
                                + "type: 'reasoning', id: 'rs_req1-a_0', status: 'completed', summary: [],"
                                + " content: [{type: 'reasoning_text', text: 'Hm.'}]}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "['reasoning.encrypted_content']             | sidecar.SG0u",
                "['x', 'reasoning.encrypted_content', 7]     | sidecar.SG0u",
                "['message.output_text.logprobs']            | -",
                "null                                        | -",
            })
    void reasoningIsMadeToBeSentBackWhereThatIsIncluded(String include, String encrypted) {
        request = tree("{input: '', include: " + include + "}");

        ObjectNode whole = whole(StopReason.END, new ReasoningBlock(), "Hm.");

        assertThat(whole.path("output").get(0).path("encrypted_content").textValue())
                .isEqualTo(encrypted);
    }

    @Test
    void aRefusalIsAPartOfAMessage() {
        List<ObjectNode> sent = block(new RefusalBlock(), "No.").sentItems();

        String place = "item_id: 'msg_req1-a_0', output_index: 0, content_index: 0";
        assertThat(sent.subList(1, 6))
                .containsExactly(
                        tree("{type: 'response.content_part.added', sequence_number: 3, " + place
                                + ", part: {type: 'refusal', refusal: ''}}"),
                        tree("{type: 'response.refusal.delta', sequence_number: 4, " + place + ", delta: 'No.'}"),
                        tree("{type: 'response.refusal.done', sequence_number: 5, " + place + ", refusal: 'No.'}"),
                        tree("{type: 'response.content_part.done', sequence_number: 6, " + place
                                + ", part: {type: 'refusal', refusal: 'No.'}}"),
                        tree("{type: 'response.output_item.done', sequence_number: 7, output_index: 0, item: {"
                                + "type: 'message', id: 'msg_req1-a_0', status: 'completed', role: 'assistant',"
                                + " content: [{type: 'refusal', refusal: 'No.'}]}}"));
    }

    @Test
    void everyBlockIsAnItemOfItsOwn() {
        SentEvents sent = block(new TextBlock(), "I look.")
                .block(new ToolCallBlock("c1", "ls"), "{}")
                .block(new ToolCallBlock("c2", "ls"), "{}")
                .sent(StopReason.TOOL_USE);

        assertThat(sent.trees())
                .filteredOn(event -> event.has("output_index"))
                .extracting(event -> event.path("output_index").intValue())
                .containsExactly(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
        assertThat(sent.last().path("response").path("output"))
                .extracting(item -> item.path("id").textValue())
                .containsExactly("msg_req1-a_0", "fc_req1-a_1", "fc_req1-a_2");
    }

    @Test
    void aResponseBeginsEmpty() {
        List<ObjectNode> sent = sent(StopReason.END).trees();

        ObjectNode begun = tree("{id: 'resp_req1-a', object: 'response', created_at: 1795953600, model: 'canon',"
                + " background: false, store: false, error: null, previous_response_id: null, instructions: null,"
                + " max_output_tokens: null, max_tool_calls: null, temperature: null, top_p: null, top_logprobs: null,"
                + " service_tier: null, prompt_cache_key: null, safety_identifier: null, user: null, tools: [],"
                + " tool_choice: 'auto', parallel_tool_calls: true, reasoning: {effort: null, summary: null},"
                + " text: {format: {type: 'text'}}, truncation: 'disabled', metadata: {}, status: 'in_progress',"
                + " incomplete_details: null, output: [], usage: null}");
        assertThat(sent.get(0)).isEqualTo(event("response.created", 0, begun));
        assertThat(sent.get(1)).isEqualTo(event("response.in_progress", 1, begun));
    }

    private static ObjectNode event(String type, int sequence, ObjectNode response) {
        return Json.object().put("type", type).put("sequence_number", sequence).set("response", response);
    }

    @Test
    void aResponseRepeatsWhatWasAsked() {
        String repeated = "instructions: 'Be brief.', max_output_tokens: 9, max_tool_calls: 2, temperature: 0.5,"
                + " top_p: 0.25, top_logprobs: 1, service_tier: 'flex', prompt_cache_key: 'k', safety_identifier: 's',"
                + " user: 'u', tools: [{type: 'web_search'}], tool_choice: 'none', parallel_tool_calls: false,"
                + " reasoning: {effort: 'low'}, text: {verbosity: 'low'}, truncation: 'auto', metadata: {a: 'b'}";
        request = tree("{model: 'alias', input: 'x', store: true, stream: true, include: [], " + repeated + "}");

        ObjectNode whole = whole(StopReason.END, new TextBlock(), "Hi");

        ObjectNode expected = tree("{" + repeated + "}");
        assertThat(whole.<ObjectNode>deepCopy().retain(fieldNames(expected))).isEqualTo(expected);
        assertThat(whole.path("store").booleanValue()).isFalse();
        assertThat(whole.path("model").textValue()).isEqualTo("canon");
        assertThat(whole.has("input") || whole.has("stream") || whole.has("include"))
                .isFalse();
    }

    private static List<String> fieldNames(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void usageIsGivenWithItsDetails() {
        assertThat(sent(StopReason.END).last().path("response").path("usage"))
                .isEqualTo(tree("{input_tokens: 12, input_tokens_details: {cached_tokens: 4, cache_write_tokens: 2},"
                        + " output_tokens: 5, output_tokens_details: {reasoning_tokens: 3}, total_tokens: 17}"));
    }

    @Test
    void usageThatIsNotKnownIsNull() {
        assertThat(whole(StopReason.END, new TextBlock(), "Hi").path("usage").isNull())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "END, response.completed, completed,",
        "STOP_SEQUENCE, response.completed, completed,",
        "TOOL_USE, response.completed, completed,",
        "MAX_TOKENS, response.incomplete, incomplete, max_output_tokens",
        "CONTENT_FILTER, response.incomplete, incomplete, content_filter"
    })
    void theLastEventSaysWhetherItIsTheWholeAnswer(StopReason reason, String type, String status, String missing) {
        ObjectNode last = block(new TextBlock(), "Hi").sent(reason).last();

        assertThat(last.path("type").textValue()).isEqualTo(type);
        assertThat(last.path("sequence_number").intValue()).isEqualTo(8);
        assertThat(last.path("response").path("status").textValue()).isEqualTo(status);
        assertThat(last.path("response")
                        .path("incomplete_details")
                        .path("reason")
                        .textValue())
                .isEqualTo(missing);
        assertThat(last.path("response").path("output")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void aWholeAnswerIsWhatTheLastEventHolds(StopReason reason) {
        SentEvents sent =
                block(new ReasoningBlock(), "a").block(new TextBlock(), "b").sent(reason);

        ObjectNode whole = SentEvents.whole(SentEvents.head(names, request), Answer.of(events));

        assertThat(sent.last().path("response")).isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\ud83d", "\ude00b"})
    void halfASurrogatePairSurvives(String half) {
        assertThat(block(new TextBlock(), half).sentItems().get(2).path("delta").textValue())
                .isEqualTo(half);
    }

    @Test
    void thereIsNothingToSayWithoutABlock() {
        ResponsesAnswerWriter writer = new ResponsesAnswerWriter(SentEvents.head(names, request));

        assertThatThrownBy(() -> writer.write(new BlockDelta("x")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no block is open after 0 of them");
    }

    @Test
    void theRequestsTreeIsNotChanged() {
        ObjectNode before = request.deepCopy();

        block(new TextBlock(), "Hi").sent(StopReason.END);

        assertThat(request).isEqualTo(before);
    }
}
