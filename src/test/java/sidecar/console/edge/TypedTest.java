package sidecar.console.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedTest {

    @ParameterizedTest
    @CsvSource({"0.15, 0.00000015", "3, 0.000003", ".5, 0.0000005", "'', 0", "1234567, 1.234567"})
    void pricesOfAMillionBecomePricesOfOneExactly(String typed, String price) {
        assertThat(Typed.price(typed).decimalValue()).isEqualByComparingTo(price);
    }

    @ParameterizedTest
    @CsvSource({"1e999999999", "'1,5'", "free", "0x10"})
    void whatIsNoNumberStaysTextToBeRefused(String typed) {
        assertThat(Typed.price(typed).isTextual()).isTrue();
        assertThat(Typed.decimal(typed).isTextual()).isTrue();
        assertThat(Typed.integer(typed).isTextual()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2.5, 2.5", "-1, -1", "' 7 ', 7"})
    void aNumberIsThatNumber(String typed, String number) {
        assertThat(Typed.decimal(typed).decimalValue()).isEqualByComparingTo(number);
    }

    @ParameterizedTest
    @CsvSource({"''", "'  '"})
    void nothingIsNull(String typed) {
        assertThat(Typed.decimal(typed).isNull()).isTrue();
        assertThat(Typed.integer(typed).isNull()).isTrue();
    }
}
