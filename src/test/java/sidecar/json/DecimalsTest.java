package sidecar.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalsTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2.50", "0.001", "1e3", "99999", "12.345"})
    void aNumberIsReadAsItIsWritten(String text) throws MalformedJsonException {
        assertThat(Decimals.read(Json.read(text), 3, 5)).contains(new BigDecimal(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "1e-999999999", "0.0001", "1e4", "123456", "\"1\"", "null", "[1]"})
    void whatMayNotBeCalculatedWithIsNoNumber(String text) throws MalformedJsonException {
        assertThat(Decimals.read(Json.read(text), 3, 5)).isEmpty();
    }

    @Test
    void theShortestFormHasNoExponent() {
        assertThat(Decimals.shortest(new BigDecimal("1200.00"))).hasToString("1200");
        assertThat(Decimals.shortest(new BigDecimal("0.50"))).hasToString("0.5");
    }
}
