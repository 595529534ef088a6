package sidecar.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.provider.Price;

class CostTest {

    @ParameterizedTest
    @CsvSource({
        "1000, 0, 0, 0.000003, 0.000015, 0, 0.003",
        "0, 1000, 0, 0.000003, 0.000015, 0, 0.015",
        "1000, 500, 400, 0.000003, 0.000015, 0.0000003, 0.00942",
        "1000, 0, 400, 0.000003, 0, 0, 0.003",
        "10, 0, 99, 1, 0, 0.1, 9.9",
        "3, 0, 0, 0.1, 0, 0, 0.3",
        "9007199254740993, 0, 0, 0.0000001, 0, 0, 900719925.4740993",
        "0, 0, 0, 1, 1, 1, 0"
    })
    void isExactInDecimals(
            long prompt, long completion, long cached, String in, String out, String cacheRead, String expected) {
        Price price = new Price(new BigDecimal(in), new BigDecimal(out), new BigDecimal(cacheRead), BigDecimal.ZERO);

        assertThat(Cost.of(new Usage(prompt, completion, cached, 0, 0), price)).isEqualByComparingTo(expected);
    }
}
