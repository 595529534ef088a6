package sidecar.console.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormJsonTest {

    @ParameterizedTest
    @CsvSource({"0.15, 0.00000015", "3, 0.000003", ".5, 0.0000005", "'', 0", "1234567, 1.234567"})
    void pricesOfAMillionBecomePricesOfOneExactly(String typed, String price) {
        assertThat(FormJson.price(typed).decimalValue()).isEqualByComparingTo(price);
    }

    @ParameterizedTest
    @CsvSource({"1e999999999", "'1,5'", "free", "0x10"})
    void whatIsNoNumberStaysTextToBeRefused(String typed) {
        assertThat(FormJson.price(typed).isTextual()).isTrue();
        assertThat(FormJson.decimal(typed).isTextual()).isTrue();
        assertThat(FormJson.integer(typed).isTextual()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2.5, 2.5", "-1, -1", "' 7 ', 7"})
    void aNumberIsThatNumber(String typed, String number) {
        assertThat(FormJson.decimal(typed).decimalValue()).isEqualByComparingTo(number);
    }

    @ParameterizedTest
    @CsvSource({"''", "'  '"})
    void nothingIsNull(String typed) {
        assertThat(FormJson.decimal(typed).isNull()).isTrue();
        assertThat(FormJson.integer(typed).isNull()).isTrue();
    }
}
