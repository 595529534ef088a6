package sidecar.metrics.edge;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import sidecar.metrics.RuntimeReadings.WindowFigures;

/**
 * Two gauges for the window of every quota group. Groups come and go, and their gauges with them: one that stayed would
 * look like a group at rest. Thread-safe.
 */
public final class WindowGauges {

    private static final String USED = "sidecar_window_used";
    private static final String LIMIT = "sidecar_window_limit";

    private final GaugeRegistrar gauges;
    private final Supplier<Set<String>> groups;
    private final Function<String, WindowFigures> windows;
    private final Set<String> shown = new HashSet<>(); // guarded by this

    /**
     * @param groups those that there are now
     * @param windows a group's window; asked once more for one that has just gone
     */
    public WindowGauges(
            MetricRegistry registry, Supplier<Set<String>> groups, Function<String, WindowFigures> windows) {
        this.gauges = new GaugeRegistrar(registry);
        this.groups = groups;
        this.windows = windows;
    }

    /** Shows the groups that there are now, and those only. Call it after every change of the catalog. */
    public synchronized void refresh() {
        Set<String> now = groups.get();
        List.copyOf(shown).stream().filter(group -> !now.contains(group)).forEach(this::hide);
        now.stream().filter(group -> !shown.contains(group)).forEach(this::show);
    }

    private void show(String group) {
        shown.add(group);
        gauges.add(
                USED,
                "Requests that occupy a place in the quota group's window",
                () -> windows.apply(group).used(),
                tag(group));
        gauges.add(
                LIMIT,
                "Places in the quota group's window; 0 for no limit",
                () -> windows.apply(group).limit(),
                tag(group));
    }

    private void hide(String group) {
        shown.remove(group);
        gauges.remove(USED, tag(group));
        gauges.remove(LIMIT, tag(group));
    }

    private static Tag tag(String group) {
        return new Tag("group", group);
    }
}
