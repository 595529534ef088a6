package sidecar.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.pool.LeaseResult;
import sidecar.pool.SelectionCriteria;

/** Those who wait, in lanes of equal wishes. Guarded by its {@link Admission}. */
final class AdmissionQueue {

    private final Map<SelectionCriteria, WaiterGroup> lanes = new HashMap<>();
    private int depth;

    int depth() {
        return depth;
    }

    /** Those who wait for that; empty when nobody does. */
    Optional<WaiterGroup> lane(SelectionCriteria wish) {
        return Optional.ofNullable(lanes.get(wish));
    }

    Collection<WaiterGroup> lanes() {
        return lanes.values();
    }

    void add(Waiter waiter, SelectionCriteria wish, LeaseResult.Refused refused, long now) {
        lanes.computeIfAbsent(wish, w -> new WaiterGroup(w, refused, now)).add(waiter);
        depth++;
    }

    /** Takes it out; returns whether it was waiting. */
    boolean remove(Waiter waiter) {
        WaiterGroup lane = waiter.lane;
        if (lane == null) {
            return false;
        }
        lane.remove(waiter);
        depth--;
        if (lane.isEmpty()) {
            lanes.remove(lane.wish);
        }
        return true;
    }

    /** All of them, in the order of arrival. */
    List<Waiter> everybody() {
        List<Waiter> all = new ArrayList<>(depth);
        lanes.values().forEach(lane -> lane.waiters().forEach(all::add));
        all.sort(Comparator.comparingLong(Waiter::order));
        return all;
    }

    /** The lanes in which somebody waits for what {@code refused} hopes for too. */
    List<WaiterGroup> rivals(LeaseResult.Refused refused) {
        return lanes.values().stream().filter(lane -> lane.competes(refused)).toList();
    }

    /** The lane that time lets go on first; empty when only events can. */
    Optional<WaiterGroup> soonest() {
        WaiterGroup soonest = null;
        for (WaiterGroup lane : lanes.values()) {
            if (lane.timed() && (soonest == null || lane.dueNanos() - soonest.dueNanos() < 0)) {
                soonest = lane;
            }
        }
        return Optional.ofNullable(soonest);
    }

    /** What operators see of it. */
    List<WaiterView> waiting(WaitEstimator forecast, long now) {
        return everybody().stream()
                .map(waiter -> waiting(waiter, forecast, now))
                .toList();
    }

    private static WaiterView waiting(Waiter waiter, WaitEstimator forecast, long now) {
        WaitHistory visit = waiter.call.visit();
        LeaseResult.Refused refused = waiter.lane().refused(now);
        long pause = refused.pause().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        long expected = refused.hopes().isEmpty() ? pause : Math.min(pause, forecast.next(refused.hopes()));
        return new WaiterView(
                visit.request(),
                waiter.call.wish().model().orElse(""),
                visit.client(),
                visit.waited().plusNanos(now - waiter.sinceNanos),
                Duration.ofNanos(expected));
    }
}
