package sidecar.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.body.ByteEdit;
import sidecar.body.ByteSource;
import sidecar.protocol.request.CarriedReasoningCut.ReasoningCut;

class CarriedReasoningCutTest {

    private static final String OWN = "{'type': 'thinking', 'thinking': 'a', 'signature': 'sidecar'}";
    private static final String SIGNED = "{'type': 'thinking', 'thinking': 'a', 'signature': 'EqQB'}";
    private static final String CALL = "{'type': 'tool_use', 'id': 't', 'name': 'f', 'input': {}}";
    private static final String RESULT = "{'role': 'user', 'content': [{'type': 'tool_result', 'tool_use_id': 't'}]}";
    private static final String BUDGET = "'thinking': {'type': 'enabled', 'budget_tokens': 4096}";
    private static final String OFF = "'thinking': {'type':'disabled'}";

    private static ReasoningCut cut(String body) {
        return CarriedReasoningCut.of(ByteSource.of(bytes(body)), "sidecar");
    }

    private static byte[] bytes(String body) {
        return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static String sent(String body) {
        List<ByteEdit> edits = new ArrayList<>(cut(body).edits());
        edits.sort(Comparator.comparingInt(ByteEdit::from));
        return new String(ByteEdit.join(bytes(body), edits), StandardCharsets.UTF_8).replace('"', '\'');
    }

    private static String assistant(String... blocks) {
        return "{'role': 'assistant', 'content': [" + String.join(", ", blocks) + "]}";
    }

    private static String history(String members, String... messages) {
        return "{" + members + ", 'messages': [" + String.join(", ", messages) + "]}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'messages': []}",
                "{'messages': 'sidecar'}",
                "{'messages': [{'role': 'user', 'content': 'sidecar'}]}",
                "{'messages': [{'content': [{'type': 'thinking', 'signature': 'sidecars'}]}]}",
                "{'messages': [{'content': [{'type': 'text', 'signature': 'sidecar'}]}]}",
                "{'input': [{'type': 'reasoning', 'encrypted_content': 'sidecar'}]}"
            })
    void whatIsNotOursStays(String body) {
        assertThat(sent(body)).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "OWN, {'type': 'text'} | {'type': 'text'}",
                "{'type': 'text'}, OWN | {'type': 'text'}",
                "1, OWN, OWN, 2, OWN | 1, 2",
                "OWN, 1, OWN, OWN | 1"
            })
    void itIsCutWithTheCommaToItsNeighbour(String blocks, String left) {
        String body = "{'messages': [{'content': [" + blocks.replace("OWN", OWN) + "]}]}";

        assertThat(sent(body)).isEqualTo("{'messages': [{'content': [" + left + "]}]}");
    }

    @Test
    void aMessageOfNothingElseGoesWithIt() {
        assertThat(sent("{'messages': [1, " + assistant(OWN, OWN) + ", 2]}")).isEqualTo("{'messages': [1, 2]}");
        assertThat(sent("{'messages': [" + assistant(OWN) + "]}")).isEqualTo("{'messages': []}");
        assertThat(sent("{'input': [{'type': 'reasoning', 'encrypted_content': 'sidecar.YQ=='}, 1]}"))
                .isEqualTo("{'input': [1]}");
    }

    @Test
    void aHistoryOfManyIsCut() {
        String many = String.join(", ", Collections.nCopies(60_000, assistant(OWN, "1")));

        assertThat(cut("{'messages': [" + many + "]}").edits()).hasSize(60_000);
        assertThat(sent("{'messages': [" + many.replace(", 1", "") + "]}")).isEqualTo("{'messages': []}");
    }

    @Test
    void thinkingWithABudgetIsSwitchedOffWhereACallHasLostItsThoughts() {
        String body = history(BUDGET, assistant(OWN, CALL), RESULT);

        assertThat(sent(body)).isEqualTo(history(OFF, assistant(CALL), RESULT));
        assertThat(cut(body).thinkingOff()).isTrue();
    }

    @Test
    void thinkingBehindTheHistoryIsFoundToo() {
        String body = "{'messages': [" + assistant(OWN, CALL) + ", " + RESULT
                + ", {'role': 'system', 'content': 'a reminder'}], " + BUDGET + "}";

        assertThat(sent(body)).endsWith(OFF + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'thinking': {'type': 'adaptive'}", "'thinking': {'type': 'disabled'}", "'thinking': null"})
    void otherThinkingStays(String thinking) {
        String body = history(thinking, assistant(OWN, CALL), RESULT);

        assertThat(sent(body)).isEqualTo(history(thinking, assistant(CALL), RESULT));
        assertThat(cut(body).thinkingOff()).isFalse();
    }

    @Test
    void allOfATurnIsLookedAt() {
        assertThat(cut(history(BUDGET, assistant(OWN, CALL), RESULT, assistant(CALL), RESULT))
                        .thinkingOff())
                .as("a second call without thoughts")
                .isTrue();
        assertThat(cut(history(BUDGET, assistant(OWN), assistant(CALL), RESULT)).thinkingOff())
                .as("the thoughts were a message of their own")
                .isTrue();
        assertThat(cut(history(BUDGET, assistant(SIGNED, CALL), RESULT, assistant(OWN, CALL), RESULT))
                        .thinkingOff())
                .as("the turn began with signed thoughts")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type': 'clear_thinking_20251015', 'keep': 'all'} | ",
                "1, {'type': 'clear_thinking_20251015'}, {'type': 'clear_tool_uses_20250919'} | 1, {'type': 'clear_tool_uses_20250919'}"
            })
    void whatClearsThinkingGoesWithIt(String clears, String left) {
        String context = ", 'context_management': {'a': [1], 'edits': [%s]}";

        assertThat(sent(history(BUDGET + context.formatted(clears), assistant(OWN, CALL), RESULT)))
                .isEqualTo(history(OFF + context.formatted(left == null ? "" : left), assistant(CALL), RESULT));
        assertThat(sent(history("'thinking': 1" + context.formatted(clears), assistant(OWN, CALL), RESULT)))
                .isEqualTo(history("'thinking': 1" + context.formatted(clears), assistant(CALL), RESULT));
    }

    @Test
    void thinkingStaysWhereTheLastCallHasSignedThoughtsOrANewQuestionIsAsked() {
        String question = "{'role': 'user', 'content': [{'type': 'text', 'text': 'b'}]}";

        assertThat(cut(history(BUDGET, assistant(OWN, CALL), RESULT, assistant(SIGNED, CALL), RESULT))
                        .thinkingOff())
                .isFalse();
        assertThat(cut(history(BUDGET, assistant(OWN, CALL), RESULT, assistant("1"), question))
                        .thinkingOff())
                .isFalse();
        assertThat(cut(history(BUDGET, question, assistant(OWN, "1"), question)).thinkingOff())
                .isFalse();
    }
}
