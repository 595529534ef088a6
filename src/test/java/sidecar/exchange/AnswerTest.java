package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.ledger.Usage;

class AnswerTest {

    private static Answer read(String json) {
        byte[] bytes = RequestHead.bytes(json.replace('\'', '"'));
        return Objects.requireNonNull(Answer.read(bytes, 0, bytes.length, "n1", "m"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'usage':{'prompt_tokens':9,'completion_tokens':4,'prompt_tokens_details':{'cached_tokens':3},'completion_tokens_details':{'reasoning_tokens':2}}} | 9 | 4 | 3 | 2",
                "{'usage':{'prompt_tokens':9,'total_tokens':9}} | 9 | 0 | 0 | 0",
                "{'response':{'usage':{'input_tokens':9,'output_tokens':4,'input_tokens_details':{'cached_tokens':3},'output_tokens_details':{'reasoning_tokens':2}}}} | 9 | 4 | 3 | 2",
                "{'usage':{'queue_time':0.1,'prompt_tokens':9,'prompt_time':0.2,'completion_tokens':4}} | 9 | 4 | 0 | 0",
                "{'usage':{'prompt_tokens':9,'completion_tokens':4,'prompt_tokens_details':null,'completion_tokens_details':null}} | 9 | 4 | 0 | 0",
                "{'usage':{'prompt_tokens':-9,'completion_tokens':4}} | 0 | 4 | 0 | 0"
            })
    void usageOfEveryShapeIsRead(String json, long prompt, long completion, long cached, long reasoning) {
        assertThat(read(json).usage).isEqualTo(new Usage(prompt, completion, cached, 0, reasoning));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'usage':null}", "{'usage':{}}", "{'usage':[1]}", "{'usage':{'prompt_tokens':'9'}}"})
    void whatIsNoUsageIsNone(String json) {
        assertThat(read(json).usage).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "{", "{}x", "{\"a\":1}{}", "[DONE]", "{\"a\":01}"})
    void whatIsNotOneObjectIsNoAnswer(String text) {
        byte[] bytes = RequestHead.bytes(text);

        assertThat(Answer.read(bytes, 0, bytes.length, "n1", "m")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'model':'n1','response':{'model':'n1'},'message':{'model':'n1'},'x':{'model':'n1'}} | 3",
                "{'model':'n2'} | 0",
                "{'model':'\\u006e1'} | 1",
                "{'model':null} | 0",
                "{'choices':[{'model':'n1'}]} | 0"
            })
    void onlyTheThreePlacesOfTheModelAreRenamed(String json, int edits) {
        assertThat(read(json).edits).hasSize(edits);
    }
}
