package sidecar.metrics.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sidecar.metrics.RuntimeReadings.WindowFigures;

class WindowGaugesTest {

    private final Map<String, WindowFigures> windows = new LinkedHashMap<>();
    private final FakeRegistry registry = new FakeRegistry();
    private final WindowGauges gauges = new WindowGauges(registry.registry(), windows::keySet, windows::get);

    @Test
    void everyGroupHasTwoGauges() {
        windows.put("acc-1", new WindowFigures(3, 40));

        gauges.refresh();

        assertThat(registry.values())
                .containsExactly(
                        Map.entry("sidecar_window_limit{group=acc-1}", 40.0),
                        Map.entry("sidecar_window_used{group=acc-1}", 3.0));
    }

    @Test
    void aGroupThatWentTakesItsGaugesAlong() {
        windows.put("acc-1", new WindowFigures(3, 40));
        windows.put("acc-2", new WindowFigures(0, 40));
        gauges.refresh();

        windows.remove("acc-1");
        windows.put("acc-3", new WindowFigures(1, 10));
        gauges.refresh();

        assertThat(registry.values().keySet())
                .containsExactly(
                        "sidecar_window_limit{group=acc-2}",
                        "sidecar_window_limit{group=acc-3}",
                        "sidecar_window_used{group=acc-2}",
                        "sidecar_window_used{group=acc-3}");
    }

    @Test
    void gaugesAreReadWhenSomebodyAsks() {
        windows.put("acc-1", new WindowFigures(3, 40));
        gauges.refresh();

        windows.put("acc-1", new WindowFigures(7, 20));

        assertThat(registry.values())
                .containsEntry("sidecar_window_used{group=acc-1}", 7.0)
                .containsEntry("sidecar_window_limit{group=acc-1}", 20.0);
    }
}
