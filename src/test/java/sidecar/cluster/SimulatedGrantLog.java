package sidecar.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import sidecar.limit.GrantLog;

/** A file of grants that outlives its process; reads the time of its machine, which does too. */
final class SimulatedGrantLog implements GrantLog {

    private static final long UNSENT = Long.MIN_VALUE;

    private record Entry(String account, int tokens, long stampNanos) {}

    private final LongSupplier nanos;
    private final Map<Integer, Entry> entries = new HashMap<>();
    private final Map<String, Day> days = new HashMap<>();
    private int next;

    SimulatedGrantLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public int granted(String account, int tokens) {
        entries.put(next, new Entry(account, tokens, UNSENT));
        return next++;
    }

    @Override
    public void stamped(int place) {
        entries.computeIfPresent(place, (same, entry) -> new Entry(entry.account, entry.tokens, nanos.getAsLong()));
    }

    @Override
    public void settled(int place, int tokens) {
        entries.computeIfPresent(place, (same, entry) -> new Entry(entry.account, tokens, entry.stampNanos));
    }

    @Override
    public void freed(int place) {
        entries.remove(place);
    }

    @Override
    public void counted(Day day) {
        days.put(day.account(), day);
    }

    @Override
    public List<Past> past() {
        List<Past> past = new ArrayList<>();
        // one that had not been sent completely counts as sent now
        entries.forEach((place, entry) -> {
            long age = entry.stampNanos == UNSENT ? 0 : nanos.getAsLong() - entry.stampNanos;
            past.add(new Past(entry.account, Duration.ofNanos(age), entry.tokens, place));
        });
        return past;
    }

    @Override
    public List<Day> days() {
        return List.copyOf(days.values());
    }
}
