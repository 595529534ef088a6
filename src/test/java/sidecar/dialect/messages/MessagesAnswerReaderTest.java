package sidecar.dialect.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.Answer.WholeBlock;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.TextBlock;
import sidecar.dialect.answer.AnswerBlock.ToolCallBlock;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerEvent.Began;
import sidecar.dialect.answer.AnswerEvent.BlockBegan;
import sidecar.dialect.answer.AnswerEvent.BlockDelta;
import sidecar.dialect.answer.AnswerEvent.BlockEnded;
import sidecar.dialect.answer.AnswerEvent.Finished;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.dialect.answer.StopReason;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.ledger.Usage;

class MessagesAnswerReaderTest {

    private static final String START = "{type: 'message_start', message: {usage: {input_tokens: 10,"
            + " cache_read_input_tokens: 60, cache_creation_input_tokens: 30, output_tokens: 1}}}";
    private static final String TEXT =
            "{type: 'content_block_start', index: 0, content_block: {type: 'text', text: ''}}";
    private static final String CALL = "{type: 'content_block_start', index: 0,"
            + " content_block: {type: 'tool_use', id: 'toolu_1', name: 'a', input: {}}}";
    private static final String STOP = "{type: 'content_block_stop', index: 0}";
    private static final String END = "{type: 'message_delta', delta: {stop_reason: 'end_turn', stop_sequence: null},"
            + " usage: {output_tokens: 20}}";
    private static final String LAST = "{type: 'message_stop'}";
    private static final Usage USED = new Usage(100, 20, 60, 30, 0);

    private final MessagesAnswerReader reader = new MessagesAnswerReader("7f-3");

    @Test
    void aStreamIsReadEventByEvent() throws Exception {
        assertThat(read("{type: 'ping'}")).isEmpty();
        assertThat(read(START)).containsExactly(new Began());
        assertThat(read(TEXT)).isEmpty();
        assertThat(read("{type: 'ping'}")).isEmpty();
        assertThat(read(textDelta("Hel"))).containsExactly(new BlockBegan(new TextBlock()), new BlockDelta("Hel"));
        assertThat(read(textDelta(""))).isEmpty();
        assertThat(read(textDelta("lo"))).containsExactly(new BlockDelta("lo"));
        assertThat(read(STOP)).containsExactly(new BlockEnded());
        assertThat(read(END)).isEmpty();
        assertThat(read(LAST)).containsExactly(new Finished(StopReason.END, Optional.empty(), Optional.of(USED)));
        assertThat(read(TEXT)).isEmpty();
        assertThat(reader.end()).isEmpty();
        assertThat(reader.awaitsUsage()).isFalse();
        assertThat(reader.heldCharacters()).isZero();
    }

    @Test
    void thinkingIsReadWithoutItsSignatureAndOtherBlocksAreNot() throws Exception {
        List<AnswerEvent> events = readAll(
                START,
                "{type: 'content_block_start', index: 0, content_block: {type: 'thinking', thinking: '', signature: ''}}",
                "{type: 'content_block_delta', index: 0, delta: {type: 'thinking_delta', thinking: 'Hm'}}",
                "{type: 'content_block_delta', index: 0, delta: {type: 'signature_delta', signature: 'EqQB'}}",
                STOP,
                "{type: 'content_block_start', index: 1, content_block: {type: 'redacted_thinking', data: 'x'}}",
                "{type: 'content_block_stop', index: 1}",
                "{type: 'content_block_start', index: 2, content_block: {type: 'server_tool_use', id: 's', name: 'web'}}",
                "{type: 'content_block_delta', index: 2, delta: {type: 'input_json_delta', partial_json: '{'}}",
                "{type: 'content_block_stop', index: 2}",
                "{type: 'content_block_start', index: 3, content_block: {type: 'thinking', thinking: ''}}",
                "{type: 'content_block_stop', index: 3}",
                END,
                LAST);

        assertThat(events)
                .containsExactly(
                        new Began(),
                        new BlockBegan(new ReasoningBlock()),
                        new BlockDelta("Hm"),
                        new BlockEnded(),
                        new Finished(StopReason.END, Optional.empty(), Optional.of(USED)));
    }

    @Test
    void aCallsInputIsPassedPieceByPiece() throws Exception {
        readAll(START);

        assertThat(read(CALL)).containsExactly(new BlockBegan(new ToolCallBlock("toolu_1", "a")));
        assertThat(read(jsonDelta(""))).isEmpty();
        assertThat(read(jsonDelta("{\\\"x\\\": "))).containsExactly(new BlockDelta("{\"x\": "));
        assertThat(read(jsonDelta("1}"))).containsExactly(new BlockDelta("1}"));
        assertThat(read(STOP)).containsExactly(new BlockEnded());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            input: {x: 1}, | {"x":1}
            input: {},     | {}
            input: null,   | {}
            input: '',     | {}
                           | {}
            """)
    void anInputWithoutDeltasIsThatOfTheStart(String member, String expected) throws Exception {
        readAll(
                START,
                "{type: 'content_block_start', index: 0, content_block: {type: 'tool_use', id: 'toolu_1',"
                        + (member == null ? "" : member) + " name: 'a'}}");

        assertThat(read(STOP)).containsExactly(new BlockDelta(expected), new BlockEnded());
    }

    @Test
    void deltasCountMoreThanTheInputOfTheStart() throws Exception {
        readAll(
                START,
                "{type: 'content_block_start', index: 0,"
                        + " content_block: {type: 'tool_use', id: 't', name: 'a', input: {x: 1}}}",
                jsonDelta("{}"));

        assertThat(read(STOP)).containsExactly(new BlockEnded());
    }

    @Test
    void aCallWithoutAnIdIsGivenOne() throws Exception {
        List<AnswerEvent> events = readAll(
                START,
                "{type: 'content_block_start', content_block: {type: 'tool_use', name: 'a'}}",
                "{type: 'content_block_start', content_block: {type: 'tool_use', id: '', name: 'b'}}");

        assertThat(events)
                .containsExactly(
                        new Began(),
                        new BlockBegan(new ToolCallBlock("toolu_7f-3_1", "a")),
                        new BlockDelta("{}"),
                        new BlockEnded(),
                        new BlockBegan(new ToolCallBlock("toolu_7f-3_2", "b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "[1]", "{} {}", "{,"})
    void anInputThatIsNoJsonObjectIsNoAnswer(String input) throws Exception {
        readAll(START, CALL);

        assertThatThrownBy(() -> readAll(jsonDelta(input), STOP, END, LAST)).isInstanceOf(InvalidAnswerException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, ",
        "tool_use, ",
        "max_tokens, MAX_TOKENS",
        "model_context_window_exceeded, MAX_TOKENS",
        "refusal, CONTENT_FILTER"
    })
    void aCallMayBeCutOnlyWhereTheAnswerIs(String reason, StopReason expected) throws Exception {
        readAll(START, CALL, jsonDelta("{\\\"x\\\": "), STOP, stop(reason));

        if (expected != null) {
            assertThat(read(LAST)).containsExactly(new Finished(expected, Optional.empty(), Optional.of(USED)));
        } else {
            assertThatThrownBy(() -> read(LAST))
                    .isInstanceOf(InvalidAnswerException.class)
                    .hasMessage("a tool call's arguments end in the middle");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, END, TOOL_USE",
        "stop_sequence, STOP_SEQUENCE, TOOL_USE",
        "max_tokens, MAX_TOKENS, MAX_TOKENS",
        "model_context_window_exceeded, MAX_TOKENS, MAX_TOKENS",
        "tool_use, END, TOOL_USE",
        "refusal, CONTENT_FILTER, CONTENT_FILTER",
        "pause_turn, END, TOOL_USE",
        "something_new, END, TOOL_USE"
    })
    void reasonsAreUnderstoodWithAndWithoutCalls(String word, StopReason withoutCall, StopReason withCall)
            throws Exception {
        assertThat(streamed(START, stop(word), LAST).reason()).isEqualTo(withoutCall);
        assertThat(streamed(START, CALL, STOP, stop(word), LAST).reason()).isEqualTo(withCall);
        assertThat(whole("content: [], stop_reason: '" + word + "'").reason()).isEqualTo(withoutCall);
        assertThat(whole("content: [{type: 'tool_use', name: 'a', input: {}}], stop_reason: '" + word + "'")
                        .reason())
                .isEqualTo(withCall);
    }

    @Test
    void theTextThatEndedTheAnswerIsNamed() throws Exception {
        String end = "{type: 'message_delta', delta: {stop_reason: 'stop_sequence', stop_sequence: 'END'}}";

        assertThat(streamed(START, end, LAST).stopSequence()).contains("END");
        assertThat(whole("content: [], stop_reason: 'stop_sequence', stop_sequence: 'END'")
                        .stopSequence())
                .contains("END");
        assertThat(whole("content: [], stop_reason: 'end_turn', stop_sequence: 'END'")
                        .stopSequence())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # at the start | at the end | prompt, completion, cached, cache-written, reasoning
            {input_tokens: 10, output_tokens: 1} | {output_tokens: 20} | 10 20 0 0 0
            {input_tokens: 10, cache_read_input_tokens: 60, cache_creation_input_tokens: 30} | {output_tokens: 20} | 100 20 60 30 0
            {input_tokens: 0, output_tokens: 0} | {input_tokens: 40, output_tokens: 20, cache_read_input_tokens: 8} | 48 20 8 0 0
            {input_tokens: 10} | {output_tokens: 20, output_tokens_details: {reasoning_tokens: 5}} | 10 20 0 0 5
            {input_tokens: 10, cache_read_input_tokens: null, cache_creation_input_tokens: -5} | {output_tokens: 'x'} | 10 0 0 0 0
            null | {output_tokens: 20} | 0 20 0 0 0
            """)
    void usageIsGatheredFromStartAndEnd(String start, String end, String expected) throws Exception {
        List<AnswerEvent> events = readAll(
                "{type: 'message_start', message: {usage: " + start + "}}",
                "{type: 'message_delta', delta: {stop_reason: 'end_turn'}, usage: " + end + "}",
                LAST);

        assertThat(Answer.of(events).usage()).contains(usage(expected));
    }

    @Test
    void usageThatWasNotToldIsNotKnown() throws Exception {
        assertThat(streamed(
                                "{type: 'message_start', message: {}}",
                                stop("end_turn").replace("usage", "x"),
                                LAST)
                        .usage())
                .isEmpty();
        assertThat(whole("content: [], usage: {}").usage()).isEmpty();
    }

    @Test
    void withoutItsLastEventAnAnswerWithAReasonIsComplete() throws Exception {
        readAll(START, TEXT, textDelta("Hi"), END);

        assertThat(reader.end())
                .containsExactly(new BlockEnded(), new Finished(StopReason.END, Optional.empty(), Optional.of(USED)));
        assertThat(reader.end()).isEmpty();
    }

    @Test
    void anAnswerThatIsCutHasNoEnd() throws Exception {
        readAll(START, TEXT, textDelta("Hi"));

        assertThat(reader.end()).isEmpty();
        assertThat(read(LAST)).isEmpty();
    }

    @Test
    void blocksThatAreNotClosedAreClosedByTheNext() throws Exception {
        List<AnswerEvent> events = readAll(
                TEXT,
                textDelta("Hi"),
                CALL.replace("index: 0", "index: 1"),
                jsonDelta("{}").replace("index: 0", "index: 1"),
                LAST);

        assertThat(events)
                .containsExactly(
                        new Began(),
                        new BlockBegan(new TextBlock()),
                        new BlockDelta("Hi"),
                        new BlockEnded(),
                        new BlockBegan(new ToolCallBlock("toolu_1", "a")),
                        new BlockDelta("{}"),
                        new BlockEnded(),
                        new Finished(StopReason.TOOL_USE, Optional.empty(), Optional.empty()));
    }

    @Test
    void aTextMayComeWithTheBlocksStart() throws Exception {
        assertThat(read(TEXT.replace("text: ''", "text: 'Hi'")))
                .containsExactly(new Began(), new BlockBegan(new TextBlock()), new BlockDelta("Hi"));
    }

    @Test
    void aDeltaForABlockThatIsNotOpenIsNoAnswer() throws Exception {
        readAll(START, TEXT, textDelta("Hi"));

        assertThatThrownBy(() -> read(textDelta("x").replace("index: 0", "index: 1")))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessage("a delta for a content block that is not open");
    }

    @Test
    void anErrorInTheStreamIsNoAnswerAndKeepsItsText() throws Exception {
        readAll(START, TEXT, textDelta("Hi"));

        assertThatThrownBy(() -> read("{type: 'error', error: {type: 'overloaded_error', message: 'Overloaded'}}"))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessage("an error in the stream: Overloaded");
    }

    @Test
    void aWholeMessageIsReadBlockByBlock() throws Exception {
        Answer answer = whole(
                "content: [{type: 'thinking', thinking: 'Hm', signature: 'EqQB'},"
                        + " {type: 'redacted_thinking', data: 'x'}, {type: 'text', text: 'Hi', citations: null},"
                        + " {type: 'text', text: ''}, {type: 'server_tool_use', id: 's', name: 'web', input: {}},"
                        + " {type: 'tool_use', id: 'toolu_1', name: 'a', input: {x: 1.50}},"
                        + " {type: 'tool_use', id: '', name: 'b'}], stop_reason: 'tool_use',"
                        + " usage: {input_tokens: 10, cache_read_input_tokens: 60, cache_creation_input_tokens: 30, output_tokens: 20}");

        assertThat(answer)
                .isEqualTo(new Answer(
                        List.of(
                                new WholeBlock(new ReasoningBlock(), "Hm"),
                                new WholeBlock(new TextBlock(), "Hi"),
                                new WholeBlock(call("toolu_1", "a"), "{\"x\":1.50}"),
                                new WholeBlock(call("toolu_7f-3_2", "b"), "{}")),
                        StopReason.TOOL_USE,
                        Optional.empty(),
                        Optional.of(USED)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "content: 'Hi'",
                "content: [{type: 'tool_use', id: 't', input: {}}]",
                "content: [{type: 'tool_use', id: 't', name: 'a', input: [1]}]",
                "content: [{type: 'tool_use', id: 't', name: 'a', input: '{}'}]"
            })
    void aWholeBodyThatIsNoMessageIsNoAnswer(String members) {
        assertThatThrownBy(() -> whole(members)).isInstanceOf(InvalidAnswerException.class);
    }

    private static AnswerBlock call(String id, String name) {
        return new ToolCallBlock(id, name);
    }

    private static Usage usage(String numbers) {
        String[] parts = numbers.split(" ", -1);
        return new Usage(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]));
    }

    private static String textDelta(String text) {
        return "{type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: '" + text + "'}}";
    }

    private static String jsonDelta(String json) {
        return "{type: 'content_block_delta', index: 0, delta: {type: 'input_json_delta', partial_json: \"" + json
                + "\"}}";
    }

    private static String stop(String reason) {
        return END.replace("end_turn", reason);
    }

    private static Answer whole(String members) throws Exception {
        return new MessagesAnswerReader("7f-3").readWhole(tree("{" + members + "}"));
    }

    private static Answer streamed(String... events) throws Exception {
        MessagesAnswerReader fresh = new MessagesAnswerReader("7f-3");
        List<AnswerEvent> read = new ArrayList<>();
        for (String event : events) {
            read.addAll(fresh.read(tree(event)));
        }
        return Answer.of(read);
    }

    private List<AnswerEvent> readAll(String... events) throws Exception {
        List<AnswerEvent> read = new ArrayList<>();
        for (String event : events) {
            read.addAll(read(event));
        }
        return read;
    }

    private List<AnswerEvent> read(String event) throws Exception {
        return reader.read(tree(event));
    }

    private static ObjectNode tree(String json) throws MalformedJsonException {
        return (ObjectNode) Json.readLenient(json);
    }
}
