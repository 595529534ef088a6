package sidecar.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassphraseCipherTest {

    private final PassphraseCipher cipher =
            PassphraseCipher.of("correct horse battery").orElseThrow();

    @Test
    void whatIsSealedOpensUnderTheSamePassphraseOnly() {
        String sealed = cipher.seal("{\"ключ\":1}");

        assertThat(sealed).isNotEqualTo(cipher.seal("{\"ключ\":1}"));
        assertThat(PassphraseCipher.of("correct horse battery").orElseThrow().open(sealed))
                .contains("{\"ключ\":1}");
        assertThat(PassphraseCipher.of("correct horse battery ").orElseThrow().open(sealed))
                .isNotEqualTo(Optional.of("{\"ключ\":1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "eleven char", "это длинная фраза", "with\nnewline inside"})
    void aWeakOrUnusableOneIsRefused(String text) {
        assertThat(PassphraseCipher.of(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "no base64!", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void rubbishDoesNotOpen(String sealed) {
        assertThat(cipher.open(sealed)).isEmpty();
    }
}
