package sidecar.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00, 0x07, 0x0a, 0x1b, 0x7f, 0x85, 0x9b, 0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b,
                0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0xd800, 0xdfff
            })
    void whatIsNotReadWhereItStandsIsAControl(int code) {
        String text = "a" + (char) code + "b";

        assertThat(Texts.hasControls(text)).isTrue();
        assertThat(Texts.excerpt(text)).isEqualTo("a?b");
        assertThat(Texts.word(text)).isEqualTo("a_b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "模型", "مرحبا", "שלום", "émoji 😀", "a\u200db", "\u202f", "\u2065"})
    void wordsOfAnyScriptAreNone(String text) {
        assertThat(Texts.hasControls(text)).isFalse();
        assertThat(Texts.excerpt(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"'', -", "a b, a_b", "'a\tb', a_b", "'a\u00a0b\u2003c', a_b_c", "模型/x:1, 模型/x:1"})
    void aFieldOfALogLineIsOneWord(String text, String word) {
        assertThat(Texts.word(text)).isEqualTo(word);
    }
}
