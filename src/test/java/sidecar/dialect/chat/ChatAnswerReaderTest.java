package sidecar.dialect.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sidecar.dialect.ChatChunks.calls;
import static sidecar.dialect.ChatChunks.delta;
import static sidecar.dialect.ChatChunks.finish;
import static sidecar.dialect.ChatChunks.fragment;
import static sidecar.dialect.ChatChunks.json;
import static sidecar.dialect.ChatChunks.options;
import static sidecar.dialect.ChatChunks.quoted;
import static sidecar.dialect.ChatChunks.readAll;
import static sidecar.dialect.ChatChunks.readOpen;
import static sidecar.dialect.ChatChunks.text;
import static sidecar.dialect.ChatChunks.usage;
import static sidecar.dialect.ChatChunks.whole;
import static sidecar.dialect.ChatChunks.words;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.InvalidAnswerException;

class ChatAnswerReaderTest {

    private final ChatAnswerReader reader = new ChatAnswerReader(options(false), "req1");
    private final ChatAnswerReader tagReader = new ChatAnswerReader(options(true), "req1");

    // ---- begin, end and usage ----

    @Test
    void textComesPieceByPiece() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                delta("{'role': 'assistant', 'content': ''}"),
                text("Hel"),
                text("lo"),
                finish("stop"),
                usage(10, 2)));

        assertThat(words).isEqualTo("began text( 'Hel' 'lo' ) END 10/2/0/0/0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices': []}",
                "{'choices': [], 'prompt_filter_results': [{}]}",
                "{'choices': [{'delta': {'role': 'assistant'}}]}",
                "{'choices': [{'index': 0, 'delta': null, 'finish_reason': ''}]}",
                "{'choices': [{'index': 1, 'delta': {'content': 'other'}}]}",
                "{'usage': {'prompt_tokens': 4}}"
            })
    void theAnswerBeginsWithWhateverChunkIsFirst(String first) throws InvalidAnswerException {
        assertThat(words(reader.read(json(first)))).isEqualTo("began");
        assertThat(words(reader.read(text("a")))).isEqualTo("text( 'a'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{'object': 'ping'}", "{'choices': null}", "{'usage': null}", "{'error': {'code': 500}}"})
    void anEventThatMeansNothingBeginsNothing(String event) throws InvalidAnswerException {
        assertThat(reader.read(json(event))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | began text( 'whole' ) f#a( '{}' ) TOOL_USE 3/1/0/0/0",
                "{'reasoning_content': 'hm'} | began reasoning( 'hm' ) text( 'whole' ) f#a( '{}' ) TOOL_USE 3/1/0/0/0",
                "{'content': 'Hel'} | began text( 'Hel' ) f#a( '{}' ) TOOL_USE 3/1/0/0/0",
                "{'tool_calls': [{'index': 0, 'id': 'b', 'function': {'name': 'g', 'arguments': '{}'}}]}"
                        + " | began g#b( '{}' ) text( 'whole' ) TOOL_USE 3/1/0/0/0"
            })
    void whatOnlyTheWholeMessageInTheLastChunkSaysIsTaken(String delta, String expected) throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                delta(delta),
                json("{'choices': [{'delta': {}, 'finish_reason': 'tool_calls', 'message': {'content': 'whole',"
                        + " 'tool_calls': [{'id': 'a', 'function': {'name': 'f', 'arguments': '{}'}}]}}]}"),
                usage(3, 1)));

        assertThat(words).isEqualTo(expected);
    }

    @Test
    void aWholeMessageBeforeTheLastChunkIsNotReadTwice() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                json("{'choices': [{'delta': {'content': 'a'}, 'message': {'content': 'a'}}]}"),
                json(
                        "{'choices': [{'delta': {'content': 'b'}, 'message': {'content': 'ab'}, 'finish_reason': 'stop'}]}"),
                usage(3, 1)));

        assertThat(words).isEqualTo("began text( 'a' 'b' ) END 3/1/0/0/0");
    }

    @Test
    void usageAfterTheFinishReasonIsAwaited() throws InvalidAnswerException {
        reader.read(text("a"));
        assertThat(reader.awaitsUsage()).isFalse();

        assertThat(reader.read(finish("stop"))).isEmpty();
        assertThat(reader.awaitsUsage()).isTrue();

        assertThat(words(reader.read(usage(3, 1)))).isEqualTo(") END 3/1/0/0/0");
        assertThat(reader.awaitsUsage()).isFalse();
    }

    @Test
    void usageInTheFinishingChunkEndsTheAnswerAtOnce() throws InvalidAnswerException {
        reader.read(text("a"));

        String words = words(
                reader.read(json("{'choices': [{'delta': {}, 'finish_reason': 'stop'}], 'usage': {'prompt_tokens': 3,"
                        + " 'completion_tokens': 1}}")));

        assertThat(words).isEqualTo(") END 3/1/0/0/0");
    }

    @Test
    void usageBeforeTheFinishReasonIsKeptUntilTheEnd() throws InvalidAnswerException {
        assertThat(words(readOpen(reader, text("a"), usage(3, 1), finish("stop"))))
                .isEqualTo("began text( 'a'");
        assertThat(reader.awaitsUsage()).isTrue();

        assertThat(words(reader.end())).isEqualTo(") END 3/1/0/0/0");
        assertThat(reader.end()).isEmpty();
    }

    @Test
    void usageThatComesSeveralTimesIsTheLargest() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                usage(3, 1),
                usage(3, 7),
                finish("stop"),
                json("{'choices': [], 'usage': {'prompt_tokens': 3}}")));

        assertThat(words).isEqualTo("began END 3/7/0/0/0");
    }

    @Test
    void usageOfZerosIsNone() throws InvalidAnswerException {
        assertThat(words(readAll(reader, text("a"), finish("stop"), usage(0, 0))))
                .isEqualTo("began text( 'a' ) END");
    }

    @Test
    void anAnswerThatIsCompleteWithoutAReasonEndsWithoutUsage() throws InvalidAnswerException {
        assertThat(words(readAll(reader, text("a")))).isEqualTo("began text( 'a' ) END");
    }

    @Test
    void anEndBeforeAnythingIsNoAnswer() {
        assertThatThrownBy(reader::end)
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessage("a stream without an answer");
    }

    @Test
    void whatComesAfterTheEndIsIgnored() throws InvalidAnswerException {
        readOpen(reader, text("a"), finish("stop"), usage(3, 1));

        assertThat(reader.read(text("b"))).isEmpty();
        assertThat(reader.read(finish("length"))).isEmpty();
        assertThat(reader.end()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'prompt_tokens': 100, 'completion_tokens': 5, 'prompt_tokens_details': {'cached_tokens': 40}};"
                        + " 100/5/40/0/0",
                "{'prompt_tokens': 100, 'completion_tokens': 5, 'prompt_cache_hit_tokens': 30}; 100/5/30/0/0",
                "{'prompt_tokens': 100, 'completion_tokens': 5, 'cached_tokens': 20}; 100/5/20/0/0",
                "{'prompt_tokens': 100, 'completion_tokens': 5, 'prompt_tokens_details': {'cache_write_tokens': 9,"
                        + " 'cached_tokens': 1}}; 100/5/1/9/0",
                "{'prompt_tokens': 100, 'completion_tokens': 5, 'prompt_tokens_details': {'cache_creation_tokens':"
                        + " 8}}; 100/5/0/8/0",
                "{'prompt_tokens': 100, 'completion_tokens': 5, 'cache_creation_input_tokens': 7,"
                        + " 'cache_read_input_tokens': 6}; 100/5/6/7/0",
                "{'prompt_tokens': 100, 'completion_tokens': 5, 'completion_tokens_details': {'reasoning_tokens': 4}};"
                        + " 100/5/0/0/4",
                "{'prompt_tokens': 10, 'completion_tokens': 5, 'cached_tokens': 99}; 10/5/10/0/0",
                "{'prompt_tokens': -1, 'completion_tokens': '7', 'total_tokens': 9}; 9/0/0/0/0",
                "{'prompt_tokens': 4, 'total_tokens': 9}; 4/5/0/0/0",
                "{'input_tokens': 4, 'output_tokens': 3.0, 'prompt_tokens_details': null}; 4/3/0/0/0",
                "{'prompt_tokens': 1e40, 'completion_tokens': 1}; 1000000000000/1/0/0/0"
            })
    void usageIsReadAsProvidersWriteIt(String usage, String expected) throws InvalidAnswerException {
        String words = words(readAll(reader, finish("stop"), json("{'choices': [], 'usage': " + usage + "}")));

        assertThat(words).isEqualTo("began END " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices': [{'delta': {}, 'finish_reason': 'stop', 'usage': {'prompt_tokens': 6,"
                        + " 'completion_tokens': 2}}]}",
                "{'choices': [{'delta': {}, 'finish_reason': 'stop'}], 'x_groq': {'id': 'r', 'usage':"
                        + " {'prompt_tokens': 6, 'completion_tokens': 2}}}"
            })
    void usageIsFoundInItsOtherPlaces(String chunk) throws InvalidAnswerException {
        assertThat(words(reader.read(json(chunk)))).isEqualTo("began END 6/2/0/0/0");
    }

    // ---- prose ----

    @Test
    void reasoningAndTextAreBlocksOfTheirOwn() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                delta("{'reasoning_content': 'hm', 'content': null}"),
                delta("{'reasoning_content': 'm', 'content': ''}"),
                delta("{'reasoning_content': null, 'content': 'A'}"),
                delta("{'reasoning': 'wait'}"),
                text("B"),
                finish("stop")));

        assertThat(words).isEqualTo("began reasoning( 'hm' 'm' ) text( 'A' ) reasoning( 'wait' ) text( 'B' ) END");
    }

    @Test
    void reasoningThatComesUnderBothNamesIsGivenOnce() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                delta("{'reasoning_content': 'hm', 'reasoning': 'hm'}"),
                delta("{'reasoning_content': '', 'reasoning': '!'}"),
                finish("stop")));

        assertThat(words).isEqualTo("began reasoning( 'hm' '!' ) END");
    }

    @Test
    void inOneChunkReasoningComesBeforeTextAndTextBeforeCalls() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                delta("{'tool_calls': [" + fragment(0, "a", "f", "{}") + "], 'content': 'T', 'reasoning': 'R'}"),
                finish("stop")));

        assertThat(words).isEqualTo("began reasoning( 'R' ) text( 'T' ) f#a( '{}' ) TOOL_USE");
    }

    @Test
    void aRefusalIsABlockOfItsOwn() throws InvalidAnswerException {
        String words =
                words(readAll(reader, delta("{'refusal': 'I '}"), delta("{'refusal': 'must not'}"), finish("stop")));

        assertThat(words).isEqualTo("began refusal( 'I ' 'must not' ) END");
    }

    @Test
    void contentMayBeParts() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                delta("{'content': [{'type': 'thinking', 'thinking': [{'type': 'text', 'text': 'hm'}]}]}"),
                delta("{'content': [{'type': 'text', 'text': 'a'}, 'b', {'type': 'image'}, {'type': 'refusal',"
                        + " 'refusal': 'no'}]}"),
                finish("stop")));

        assertThat(words).isEqualTo("began reasoning( 'hm' ) text( 'a' 'b' ) refusal( 'no' ) END");
    }

    @Test
    void blanksAloneAreNoBlock() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                delta("{'reasoning': '\\n'}"),
                text("\n\n"),
                calls(fragment(0, "a", "f", "{\"x\":1}")),
                text(" "),
                finish("tool_calls")));

        assertThat(words).isEqualTo("began f#a( '{\"x\":1}' ) TOOL_USE");
    }

    @Test
    void blanksBeforeATextComeWithIt() throws InvalidAnswerException {
        assertThat(words(readOpen(reader, text("\n"), text(" "), text("a"), text(" "))))
                .isEqualTo("began text( '\n a' ' '");
        assertThat(reader.heldCharacters()).isZero();
    }

    @Test
    void halfOfASurrogatePairSurvives() throws InvalidAnswerException {
        assertThat(words(readOpen(reader, text("\ud83d"), text("\ude00")))).isEqualTo("began text( '\ud83d' '\ude00'");
    }

    @Test
    void otherChoicesDoNotCount() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                json("{'choices': [{'index': 1, 'delta': {'content': 'no'}, 'finish_reason': 'length'}, {'index':"
                        + " 0, 'delta': {'content': 'yes'}}]}"),
                finish("stop")));

        assertThat(words).isEqualTo("began text( 'yes' ) END");
    }

    // ---- calls ----

    @Test
    void theFirstCallIsGivenAsItComes() throws InvalidAnswerException {
        assertThat(words(reader.read(calls(fragment(0, "call_a", "read", ""))))).isEqualTo("began");
        assertThat(words(reader.read(calls(fragment(0, "{\"pa"))))).isEqualTo("read#call_a( '{\"pa'");
        assertThat(words(reader.read(calls(fragment(0, "th\":1}"))))).isEqualTo("'th\":1}'");
        assertThat(reader.heldCharacters()).isZero();
        assertThat(words(readAll(reader, finish("tool_calls")))).isEqualTo(") TOOL_USE");
    }

    @Test
    void callsThatInterleaveComeOneAfterTheOther() throws InvalidAnswerException {
        ObjectNode[] chunks = {
            calls(fragment(0, "a", "f", ""), fragment(1, "b", "g", "{")),
            calls(fragment(1, "\"y\":"), fragment(0, "{\"x\"")),
            calls(fragment(2, "c", "h", "{\"z\":3}")),
            calls(fragment(0, ":1")),
            calls(fragment(1, "2}")),
        };

        String open = words(readOpen(reader, chunks));
        long held = reader.heldCharacters();
        String rest = words(readAll(reader, calls(fragment(0, "}")), finish("tool_calls")));

        assertThat(open).isEqualTo("began f#a( '{\"x\"' ':1'");
        assertThat(held).isEqualTo("{\"y\":2}{\"z\":3}".length());
        assertThat(rest).isEqualTo("'}' ) g#b( '{\"y\":2}' ) h#c( '{\"z\":3}' ) TOOL_USE");
        assertThat(reader.heldCharacters()).isZero();
    }

    @Test
    void aCallThatIsWholeEndsWhenTheNextOneBegins() throws InvalidAnswerException {
        String words = words(readOpen(
                reader,
                calls(fragment(0, "a", "f", "{\"x\":1}")),
                calls(fragment(1, "b", "g", "")),
                calls(fragment(1, "{\"y"))));

        assertThat(words).isEqualTo("began f#a( '{\"x\":1}' ) g#b( '{\"y'");
    }

    @Test
    void textThatComesInTheMiddleOfACallWaitsForItsEnd() throws InvalidAnswerException {
        String open = words(readOpen(reader, calls(fragment(0, "a", "f", "{\"x\"")), text("by the "), text("way")));
        long held = reader.heldCharacters();
        String rest = words(reader.read(calls(fragment(0, ":1}"))));

        assertThat(open).isEqualTo("began f#a( '{\"x\"'");
        assertThat(held).isEqualTo(10);
        assertThat(rest).isEqualTo("':1}' ) text( 'by the way'");
        assertThat(words(readAll(reader, text("!"), finish("stop")))).isEqualTo("'!' ) TOOL_USE");
    }

    @ParameterizedTest
    @MethodSource
    void howeverItsFragmentsAreItIsOneCall(String name, List<String> fragments, String expected)
            throws InvalidAnswerException {
        ObjectNode[] chunks =
                fragments.stream().map(fragment -> calls(fragment)).toArray(ObjectNode[]::new);

        String words = words(readOpen(reader, chunks)) + ' ' + words(readAll(reader, finish("tool_calls")));

        assertThat(words).as(name).isEqualTo("began " + expected + " ) TOOL_USE");
    }

    static Stream<Arguments> howeverItsFragmentsAreItIsOneCall() {
        return Stream.of(
                Arguments.of(
                        "id and name repeated",
                        List.of(
                                fragment(0, "a", "f", "{"),
                                fragment(0, "a", "f", "\"x\":1"),
                                fragment(0, "a", "f", "}")),
                        "f#a( '{' '\"x\":1' '}'"),
                Arguments.of(
                        "id and name empty later",
                        List.of(fragment(0, "a", "f", "{"), fragment(0, "", "", "}")),
                        "f#a( '{' '}'"),
                Arguments.of(
                        "id and name null later",
                        List.of(
                                fragment(0, "a", "f", "{"),
                                "{'index': 0, 'id': null, 'function': {'name': null, 'arguments': '}'}}"),
                        "f#a( '{' '}'"),
                Arguments.of(
                        "name late",
                        List.of("{'index': 0, 'id': 'a', 'function': {'arguments': '{'}}", fragment(0, "", "f", "}")),
                        "f#a( '{}'"),
                Arguments.of(
                        "name after all arguments",
                        List.of(fragment(0, "{\"x\":1}"), fragment(0, "a", "f", "")),
                        "f#a( '{\"x\":1}'"),
                Arguments.of(
                        "id late, before the arguments",
                        List.of(fragment(0, "", "f", ""), "{'index': 0, 'id': 'a'}", fragment(0, "{\"x\":1}")),
                        "f#a( '{\"x\":1}'"),
                Arguments.of(
                        "id too late",
                        List.of(fragment(0, "", "f", "{"), fragment(0, "a", "f", "\"x\":1}")),
                        "f#call_req1_0( '{' '\"x\":1}'"),
                Arguments.of("no id", List.of(fragment(0, "", "f", "{\"x\":1}")), "f#call_req1_0( '{\"x\":1}'"),
                Arguments.of(
                        "a new id with every fragment",
                        List.of(
                                fragment(0, "a", "f", "{\"x\""),
                                fragment(0, "b", "f", ":{"),
                                fragment(0, "c", "", "}}")),
                        "f#a( '{\"x\"' ':{' '}}'"),
                Arguments.of(
                        "no index",
                        List.of(
                                "{'id': 'a', 'function': {'name': 'f', 'arguments': '{'}}",
                                "{'function': {'arguments': '}'}}"),
                        "f#a( '{' '}'"),
                Arguments.of(
                        "an index that counts up",
                        List.of(fragment(0, "a", "f", "{\"x\""), fragment(1, ":1"), fragment(2, "}")),
                        "f#a( '{\"x\"' ':1' '}'"),
                Arguments.of(
                        "name in pieces before the arguments",
                        List.of(fragment(0, "a", "read_", ""), fragment(0, "", "file", ""), fragment(0, "{\"x\":1}")),
                        "read_file#a( '{\"x\":1}'"),
                Arguments.of(
                        "another name after the arguments began",
                        List.of(fragment(0, "a", "f", "{"), fragment(0, "a", "g", "}")),
                        "f#a( '{' '}'"),
                Arguments.of("arguments empty", List.of(fragment(0, "a", "f", "")), "f#a( '{}'"),
                Arguments.of("arguments blank", List.of(fragment(0, "a", "f", " \n")), "f#a( '{}'"),
                Arguments.of(
                        "arguments null",
                        List.of("{'index': 0, 'id': 'a', 'function': {'name': 'f', 'arguments': null}}"),
                        "f#a( '{}'"),
                Arguments.of(
                        "arguments missing",
                        List.of("{'index': 0, 'id': 'a', 'function': {'name': 'f'}}"),
                        "f#a( '{}'"),
                Arguments.of(
                        "arguments {} at last", List.of(fragment(0, "a", "f", ""), fragment(0, "{}")), "f#a( '{}'"),
                Arguments.of(
                        "arguments {} twice", List.of(fragment(0, "a", "f", "{}"), fragment(0, "{}")), "f#a( '{}'"),
                Arguments.of(
                        "arguments {} in front of the true ones",
                        List.of(fragment(0, "a", "f", "{}"), fragment(0, "{\"x\""), fragment(0, ":1}")),
                        "f#a( '{\"x\"' ':1}'"),
                Arguments.of(
                        "arguments as an object",
                        List.of("{'index': 0, 'id': 'a', 'function': {'name': 'f', 'arguments': {'x': [1, 'y']}}}"),
                        "f#a( '{\"x\":[1,\"y\"]}'"),
                Arguments.of(
                        "arguments only at the end",
                        List.of(fragment(0, "a", "f", ""), fragment(0, ""), fragment(0, "{\"x\":1}")),
                        "f#a( '{\"x\":1}'"),
                Arguments.of(
                        "arguments whole once more at the end",
                        List.of(
                                fragment(0, "a", "f", "{\"x\""),
                                fragment(0, ":1}"),
                                fragment(0, "{\"x\":1}"),
                                fragment(0, "\n")),
                        "f#a( '{\"x\"' ':1}'"),
                Arguments.of(
                        "blanks around the arguments",
                        List.of(fragment(0, "a", "f", " "), fragment(0, " {\"x\":1}"), fragment(0, " \n")),
                        "f#a( '{\"x\":1}'"),
                Arguments.of(
                        "split inside an escape and a surrogate pair",
                        List.of(
                                fragment(0, "a", "f", "{\"x\":\"\\"),
                                fragment(0, "n\\u00"),
                                fragment(0, "e4\ud83d"),
                                fragment(0, "\ude00\"}")),
                        "f#a( '{\"x\":\"\\' 'n\\u00' 'e4\ud83d' '\ude00\"}'"));
    }

    @ParameterizedTest
    @MethodSource
    void parallelCallsAreToldApart(String name, List<ObjectNode> chunks, String expected)
            throws InvalidAnswerException {
        String words = words(readOpen(reader, chunks.toArray(ObjectNode[]::new)))
                + ' '
                + words(readAll(reader, finish("tool_calls")));

        assertThat(words).as(name).isEqualTo("began " + expected + " ) TOOL_USE");
    }

    static Stream<Arguments> parallelCallsAreToldApart() {
        return Stream.of(
                Arguments.of(
                        "index 0 for all, new ids",
                        List.of(
                                calls(fragment(0, "a", "f", "{\"x\":1}")),
                                calls(fragment(0, "b", "f", "")),
                                calls(fragment(0, "{\"x\":2}"))),
                        "f#a( '{\"x\":1}' ) f#b( '{\"x\":2}'"),
                Arguments.of(
                        "index 0 for all, new ids, equal arguments",
                        List.of(calls(fragment(0, "a", "f", "{\"x\":1}")), calls(fragment(0, "b", "f", "{\"x\":1}"))),
                        "f#a( '{\"x\":1}' ) f#b( '{\"x\":1}'"),
                Arguments.of(
                        "index 0 for all in one chunk",
                        List.of(calls(fragment(0, "a", "f", "{\"x\":1}"), fragment(0, "b", "g", "{\"y\":1}"))),
                        "f#a( '{\"x\":1}' ) g#b( '{\"y\":1}'"),
                Arguments.of(
                        "index 0 for all, no ids",
                        List.of(calls(fragment(0, "", "f", "{\"x\":1}")), calls(fragment(0, "", "g", "{\"y\":1}"))),
                        "f#call_req1_0( '{\"x\":1}' ) g#call_req1_1( '{\"y\":1}'"),
                Arguments.of(
                        "index 0 for all, no arguments",
                        List.of(calls(fragment(0, "a", "f", "")), calls(fragment(0, "b", "g", ""))),
                        "f#a( '{}' ) g#b( '{}'"),
                Arguments.of(
                        "index 0 for all, ids on fragments that interleave",
                        List.of(
                                calls(fragment(0, "a", "f", "")),
                                calls(fragment(0, "b", "g", "")),
                                calls(fragment(0, "b", "", "{\"y\":1}")),
                                calls(fragment(0, "a", "", "{\"x\":1}"))),
                        "f#a( '{\"x\":1}' ) g#b( '{\"y\":1}'"),
                Arguments.of(
                        "no index, ids on fragments that interleave",
                        List.of(
                                calls(
                                        "{'id': 'a', 'function': {'name': 'f'}}",
                                        "{'id': 'b', 'function': {'name': 'g'}}"),
                                calls("{'id': 'b', 'function': {'arguments': '{}'}}"),
                                calls("{'id': 'a', 'function': {'arguments': '{ }'}}")),
                        "f#a( '{ }' ) g#b( '{}'"),
                Arguments.of(
                        "no index and no id, in one chunk",
                        List.of(calls(
                                "{'function': {'name': 'f', 'arguments': '{\"x\":1}'}}",
                                "{'function': {'name': 'f', 'arguments': '{\"x\":1}'}}")),
                        "f#call_req1_0( '{\"x\":1}' ) f#call_req1_1( '{\"x\":1}'"),
                Arguments.of(
                        "no index and no id, one after the other",
                        List.of(
                                calls("{'function': {'name': 'f', 'arguments': '{\"x\":1}'}}"),
                                calls("{'function': {'name': 'f', 'arguments': '{\"x\":2}'}}")),
                        "f#call_req1_0( '{\"x\":1}' ) f#call_req1_1( '{\"x\":2}'"),
                Arguments.of(
                        "the same id for all",
                        List.of(calls(fragment(0, "a", "f", "{\"x\":1}")), calls(fragment(1, "a", "f", "{\"x\":2}"))),
                        "f#a( '{\"x\":1}' ) f#call_req1_1( '{\"x\":2}'"),
                Arguments.of(
                        "indexes from 1, out of order",
                        List.of(calls(fragment(3, "c", "h", "{\"z\":1}")), calls(fragment(1, "a", "f", "{\"x\":1}"))),
                        "h#c( '{\"z\":1}' ) f#a( '{\"x\":1}'"),
                Arguments.of(
                        "an empty fragment behind all",
                        List.of(
                                calls(fragment(0, "a", "f", "{\"x\":1}")),
                                calls(fragment(1, "", "", "")),
                                calls(fragment(0, "", "", ""))),
                        "f#a( '{\"x\":1}'"));
    }

    @Test
    void theFormBeforeThereWereToolCallsIsOneCall() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                delta("{'function_call': {'name': 'f', 'arguments': ''}}"),
                delta("{'function_call': {'arguments': '{\"x\":'}}"),
                delta("{'function_call': {'arguments': '1}'}}"),
                finish("function_call")));

        assertThat(words).isEqualTo("began f#call_req1_0( '{\"x\":' '1}' ) TOOL_USE");
    }

    @Test
    void bothFormsTogetherAreOneCall() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                delta("{'function_call': {'name': 'f', 'arguments': '{}'}, 'tool_calls': ["
                        + fragment(0, "a", "f", "{}") + "]}"),
                finish("tool_calls")));

        assertThat(words).isEqualTo("began f#a( '{}' ) TOOL_USE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1]",
                "\"text\"",
                "null",
                "7",
                "{\"x\":1",
                "{\"x\":1}}",
                "{\"x\":1}{\"y\":2}",
                "{\"x\":1} 7",
                "{x:1}",
                "None",
                "{\"x\":1}\""
            })
    void argumentsThatAreNotOneObjectAreNoAnswer(String arguments) {
        assertThatThrownBy(() -> readAll(
                        reader, calls(fragment(0, "a", "f", arguments)), finish("tool_calls"), usage(3, 1), text("x")))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessageStartingWith("a tool call's arguments");
    }

    @Test
    void moreArgumentsAfterAWholeObjectAreNoAnswer() throws InvalidAnswerException {
        readOpen(reader, calls(fragment(0, "a", "f", "{\"x\":1}")), calls(fragment(1, "b", "g", "{\"x\"")));

        assertThatThrownBy(() -> reader.read(calls(fragment(0, "{\"x\":2}"))))
                .isInstanceOf(InvalidAnswerException.class);
    }

    @Test
    void argumentsWithoutANameAreNoAnswer() {
        assertThatThrownBy(() -> readAll(reader, calls(fragment(0, "a", "", "{}")), finish("tool_calls")))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessage("a tool call without a name");
    }

    @Test
    void moreCallsThanAnyModelMakesAreNoAnswer() {
        ObjectNode[] chunks = IntStream.range(0, 513)
                .mapToObj(i -> calls(fragment(i, "id" + i, "f", "{\"x\":1}")))
                .toArray(ObjectNode[]::new);

        assertThatThrownBy(() -> readOpen(reader, chunks))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessage("more than 512 tool calls");
    }

    // ---- reasons ----

    @ParameterizedTest
    @CsvSource({
        "stop, END",
        "eos, END",
        "something_new, END",
        "tool_calls, END",
        "length, MAX_TOKENS",
        "MAX_TOKENS, MAX_TOKENS",
        "model_context_window_exceeded, MAX_TOKENS",
        "content_filter, CONTENT_FILTER",
        "SAFETY, CONTENT_FILTER",
        "sensitive, CONTENT_FILTER"
    })
    void aReasonMeans(String reason, String expected) throws InvalidAnswerException {
        assertThat(words(readAll(reader, text("a"), finish(reason)))).isEqualTo("began text( 'a' ) " + expected);
    }

    @ParameterizedTest
    @CsvSource({"stop, TOOL_USE", "tool_calls, TOOL_USE", "content_filter, TOOL_USE", "length, MAX_TOKENS"})
    void withACallAReasonMeans(String reason, String expected) throws InvalidAnswerException {
        assertThat(words(readAll(reader, calls(fragment(0, "a", "f", "{\"x\":1}")), finish(reason))))
                .isEqualTo("began f#a( '{\"x\":1}' ) " + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "abort", "network_error", "insufficient_system_resource"})
    void aReasonThatIsAFailureIsNoAnswer(String reason) {
        assertThatThrownBy(() -> readOpen(reader, text("a"), finish(reason)))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessage("the provider stopped with " + reason);
    }

    @ParameterizedTest
    @CsvSource({"length, stop", "stop, length"})
    void ofSeveralReasonsTheOneThatCutItShortCounts(String first, String second) throws InvalidAnswerException {
        assertThat(words(readAll(reader, text("a"), finish(first), finish(second))))
                .isEqualTo("began text( 'a' ) MAX_TOKENS");
    }

    @Test
    void whatComesAfterAnEarlyReasonIsPartOfTheAnswer() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                json("{'choices': [{'delta': {'content': 'a'}, 'finish_reason': 'stop'}]}"),
                text("b"),
                json("{'choices': [{'delta': {'tool_calls': [" + fragment(0, "i", "f", "{\"x\"")
                        + "]}, 'finish_reason': 'tool_calls'}]}"),
                usage(3, 1),
                calls(fragment(0, ":1}")),
                finish("stop")));

        assertThat(words).isEqualTo("began text( 'a' 'b' ) f#i( '{\"x\"' ':1}' ) TOOL_USE 3/1/0/0/0");
    }

    @Test
    void usageIsNotAwaitedInTheMiddleOfACall() throws InvalidAnswerException {
        readOpen(reader, calls(fragment(0, "i", "f", "{\"x\"")), finish("tool_calls"));
        assertThat(reader.awaitsUsage()).isFalse();

        reader.read(calls(fragment(0, ":1}")));
        assertThat(reader.awaitsUsage()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'stop_reason', '\"END\"', STOP_SEQUENCE@END",
        "'stop_sequence', '\"###\"', STOP_SEQUENCE@###",
        "'matched_stop', '\"X\"', STOP_SEQUENCE@X",
        "'stop_reason', '128009', END",
        "'stop_reason', 'null', END",
        "'stop_reason', '\"\"', END",
        "'stop_reason', '\"end_turn\"', END",
        "'stop_reason', '\"stop\"', END"
    })
    void theTextThatStoppedItIsTold(String member, String value, String expected) throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                json("{'choices': [{'delta': {'content': 'a'}, 'finish_reason': 'stop', '" + member + "': " + value
                        + "}]}")));

        assertThat(words).isEqualTo("began text( 'a' ) " + expected);
    }

    @Test
    void ofAnAnswerCutShortTheCallUnderWayStaysAndLaterOnesAreLeftOut() throws InvalidAnswerException {
        String words = words(readAll(
                reader,
                calls(fragment(0, "a", "f", "{\"x\"")),
                calls(fragment(1, "b", "g", "{\"y\":2}")),
                calls(fragment(2, "c", "h", "{\"z\"")),
                calls(fragment(3, "d", "i", "")),
                finish("length"),
                usage(3, 1)));

        assertThat(words).isEqualTo("began f#a( '{\"x\"' ) g#b( '{\"y\":2}' ) MAX_TOKENS 3/1/0/0/0");
        assertThat(reader.heldCharacters()).isZero();
    }

    // ---- tags ----

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "<think>hm</think>Yes;reasoning( 'hm' ) text( 'Yes' ) END",
                "  <think>hm</think>  Yes;reasoning( 'hm' ) text( 'Yes' ) END",
                "<think>a</think> <think>b</think>Yes;reasoning( 'ab' ) text( 'Yes' ) END",
                "hm</think>Yes;reasoning( 'hm' ) text( 'Yes' ) END",
                "<think></think>Yes;text( 'Yes' ) END",
                "Yes, <think> is a tag;text( 'Yes, <think> is a tag' ) END",
                "<think>hm</think>Yes</think>;reasoning( 'hm' ) text( 'Yes</think>' ) END",
                "<think>cut;reasoning( 'cut' ) END",
                "<think>cut</thi;reasoning( 'cut</thi' ) END",
                "<thi;text( '<thi' ) END",
                "<b>Yes</b>;text( '<b>Yes</b>' ) END"
            })
    void tagsInOnePiece(String text, String expected) throws InvalidAnswerException {
        Answer answer = tagReader.readWhole(whole("{'content': " + quoted(text) + "}", "stop"));

        assertThat(words(answer.events())).isEqualTo("began " + expected + " 10/5/0/0/0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<think>hm</think>Yes",
                " \n<think>a<b</x></think> \n Yes </think> <think>",
                "</thi</think>Yes",
                "hm\n</think>\n\nYes",
                "Yes <think>no</think>"
            })
    void tagsAreFoundHoweverTheTextIsSplit(String text) throws InvalidAnswerException {
        Answer expected = tagReader.readWhole(whole("{'content': " + quoted(text) + "}", "stop"));

        for (int size = 1; size < text.length(); size++) {
            ChatAnswerReader split = new ChatAnswerReader(options(true), "req1");
            ObjectNode[] pieces = pieces(text, size);
            Answer answer = Answer.of(readAll(split, pieces));
            assertThat(answer.blocks()).as("pieces of %d", size).isEqualTo(expected.blocks());
        }
    }

    private static ObjectNode[] pieces(String text, int size) {
        return Stream.concat(
                        IntStream.iterate(0, at -> at < text.length(), at -> at + size)
                                .mapToObj(at -> text(text.substring(at, Math.min(text.length(), at + size)))),
                        Stream.of(finish("stop")))
                .toArray(ObjectNode[]::new);
    }

    @Test
    void reasoningInTagsStreams() throws InvalidAnswerException {
        assertThat(words(readOpen(tagReader, text("<think>"), text("a"), text("b</t"), text("i"))))
                .isEqualTo("began reasoning( 'a' 'b' '</ti'");
        assertThat(words(readOpen(tagReader, text("</think>"), text("\n"), text("T"), text("<"))))
                .isEqualTo(") text( 'T' '<'");
    }

    @Test
    void aTextWithoutTagsIsHeldUntilItIsLong() throws InvalidAnswerException {
        String half = "x".repeat(ChatAnswerReader.UNDECIDED_CHARACTERS / 2);

        assertThat(words(readOpen(tagReader, text(half), text(half)))).isEqualTo("began");
        assertThat(tagReader.heldCharacters()).isEqualTo(ChatAnswerReader.UNDECIDED_CHARACTERS);
        assertThat(words(tagReader.read(text("y")))).isEqualTo("text( '" + half + half + "y'");
        assertThat(tagReader.heldCharacters()).isZero();
        assertThat(words(tagReader.read(text("</think>z")))).isEqualTo("'</think>z'");
    }

    @Test
    void aTextWithoutTagsIsNotHeldBehindACallOrReasoning() throws InvalidAnswerException {
        String words = words(readOpen(
                tagReader,
                delta("{'reasoning_content': 'hm'}"),
                text("Let me"),
                calls(fragment(0, "a", "f", "{\"x\":1}"))));

        assertThat(words).isEqualTo("began reasoning( 'hm' ) text( 'Let me' ) f#a( '{\"x\":1}'");
    }

    @Test
    void aCallReleasesATextThatIsUndecided() throws InvalidAnswerException {
        assertThat(words(readOpen(tagReader, text("Let me"), calls(fragment(0, "a", "f", "{\"x\":1}")))))
                .isEqualTo("began text( 'Let me' ) f#a( '{\"x\":1}'");
    }

    @Test
    void withoutTheOptionTagsAreText() throws InvalidAnswerException {
        assertThat(words(readOpen(reader, text("<think>a</think>b")))).isEqualTo("began text( '<think>a</think>b'");
    }

    // ---- whole answers ----

    @Test
    void aWholeAnswerHasItsBlocksInOrder() throws InvalidAnswerException {
        Answer answer = reader.readWhole(whole(
                "{'role': 'assistant', 'content': 'T', 'reasoning_content': 'R', 'tool_calls': ["
                        + fragment(0, "a", "f", "{\"x\":1}") + "," + fragment(0, "b", "g", "") + "]}",
                "stop"));

        assertThat(words(answer.events()))
                .isEqualTo("began reasoning( 'R' ) text( 'T' ) f#a( '{\"x\":1}' ) g#b( '{}' ) TOOL_USE 10/5/0/0/0");
    }

    @Test
    void equalCallsOfAWholeAnswerAreAllGiven() throws InvalidAnswerException {
        String call = "{'id': 'a', 'function': {'name': 'f', 'arguments': '{\"x\":1}'}}";

        Answer answer =
                reader.readWhole(whole("{'content': null, 'tool_calls': [" + call + "," + call + "]}", "tool_calls"));

        assertThat(words(answer.events()))
                .isEqualTo("began f#a( '{\"x\":1}' ) f#call_req1_1( '{\"x\":1}' ) TOOL_USE 10/5/0/0/0");
    }

    @Test
    void anEmptyWholeAnswerIsOne() throws InvalidAnswerException {
        Answer answer = reader.readWhole(whole("{'role': 'assistant', 'content': null}", "stop"));

        assertThat(words(answer.events())).isEqualTo("began END 10/5/0/0/0");
    }

    @Test
    void aWholeAnswerWithoutAReasonIsComplete() throws InvalidAnswerException {
        Answer answer = reader.readWhole(json("{'choices': [{'message': {'content': 'a'}, 'finish_reason': null}]}"));

        assertThat(words(answer.events())).isEqualTo("began text( 'a' ) END");
    }

    @Test
    void theReasoningOfAWholeAnswerMayBeLongAndHaveNoOpeningTag() throws InvalidAnswerException {
        String reasoning = "x".repeat(3 * ChatAnswerReader.UNDECIDED_CHARACTERS);

        Answer answer = tagReader.readWhole(whole("{'content': '" + reasoning + "</think>a'}", "stop"));

        assertThat(words(answer.events()))
                .isEqualTo("began reasoning( '" + reasoning + "' ) text( 'a' ) END 10/5/0/0/0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'choices': []}",
                "{'choices': [{'index': 0, 'finish_reason': 'stop'}]}",
                "{'choices': [{'index': 0, 'message': 'a'}]}",
                "{'choices': [{'index': 1, 'message': {'content': 'a'}}]}",
                "{'choices': [{'message': {'content': 'a'}, 'finish_reason': 'error'}]}",
                "{'choices': [{'message': {'tool_calls': [{'id': 'a', 'function': {'name': 'f', 'arguments':"
                        + " '[]'}}]}}]}"
            })
    void aWholeAnswerWithoutAMessageOrWithABrokenOneIsNone(String body) {
        assertThatThrownBy(() -> reader.readWhole(json(body))).isInstanceOf(InvalidAnswerException.class);
    }
}
