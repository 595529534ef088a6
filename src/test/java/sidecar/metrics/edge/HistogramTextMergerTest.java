package sidecar.metrics.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistogramTextMergerTest {

    @Test
    void threeGaugesBecomeOneHistogram() {
        String written = """
                # TYPE sidecar_wait_seconds_bucket gauge
                # HELP sidecar_wait_seconds_bucket Waiting
                sidecar_wait_seconds_bucket{le="10"} 3
                sidecar_wait_seconds_bucket{le="+Inf"} 4
                sidecar_wait_seconds_bucket{le="2.5"} 1
                # TYPE sidecar_wait_seconds_count gauge
                # HELP sidecar_wait_seconds_count Waiting
                sidecar_wait_seconds_count 4
                # TYPE sidecar_wait_seconds_sum gauge
                # HELP sidecar_wait_seconds_sum Waiting
                sidecar_wait_seconds_sum 31.5
                """;

        assertThat(joined(written)).isEqualTo("""
                        # TYPE sidecar_wait_seconds histogram
                        # HELP sidecar_wait_seconds Waiting
                        sidecar_wait_seconds_bucket{le="2.5"} 1
                        sidecar_wait_seconds_bucket{le="10"} 3
                        sidecar_wait_seconds_bucket{le="+Inf"} 4
                        sidecar_wait_seconds_count 4
                        sidecar_wait_seconds_sum 31.5
                        """);
    }

    @Test
    void bucketsAreOrderedWithinTheirSeries() {
        String written = """
                sidecar_wait_seconds_bucket{le="10",stream="true"} 1
                sidecar_wait_seconds_bucket{le="9",stream="false"} 2
                sidecar_wait_seconds_bucket{le="9",stream="true"} 3
                sidecar_wait_seconds_bucket{le="10",stream="false"} 4
                """;

        assertThat(joined(written)).isEqualTo("""
                        sidecar_wait_seconds_bucket{le="9",stream="false"} 2
                        sidecar_wait_seconds_bucket{le="10",stream="false"} 4
                        sidecar_wait_seconds_bucket{le="9",stream="true"} 3
                        sidecar_wait_seconds_bucket{le="10",stream="true"} 1
                        """);
    }

    @Test
    void aGaugeThatIsOnlyNamedLikeAPartStaysOne() {
        String written = """
                # TYPE sidecar_emergency_count gauge
                # HELP sidecar_emergency_count Emergencies
                sidecar_emergency_count 2
                """;

        assertThat(joined(written)).isEqualTo(written);
    }

    @Test
    void histogramsOfTheServersOwnStayAsTheyAre() {
        String written = """
                # TYPE ft_wait_seconds histogram
                ft_wait_seconds_bucket{le="2.0",mp_scope="base"} 1.0
                ft_wait_seconds_bucket{le="1.0",mp_scope="base"} 1.0
                """;

        assertThat(joined(written)).isEqualTo(written);
    }

    private static String joined(String text) {
        HistogramTextMerger lines = new HistogramTextMerger();
        text.lines().forEach(lines::add);
        return lines.text();
    }
}
