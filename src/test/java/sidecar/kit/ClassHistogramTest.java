package sidecar.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ClassHistogramTest {

    private static final String TEXT = """
            1234:
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:          1000          64000  [B (java.base@17.0.15)
               2:            20            960  sidecar.exchange.Exchange
               3:            10            240  sidecar.exchange.edge.ServletStream
               4:             1             24  sidecar.exchange.Exchange
            Total          1031          65224
            """;

    @Test
    void objectsAreCountedByClassAndByPackage() {
        ClassHistogram histogram = ClassHistogram.parse(TEXT);

        assertThat(histogram.bytes()).isEqualTo(65_224);
        assertThat(histogram.instances("[B")).isEqualTo(1_000);
        assertThat(histogram.instances("sidecar.exchange.Exchange")).isEqualTo(21);
        assertThat(histogram.instances("sidecar.exchange.Attempt")).isZero();
        assertThat(histogram.instancesBelow("sidecar.")).isEqualTo(31);
    }

    @Test
    void whatHasGrownIsNamedTheMostFirst() {
        ClassHistogram before = ClassHistogram.parse(TEXT);
        ClassHistogram after = ClassHistogram.parse("""
                   1:          1500          96000  [B (java.base@17.0.15)
                   2:            22           1056  sidecar.exchange.Exchange
                   3:             4             96  sidecar.exchange.edge.ServletStream
                Total          1526          97152
                """);

        assertThat(after.grownSince(before, 5, ""))
                .containsExactly(
                        "[B: 500 objects more, 32,000 bytes", "sidecar.exchange.Exchange: 1 objects more, 72 bytes");
        assertThat(after.grownSince(before, 1, "")).hasSize(1);
        assertThat(after.grownSince(before, 5, "sidecar."))
                .containsExactly("sidecar.exchange.Exchange: 1 objects more, 72 bytes");
    }

    @Test
    void whatIsNoHistogramIsRefused() {
        assertThatThrownBy(() -> ClassHistogram.parse("no such process"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no such process");
    }
}
