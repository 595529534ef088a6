package sidecar.provider.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AliasPatternTest {

    private static boolean matches(String pattern, String name) {
        return new AliasPattern(pattern, "m").matches(name);
    }

    @ParameterizedTest
    @CsvSource({
        "a*, a",
        "a*, ab",
        "*a, a",
        "*a, ba",
        "*a*, bab",
        "a*a, aa",
        "a*b*c, abc",
        "a*b*c, axbxbxc",
        "*b*bb, bxbb",
        "*ab*ab*, abab",
        "claude-*haiku*, claude-haiku",
        "claude-*haiku*, claude-3-5-haiku-20241022",
        "a.*, a.b",
        "a*, a*"
    })
    void aStarStandsForAnyCharactersOrNone(String pattern, String name) {
        assertThat(matches(pattern, name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a*, ba",
        "*a, ab",
        "a*a, a",
        "ab*ba, aba",
        "*b*bb, bb",
        "*ab*ab*, aba",
        "a*b*c, acb",
        "a*bc*c, abc",
        "a.*, ab",
        "a*, A",
        "a?*, ab"
    })
    void everyOtherCharacterStandsForItselfAndTheNameIsMatchedWhole(String pattern, String name) {
        assertThat(matches(pattern, name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"gpt, ", "a*b*c*d*e*f*g*h*, ", "a*b*c*d*e*f*g*h*i*, has more than 8 *", "a**, has two * side by side"})
    void starsAreFewAndApart(String alias, String fault) {
        assertThat(AliasPattern.fault(alias)).isEqualTo(Optional.ofNullable(fault));
    }

    /** What makes a matcher that goes back try every way of sharing out the letters: more than there is time for. */
    @Test
    void aNameThatNearlyMatchesIsSeenThroughAtOnce() {
        String pattern = "*" + "a".repeat(12) + ("*" + "a".repeat(12)).repeat(6) + "*b";

        assertThat(matches(pattern, "a".repeat(100_000))).isFalse();
        assertThat(matches(pattern, "a".repeat(100_000) + "b")).isTrue();
    }
}
