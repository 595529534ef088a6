package sidecar.json;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RequireTest {

    @Test
    void whatBreaksTheRuleIsNamedWithItsValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Require.atLeast(1, "rpd", OptionalInt.of(0)))
                .withMessage("rpd must be ≥ 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Require.positive("budgetDay", Optional.of(new BigDecimal("-0.5"))))
                .withMessage("budgetDay must be > 0, was -0.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Require.positive("timeout", Duration.ZERO))
                .withMessage("timeout must be > 0, was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Require.notNegative("gap", Duration.ofSeconds(-1)))
                .withMessage("gap must be ≥ 0, was PT-1S");
    }

    @Test
    void whatIsNotThereBreaksNone() {
        assertThatCode(() -> {
                    Require.atLeast(1, "rpd", OptionalInt.empty());
                    Require.positive("budgetDay", Optional.empty());
                    Require.notNegative("gap", Duration.ZERO);
                })
                .doesNotThrowAnyException();
    }
}
