package sidecar.provider.importing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole imports: ImportedKeysTest. */
class KeyScannerTest {

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "lm-studio", "EMPTY", "local-1", " none ", "k"})
    void oneWordWhereAKeyBelongsIsOneAndElsewhereIsNot(String text) {
        assertThat(KeyScanner.readField(text).keys()).containsExactly(text.strip());
        assertThat(KeyScanner.read(text).keys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "not set, does not look like a key",
        "your-key-here, 'is a placeholder, not a key'",
        "sk-abc****7890, 'is a mask, not the key itself'",
        "${NV1}, is a reference whose value is not in the text",
        "https://a.example/v1, 'is an address, not a key'",
        "me@example.org, 'is an e-mail address, not a key'",
        "2025-01-01, 'is a date, not a key'"
    })
    void whatIsPlainlySomethingElseIsLeftOutThereToo(String text, String why) {
        KeyScanner.ScannedKeys found = KeyScanner.readField(text);

        assertThat(found.keys()).isEmpty();
        assertThat(found.leftOut()).containsExactly(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n", "# later", "'"})
    void nothingIsNothing(String text) {
        assertThat(KeyScanner.readField(text).keys()).isEmpty();
    }
}
