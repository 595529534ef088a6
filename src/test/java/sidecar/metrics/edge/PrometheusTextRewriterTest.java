package sidecar.metrics.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusTextRewriterTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sidecar_up{mp_scope=\"application\"} 1 | sidecar_up 1",
                "sidecar_up{mp_scope=\"application\",pool=\"a\"} 1 | sidecar_up{pool=\"a\"} 1",
                "sidecar_up{model=\"m\",mp_scope=\"application\"} 1 | sidecar_up{model=\"m\"} 1",
                "sidecar_up{model=\"m\",mp_scope=\"x\",pool=\"a\"} 1 | sidecar_up{model=\"m\",pool=\"a\"} 1",
                "sidecar_up{a=\"\\\",mp_scope=\\\"no\\\"\",mp_scope=\"x\"} 1 | sidecar_up{a=\"\\\",mp_scope=\\\"no\\\"\"} 1",
                "sidecar_up{pool=\"a\"} 1 | sidecar_up{pool=\"a\"} 1",
                "gc_total{mp_scope=\"base\"} 1.0 | gc_total{mp_scope=\"base\"} 1.0",
                "# TYPE sidecar_cost_total gauge | # TYPE sidecar_cost_total counter",
                "# TYPE sidecar_cooldown_active gauge | # TYPE sidecar_cooldown_active gauge",
                "# TYPE other_total gauge | # TYPE other_total gauge",
            })
    void aLineIsGivenInV2sWords(String written, String expected) {
        assertThat(PrometheusTextRewriter.plain(written)).isEqualTo(expected + "\n");
    }

    @Test
    void aSeriesWrittenTwiceIsKeptOnce() {
        String text = "gc_total{name=\"Copy\"} 41.0\ngc_total{name=\"Mark\"} 1.0\ngc_total{name=\"Copy\"} 42.0\n";

        assertThat(PrometheusTextRewriter.plain(text))
                .isEqualTo("gc_total{name=\"Copy\"} 41.0\ngc_total{name=\"Mark\"} 1.0\n");
    }
}
