package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyPatternTest {

    private static final String LONG = "a".repeat(FailureClassifier.PEEK_BYTES - 1) + "!";

    @Test
    void aPatternIsFoundAnywhereAndInAnyCase() {
        BodyPattern pattern = BodyPattern.of("daily (limit|quota)");

        assertThat(pattern.foundIn("{\"error\":\"Daily Quota exceeded\"}")).isTrue();
        assertThat(pattern.foundIn("{\"error\":\"daily\"}")).isFalse();
        assertThat(BodyPattern.of("(?-i)daily").foundIn("Daily")).isFalse();
    }

    /** Java's own engine takes for ever for these, or until its stack is full. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$",
                "(a|b)*c",
                "(.*a){20}x",
                "a*a*a*a*b",
                "(x|(a|b)*)c",
                "(\\w+\\s?)*$x",
                "(?:){300}Q",
                "(?:)*Q",
                "(a?){80}Q"
            })
    void aPatternComesToAnEnd(String regex) {
        assertThat(BodyPattern.of(regex).foundIn(LONG)).isFalse();
    }

    @Test
    void aPatternIsSearchedToTheEndOfALongBody() {
        FailureClassifier rules = new FailureClassifier(List.of(
                FailureRule.of(500, 500, "(a+)+$", FailureClass.CLIENT),
                FailureRule.of(500, 500, "a!", FailureClass.MODEL_BUSY)));

        String long2000 = "{\"message\":\"" + LONG.substring(LONG.length() - 2_000) + "\"}";
        assertThat(rules.classify(500, long2000, "").map(Verdict::means))
                .isEqualTo(Optional.of(FailureClass.MODEL_BUSY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(?:){2147483647}Q | too large with its repeats written out",
                "(((a{1000}){1000}){1000}) | too large with its repeats written out",
                "((((((((((a{5}){5}){5}){5}){5}){5}){5}){5}){5}){5}) | too large with its repeats written out",
                "(?:[)]a{900}){900} | too large with its repeats written out",
                "(?:\\)a{900}){900} | too large with its repeats written out",
                "(?:[[:alpha:])]a{900}){900} | too large with its repeats written out",
                "(?:\\Q)\\Ea{900}){900} | too large with its repeats written out",
                "(?<n>a{900}){900} | too large with its repeats written out",
                "(?i:a{900}){900} | too large with its repeats written out",
                "(?:a\\p{Greek}{900}){900} | too large with its repeats written out",
                "x{0,999} | too large with its repeats written out",
                "x{1001} | too large with its repeats written out",
                "x{2,1} | invalid repeat count",
                "(?=x)y | looking ahead or behind is not possible",
                "(?!x)y | looking ahead or behind is not possible",
                "(?<=x)y | looking ahead or behind is not possible",
                "(?<!x)y | looking ahead or behind is not possible",
                "(?>x)y | invalid or unsupported Perl syntax",
                "(a)\\1 | invalid escape sequence",
                "\\k<n> | invalid escape sequence",
                "a++ | invalid nested repetition operator",
                "[a-z&&[aeiou]] | an intersection of classes is not possible",
                "\\p{Alpha} | invalid character class range",
                "(x | missing closing )",
                "x) | a ) without its ("
            })
    void whatCannotBeSearchedInBoundedTimeIsNoPattern(String regex, String why) {
        assertThatThrownBy(() -> BodyPattern.of(regex))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}",
                "(?:foo|bar){1,50}",
                "a{,3}",
                "{\"error\":{",
                "\\Q{1000}{1000}\\E",
                "[{1000}]{3}",
                "(?<n>[]){1000}(]+)"
            })
    void whatOperatorsWriteFits(String regex) {
        assertThat(BodyPattern.of(regex).size()).isLessThan(BodyPattern.MAX_SIZE);
    }

    @Test
    void nestingIsBoundedByTheLengthOnly() {
        assertThat(BodyPattern.of("(".repeat(249) + ")".repeat(249)).foundIn(""))
                .isTrue();
        assertThat(BodyPattern.of("x".repeat(500)).foundIn("X".repeat(500))).isTrue();
    }

    /** Whatever the rules: the reading thread is not kept. */
    @Test
    void allPatternsOfOneAnswerTogetherTakeABoundedNumberOfSteps() {
        assertThat(FailureClassifier.reach(0)).isEqualTo(FailureClassifier.PEEK_BYTES);
        for (int size = 1; size < 120_000; size += 7) {
            assertThat((long) FailureClassifier.reach(size) * size).isLessThanOrEqualTo(FailureClassifier.MAX_STEPS);
        }
    }

    @Test
    void largePatternsReadOnlyTheBeginningOfALongBody() {
        FailureClassifier rules = new FailureClassifier(List.of(
                FailureRule.of(500, 500, "(?:a?){300}!", FailureClass.CLIENT),
                FailureRule.of(500, 500, "found", FailureClass.MODEL_BUSY)));

        String said = "{\"errors\":[";
        String word = "\"" + "x".repeat(1_000) + "\",";
        assertThat(rules.classify(500, said + word + "\"found\"", "").map(Verdict::means))
                .contains(FailureClass.MODEL_BUSY);
        assertThat(rules.classify(500, said + word.repeat(60) + "\"found\"", "").map(Verdict::means))
                .contains(FailureClass.OVERLOADED);
    }

    @Test
    void whatShipsReadsTheWordsBehindALongBody() {
        FailureClassifier shipped = FailureClassifier.defaults();
        String filler = "{\"error\":{\"param\":\"" + "worker ".repeat(FailureClassifier.PEEK_BYTES / 7 - 400)
                + "\",\"message\":\"" + "worker ".repeat(280);

        assertThat(shipped.classify(404, filler + " model not found\"", "").map(Verdict::means))
                .contains(FailureClass.MODEL_MISSING);
        assertThat(shipped.classify(404, filler + " function not found\"", "").map(Verdict::means))
                .contains(FailureClass.MODEL_MISSING);
        assertThat(shipped.classify(429, filler + "workers are busy\"", "").map(Verdict::means))
                .contains(FailureClass.MODEL_BUSY);
        assertThat(shipped.classify(503, filler + "ResourceExhausted\"", "").map(Verdict::means))
                .contains(FailureClass.MODEL_BUSY);
        assertThat(shipped.classify(400, filler + "DEGRADED\"", "").map(Verdict::means))
                .contains(FailureClass.OVERLOADED);
    }
}
