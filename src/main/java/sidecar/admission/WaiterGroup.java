package sidecar.admission;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import sidecar.pool.LeaseResult;
import sidecar.pool.SelectionCriteria;

/**
 * Those who wait for the same thing, in the order of arrival: while the first cannot be served, none of them can.
 * Guarded by its {@link Admission}.
 */
final class WaiterGroup {

    final SelectionCriteria criteria;
    private final TreeMap<Long, Waiter> waiters = new TreeMap<>();
    private LeaseResult.Unavailable unavailable;
    private long unavailableNanos;
    private boolean timed;
    private long dueNanos;

    WaiterGroup(SelectionCriteria criteria, LeaseResult.Unavailable unavailable, long now) {
        this.criteria = criteria;
        this.unavailable = unavailable;
        unavailable(unavailable, now);
    }

    /** There is nothing for the first once more: it is looked after again when time can have changed that. */
    final void unavailable(LeaseResult.Unavailable again, long now) {
        unavailable = again;
        unavailableNanos = now;
        Optional<Duration> next = Stream.of(again.freeIn(), again.pause())
                .flatMap(Optional::stream)
                .min(Duration::compareTo);
        timed = next.isPresent();
        dueNanos = now + next.orElse(Duration.ZERO).toNanos();
    }

    /** What its first was told, as it would be told now. */
    LeaseResult.Unavailable unavailable(long now) {
        return unavailable.after(Duration.ofNanos(now - unavailableNanos));
    }

    /** Whether time alone may let it go on. */
    boolean timed() {
        return timed;
    }

    long dueNanos() {
        return dueNanos;
    }

    boolean due(long now) {
        return timed && now - dueNanos >= 0;
    }

    int size() {
        return waiters.size();
    }

    void add(Waiter waiter) {
        waiters.put(waiter.order(), waiter);
        waiter.group = this;
    }

    void remove(Waiter waiter) {
        waiters.remove(waiter.order());
        waiter.group = null;
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    Waiter first() {
        return waiters.firstEntry().getValue();
    }

    Iterable<Waiter> waiters() {
        return waiters.values();
    }

    /** How many came before {@code order}; counted only for those who come again, since who is new comes last. */
    int ahead(long order) {
        return waiters.lastKey() < order
                ? waiters.size()
                : waiters.headMap(order).size();
    }

    /** Those who came before {@code order}. */
    Map<Long, Waiter> before(long order) {
        return waiters.headMap(order);
    }

    /** Whether one of these quota groups may serve it; one that was tried may too, after its pause, which does not say where. */
    boolean waitsFor(Set<String> quotaGroups) {
        return unavailable.pause().isPresent()
                || unavailable.hopes().stream()
                        .anyMatch(hope -> quotaGroups.contains(hope.limits().group()));
    }

    /** Whether somebody in the one can take what somebody in the other waits for. */
    boolean competes(LeaseResult.Unavailable other) {
        return unavailable.hopes().stream()
                .anyMatch(mine -> other.hopes().stream()
                        .anyMatch(theirs ->
                                theirs.limits().group().equals(mine.limits().group())));
    }
}
