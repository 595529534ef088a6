package sidecar.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.exchange.Splits;
import sidecar.protocol.request.RequestHead;

class JsonTailTest {

    private static final String LONG = "{\"a\":\"" + "x".repeat(3 * JsonTail.KEPT) + "\"";

    private static String prompt(String text, int longest) {
        JsonTail tail = new JsonTail();
        Splits.random(RequestHead.bytes(text), new Random(3), longest).forEach(tail::add);
        return tail.fromUsage()
                .map(answer -> answer.usage == null ? "?" : Long.toString(answer.usage.prompt()))
                .orElse("none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                ",'usage':{'prompt_tokens':7}} | 7",
                ", 'usage' : {'prompt_tokens':7} , 'timings':{'a':[1]} }  | 7",
                ",'usage':{'prompt_tokens':7},'note':'usage'} | 7",
                ",'usage':{'prompt_tokens':7,'usage':{'prompt_tokens':8}}} | 7",
                ",'b':{'usage':{'prompt_tokens':7}}} | none",
                ",'b':[{'usage':{'prompt_tokens':7}}]} | none",
                ",'b':'\\'usage\\':{\\'prompt_tokens\\':7}'} | none",
                ",'usage':{'prompt_tokens':7} | none",
                ",'usage':null} | none",
                "} | none"
            })
    void onlyUsageOfTheWholeObjectIsFoundHoweverItIsSplit(String end, String expected) {
        String text = LONG + end.replace('\'', '"');

        assertThat(prompt(text, text.length())).isEqualTo(expected);
        assertThat(prompt(text, 5_000)).isEqualTo(expected);
        assertThat(prompt(text, 3)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"16_000, 7", "16_384, none"})
    void usageFarFromTheEndIsNotLookedFor(String after, String expected) {
        int spaces = Integer.parseInt(after.replace("_", ""));

        assertThat(prompt(LONG + ",\"usage\":{\"prompt_tokens\":7}" + " ".repeat(spaces) + "}", 5_000))
                .isEqualTo(expected);
    }
}
