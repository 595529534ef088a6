package sidecar.reports.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeriodFilterTest {

    private final PeriodFilter week = PeriodFilter.hours(Instant.parse("2026-06-30T12:34:56Z"), 168);

    @Test
    void anAxisBeginsOneStepBeforeTheFirstOneWithData() {
        List<String> steps = week.steps();

        assertThat(week.fitting(List.of(steps.get(150), steps.get(100))).steps())
                .isEqualTo(steps.subList(99, 168));
    }

    @Test
    void anAxisOfLittleIsNotTooShort() {
        List<String> steps = week.steps();

        assertThat(week.fitting(List.of(steps.get(167))).steps()).isEqualTo(steps.subList(162, 168));
        assertThat(week.fitting(List.of()).steps()).isEqualTo(steps.subList(162, 168));
    }

    @Test
    void anAxisOfMuchIsAllOfIt() {
        assertThat(week.fitting(week.steps())).isEqualTo(week);
        assertThat(PeriodFilter.days(Instant.EPOCH, 3).fitting(List.of()).steps())
                .hasSize(3);
    }
}
