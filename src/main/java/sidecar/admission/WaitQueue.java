package sidecar.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import sidecar.pool.LeaseResult;
import sidecar.pool.SelectionCriteria;

/**
 * Those who wait, in groups of equal criteria, and the order in which they are served: the order of arrival, of requests and so of groups,
 * whose turn is that of their first. Guarded by its {@link Admission}.
 */
final class WaitQueue {

    static final Comparator<Waiter> BY_ARRIVAL = Comparator.comparingLong(Waiter::order);

    private static final Comparator<WaiterGroup> BY_FIRST = Comparator.comparing(WaiterGroup::first, BY_ARRIVAL);

    private final Map<SelectionCriteria, WaiterGroup> groups = new HashMap<>();
    private int depth;

    int depth() {
        return depth;
    }

    /** Those who wait for that; empty when nobody does. */
    Optional<WaiterGroup> group(SelectionCriteria criteria) {
        return Optional.ofNullable(groups.get(criteria));
    }

    /** Whether anybody waits for something else. */
    boolean hasOthers(SelectionCriteria criteria) {
        return groups.size() > (groups.containsKey(criteria) ? 1 : 0);
    }

    Collection<WaiterGroup> groups() {
        return groups.values();
    }

    void add(Waiter waiter, SelectionCriteria criteria, LeaseResult.Unavailable unavailable, long now) {
        groups.computeIfAbsent(criteria, w -> new WaiterGroup(w, unavailable, now))
                .add(waiter);
        depth++;
    }

    /** Takes it out; returns whether it was waiting. */
    boolean remove(Waiter waiter) {
        WaiterGroup group = waiter.group;
        if (group == null) {
            return false;
        }
        group.remove(waiter);
        depth--;
        if (group.isEmpty()) {
            groups.remove(group.criteria);
        }
        return true;
    }

    /** All of them, in the order of arrival. */
    List<Waiter> all() {
        List<Waiter> all = new ArrayList<>(depth);
        groups.values().forEach(group -> group.waiters().forEach(all::add));
        all.sort(BY_ARRIVAL);
        return all;
    }

    /** The groups in which somebody waits for what {@code unavailable} hopes for too. */
    List<WaiterGroup> competing(LeaseResult.Unavailable unavailable) {
        return groups.values().stream()
                .filter(group -> group.competes(unavailable))
                .toList();
    }

    /** The groups whose first came before {@code order} and that wait for one of these quota groups, the oldest first. */
    List<WaiterGroup> before(long order, Set<String> quotaGroups) {
        return groups.values().stream()
                .filter(group -> group.first().order() < order && group.waitsFor(quotaGroups))
                .sorted(BY_FIRST)
                .toList();
    }

    /** The groups that are to be served, the one whose first came first at the head; to be put back while anybody is left in it. */
    Queue<WaiterGroup> turns(Predicate<WaiterGroup> served) {
        Queue<WaiterGroup> turns = new PriorityQueue<>(BY_FIRST);
        groups.values().stream().filter(served).forEach(turns::add);
        return turns;
    }

    /** When, by the ticker, time lets the first group go on; empty when only events can. */
    OptionalLong nextRecoveryNanos() {
        OptionalLong soonest = OptionalLong.empty();
        for (WaiterGroup group : groups.values()) {
            if (group.timed() && (soonest.isEmpty() || group.dueNanos() - soonest.getAsLong() < 0)) {
                soonest = OptionalLong.of(group.dueNanos());
            }
        }
        return soonest;
    }

    /** What operators see of it. */
    List<WaiterView> waiting(WaitEstimator estimator, long now) {
        return all().stream().map(waiter -> waiting(waiter, estimator, now)).toList();
    }

    private static WaiterView waiting(Waiter waiter, WaitEstimator estimator, long now) {
        WaitHistory history = waiter.request.history();
        LeaseResult.Unavailable unavailable = waiter.group().unavailable(now);
        long pause = unavailable.pause().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        long expected = unavailable.hopes().isEmpty() ? pause : Math.min(pause, estimator.next(unavailable.hopes()));
        return new WaiterView(
                history.request(),
                waiter.request.criteria().model().orElse(""),
                history.client(),
                history.waited().plusNanos(now - waiter.sinceNanos),
                Duration.ofNanos(expected));
    }
}
