package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelGlobTest {

    @ParameterizedTest
    @CsvSource({
        "'', '', true",
        "'', anything, true",
        "nvidia, nvidia, true",
        "nvidia, NVIDIA, true",
        "nvidia, nvidia-2, false",
        "nvidia*, nvidia, true",
        "nvidia*, nvidia-2, true",
        "nvidia*, my-nvidia, false",
        "*nvidia, my-nvidia, true",
        "*, '', true",
        "*, x, true",
        "?, '', false",
        "?, x, true",
        "?, xy, false",
        "?, \uD83D\uDE00, true",
        "n?m, nim, true",
        "a*b*c, aXbYc, true",
        "a*b*c, abbbc, true",
        "a*b*c, acb, false",
        "*ab*ab, ababab, true",
        "a.c, abc, false",
        "[a-z], b, false",
        "x, '', false"
    })
    void starsAndQuestionMarksStandForCharacters(String glob, String label, boolean matches) {
        assertThat(new LabelGlob(glob).matches(label)).isEqualTo(matches);
    }

    @Test
    void manyStarsDoNotExplode() {
        assertThat(new LabelGlob("*a".repeat(50) + "b").matches("a".repeat(100)))
                .isFalse();
    }
}
