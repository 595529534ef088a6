package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyPatternTest {

    private static final String LONG = "a".repeat(FailureRules.PEEK_BYTES - 1) + "!";

    @Test
    void aPatternIsFoundAnywhereAndInAnyCase() {
        BodyPattern pattern = BodyPattern.of("daily (limit|quota)");

        assertThat(pattern.foundIn("{\"error\":\"Daily Quota exceeded\"}")).isTrue();
        assertThat(pattern.foundIn("{\"error\":\"daily\"}")).isFalse();
        assertThat(BodyPattern.of("(?-i)daily").foundIn("Daily")).isFalse();
        assertThat(pattern.gaveUp()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(a|a)*$", "(a|b)*c", "(.*a){20}x", "a*a*a*a*b", "(x|(a|b)*)c", "(\\w+\\s?)*$x"})
    void aPatternThatFindsNoEndFindsNothing(String regex) {
        BodyPattern pattern = BodyPattern.of(regex);

        assertThat(pattern.foundIn(LONG)).isFalse();
        assertThat(pattern.gaveUp()).isTrue();
    }

    @Test
    void anEndlessRuleIsPassedOverAndTheNextOneDecides() {
        FailureRules rules = new FailureRules(List.of(
                FailureRule.of(500, 500, "(a+)+$", FailureClass.CLIENT),
                FailureRule.of(500, 500, "a!", FailureClass.MODEL_BUSY)));

        assertThat(rules.classify(500, LONG, "").map(Verdict::means)).isEqualTo(Optional.of(FailureClass.MODEL_BUSY));
    }

    @Test
    void whatShipsReadsTheLongestBodyToItsEnd() {
        List<BodyPattern> bodies = Preset.NVIDIA_NIM.rules().stream()
                .flatMap(rule -> rule.body().stream())
                .toList();

        assertThat(bodies).hasSizeGreaterThan(3).allSatisfy(pattern -> {
            assertThat(pattern.foundIn(LONG)).isFalse();
            assertThat(pattern.foundIn("worker ".repeat(9_000))).isFalse();
            assertThat(pattern.gaveUp()).isFalse();
        });
    }
}
