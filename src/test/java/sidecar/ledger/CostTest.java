package sidecar.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.provider.Price;

class CostTest {

    @ParameterizedTest
    @CsvSource({
        // prompt, completion, cached, written, input, output, cacheRead, cacheWrite, cost
        "1000, 0, 0, 0, 0.000003, 0.000015, 0, 0, 0.003",
        "0, 1000, 0, 0, 0.000003, 0.000015, 0, 0, 0.015",
        "1000, 500, 400, 0, 0.000003, 0.000015, 0.0000003, 0, 0.00942",
        "1000, 0, 400, 0, 0.000003, 0, 0, 0, 0.003",
        "1000, 0, 0, 400, 0.000003, 0, 0, 0.00000375, 0.0033",
        "1000, 0, 0, 400, 0.000003, 0, 0, 0, 0.003",
        "1000, 10, 300, 200, 0.000003, 0.000015, 0.0000003, 0.00000375, 0.00249",
        "10, 0, 99, 0, 1, 0, 0.1, 0, 9.9",
        "10, 0, 0, 99, 1, 0, 0, 2, 198",
        "10, 0, 6, 6, 1, 0, 0.5, 2, 15",
        "3, 0, 0, 0, 0.1, 0, 0, 0, 0.3",
        "9007199254740993, 0, 0, 0, 0.0000001, 0, 0, 0, 900719925.4740993",
        "0, 0, 0, 0, 1, 1, 1, 1, 0",
        "1, 0, 0, 0, 0.0000000000000000004, 0, 0, 0, 0",
        "1, 0, 0, 0, 0.0000000000000000005, 0, 0, 0, 0",
        "3, 0, 0, 0, 0.0000000000000000005, 0, 0, 0, 0.000000000000000002",
        "1, 0, 0, 0, 0.0000000000000000006, 0, 0, 0, 0.000000000000000001",
        "1000, 0, 0, 0, 0.0000000000000000006, 0, 0, 0, 0.0000000000000006"
    })
    void isExactInDecimals(
            long prompt,
            long completion,
            long cached,
            long written,
            BigDecimal in,
            BigDecimal out,
            BigDecimal cacheRead,
            BigDecimal cacheWrite,
            BigDecimal expected) {
        Usage usage = new Usage(prompt, completion, cached, written, 0);

        assertThat(Cost.of(usage, new Price(in, out, cacheRead, cacheWrite))).isEqualByComparingTo(expected);
    }

    @Test
    void isRoundedToWhatTheDatabaseKeeps() {
        Price price =
                new Price(new BigDecimal("0.0000000000000000000001"), BigDecimal.ONE, BigDecimal.ZERO, BigDecimal.ZERO);

        assertThat(Cost.of(new Usage(7, 1, 0, 0, 0), price).scale()).isEqualTo(Cost.SCALE);
    }
}
