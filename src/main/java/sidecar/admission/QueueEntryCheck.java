package sidecar.admission;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sidecar.pool.LeaseResult;
import sidecar.pool.ProviderPool;
import sidecar.time.Ticker;

/** Whether a waiter may join the queue, and how long it may stay: who would wait in vain is refused at once. Guarded by its {@link Admission}. */
final class QueueEntryCheck {

    private final WaitQueue queue;
    private final ProviderPool pool;
    private final Ticker ticker;

    QueueEntryCheck(WaitQueue queue, ProviderPool pool, Ticker ticker) {
        this.queue = queue;
        this.pool = pool;
        this.ticker = ticker;
    }

    /** For how long it may wait, in nanoseconds. */
    static long left(Waiter waiter, LeaseResult.Unavailable unavailable, AdmissionSettings settings) {
        long left = waiter.request.history().leftNanos(settings.timeout());
        boolean soon = unavailable.reason() == LeaseResult.UnavailableReason.COOLING
                && unavailable
                        .freeIn()
                        .map(in -> in.compareTo(settings.precheck()) < 0)
                        .orElse(false);
        if (soon) {
            left = Math.max(left, settings.precheck().toNanos());
        }
        // the pause before a provider is asked again is no wait for a place
        return Math.max(left, unavailable.pause().map(Duration::toNanos).orElse(0L));
    }

    /** Why it may not join; empty when it may. */
    Optional<AdmissionResult.Reason> refusal(
            Waiter waiter, LeaseResult.Unavailable unavailable, long left, AdmissionSettings settings) {
        if (unavailable.hopes().isEmpty() && unavailable.pause().isEmpty()) {
            return Optional.of(AdmissionResult.Reason.HOPELESS);
        }
        if (queue.depth() >= settings.depth() && left > 0) {
            return Optional.of(AdmissionResult.Reason.QUEUE_FULL);
        }
        if (left <= 0) {
            return Optional.of(AdmissionResult.Reason.QUEUE_TIMEOUT);
        }
        if (!waiter.overflow && !waiter.request.overflow().isNegative()) {
            return Optional.empty(); // what the fallback pool holds is seen when its time comes
        }
        long until = waiter.request.history().deadlineNanos() - ticker.nanos();
        long expected = expected(waiter, unavailable, Math.min(left, until));
        if (expected > left) {
            return Optional.of(AdmissionResult.Reason.QUEUE_TIMEOUT);
        }
        return expected > until ? Optional.of(AdmissionResult.Reason.DEADLINE) : Optional.empty();
    }

    /** Until its turn, in nanoseconds; something at most {@code enough} when that can be told without counting. */
    private long expected(Waiter waiter, LeaseResult.Unavailable unavailable, long enough) {
        long pause = unavailable.pause().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        if (unavailable.hopes().isEmpty()) {
            return pause;
        }
        List<WaiterGroup> rivals = queue.competing(unavailable);
        int ahead =
                rivals.stream().mapToInt(group -> group.ahead(waiter.order())).sum();
        long latest = WaitEstimator.atTheLatest(unavailable.hopes(), ahead, pool.window());
        if (latest <= enough) {
            return latest;
        }
        WaitEstimator estimator = estimator();
        long now = ticker.nanos();
        rivals.stream()
                .flatMap(group -> group.before(waiter.order()).values().stream())
                .sorted(WaitQueue.BY_ARRIVAL)
                .forEach(other -> estimator.next(other.group().unavailable(now).hopes()));
        return Math.min(pause, estimator.next(unavailable.hopes()));
    }

    /** Forecasts waits from what the pool knows now. */
    WaitEstimator estimator() {
        return new WaitEstimator(pool::nextFreeNanos, pool.window());
    }
}
