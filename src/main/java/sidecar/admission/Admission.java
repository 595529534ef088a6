package sidecar.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import sidecar.pool.Lease;
import sidecar.pool.LeaseResult;
import sidecar.pool.ProviderPool;
import sidecar.pool.SelectionCriteria;
import sidecar.time.Ticker;
import sidecar.time.Timer;

/**
 * Gives out the free places: at once, or in the order of arrival, where those who cannot use a place are passed over and
 * block nobody. Refuses at once who would wait in vain. Nobody polls and no thread waits: one timer rings at the instant
 * at which the next place frees, and the pool tells of everything else. Thread-safe; never blocks. Answers are given
 * outside the lock.
 */
public final class Admission {

    private final ProviderPool pool;
    private final Supplier<AdmissionSettings> settings;
    private final Ticker ticker;
    private final Timer timer;

    // guarded by this, as all that follows
    private final WaitQueue queue = new WaitQueue();
    private final QueueEntryCheck entryCheck;
    private final RecoveryTimer recovery;
    private List<Runnable> answers = new ArrayList<>();
    private long arrivals;
    private boolean draining;

    /** Whether anybody waits, or is about to: read without the lock, so that a pool without a queue costs nothing. */
    private volatile boolean busy;

    public Admission(ProviderPool pool, Supplier<AdmissionSettings> settings, Ticker ticker, Timer timer) {
        this.pool = pool;
        this.settings = settings;
        this.ticker = ticker;
        this.timer = timer;
        this.entryCheck = new QueueEntryCheck(queue, pool, ticker);
        this.recovery = new RecoveryTimer(ticker, timer, this::recovered);
        pool.onRoom(this::capacityFreed);
    }

    /** A call under way. */
    public interface Ticket {
        /** The answer is not wanted any more. One that is on its way still comes. Idempotent. */
        void cancel();
    }

    /** Asks for a lease. The answer may come before this returns. */
    public Ticket ask(AdmissionRequest request) {
        Waiter waiter = new Waiter(request);
        locked(() -> {
            request.history().arrives(arrivals++);
            serve(true);
            enqueue(waiter);
        });
        return () -> locked(() -> remove(waiter));
    }

    /** From now on everybody is refused, and those who wait are. */
    public void drain() {
        locked(() -> {
            draining = true;
            queue.all().forEach(waiter -> {
                remove(waiter);
                refuse(
                        waiter,
                        AdmissionResult.Reason.DRAINING,
                        LeaseResult.Unavailable.unrecoverable(LeaseResult.UnavailableReason.NO_PROVIDER));
            });
        });
    }

    /** How many wait now. */
    public synchronized int depth() {
        return queue.depth();
    }

    /** How many wait now, by the model that they ask for. */
    public synchronized Map<String, Integer> depthByModel() {
        Map<String, Integer> depths = new HashMap<>();
        queue.groups().forEach(group -> depths.merge(group.criteria.model().orElse(""), group.size(), Integer::sum));
        return depths;
    }

    /** Who waits now, in the order of arrival. */
    public synchronized List<WaiterView> waiting() {
        return queue.waiting(entryCheck.estimator(), ticker.nanos());
    }

    private void locked(Runnable step) {
        List<Runnable> now;
        synchronized (this) {
            // who is about to wait has seen that there is no room: what makes room from then on must not pass by
            busy = true;
            step.run();
            busy = queue.depth() > 0;
            recovery.set(queue.nextRecoveryNanos());
            now = answers;
            answers = new ArrayList<>();
        }
        now.forEach(Runnable::run);
    }

    // arriving

    private void enqueue(Waiter waiter) {
        if (draining) {
            refuse(
                    waiter,
                    AdmissionResult.Reason.DRAINING,
                    LeaseResult.Unavailable.unrecoverable(LeaseResult.UnavailableReason.NO_PROVIDER));
            return;
        }
        AdmissionRequest request = waiter.request;
        long now = ticker.nanos();
        boolean never = request.overflow().isNegative();
        waiter.overflow = !never && request.history().fallbackAllowedIn(request.overflow(), now) <= 0;
        LeaseResult result = next(waiter);
        if (result instanceof LeaseResult.Unavailable unavailable
                && !waiter.overflow
                && !never
                && (unavailable.hopes().isEmpty()
                        || request.history().leftNanos(settings.get().timeout()) == 0)) {
            // no primary will come, or there is no time to wait for one
            waiter.overflow = true;
            result = next(waiter);
        }
        if (result instanceof LeaseResult.Leased leased) {
            grant(waiter, leased.lease());
        } else if (result instanceof LeaseResult.Unavailable unavailable) {
            queue(waiter, unavailable);
        }
    }

    private static SelectionCriteria criteria(Waiter waiter) {
        return waiter.request.criteria().withOverflow(waiter.overflow);
    }

    /** A lease, unless somebody waits for the same thing already: then there is none. */
    private LeaseResult next(Waiter waiter) {
        SelectionCriteria criteria = criteria(waiter);
        Optional<WaiterGroup> before =
                queue.group(criteria).filter(group -> group.first().order() < waiter.order());
        if (before.isPresent()) {
            return before.get().unavailable(ticker.nanos());
        }
        Set<Waiter> elsewhere = new LinkedHashSet<>();
        LeaseResult result = leaseInTurn(waiter, criteria, elsewhere);
        enqueueAgain(elsewhere);
        return result;
    }

    private void queue(Waiter waiter, LeaseResult.Unavailable unavailable) {
        AdmissionSettings now = settings.get();
        long left = QueueEntryCheck.left(waiter, unavailable, now);
        Optional<AdmissionResult.Reason> refusal = entryCheck.refusal(waiter, unavailable, left, now);
        if (refusal.isPresent()) {
            refuse(waiter, refusal.get(), unavailable);
            return;
        }
        SelectionCriteria criteria = criteria(waiter);
        waiter.sinceNanos = ticker.nanos();
        waiter.untilNanos = waiter.sinceNanos + left;
        queue.add(waiter, criteria, unavailable, waiter.sinceNanos);
        waiter.request.history().waits(waiter.sinceNanos);
        long overflowIn = waiter.request.history().fallbackAllowedIn(waiter.request.overflow(), waiter.sinceNanos);
        boolean mayOverflow = !waiter.overflow && !waiter.request.overflow().isNegative();
        Duration wait = Duration.ofNanos(mayOverflow ? Math.min(left, overflowIn) : left);
        waiter.timeout = timer.after(wait, () -> locked(() -> expired(waiter)));
    }

    // serving

    /** Something may have made room. */
    private void capacityFreed() {
        if (busy) {
            locked(() -> serve(false));
        }
    }

    /**
     * Gives out what is free, the oldest first.
     *
     * @param timedOnly whether only time has passed since the last time
     */
    private void serve(boolean timedOnly) {
        if (queue.depth() == 0) {
            return;
        }
        long now = ticker.nanos();
        Queue<WaiterGroup> turns = queue.turns(group -> !timedOnly || group.due(now));
        Set<Waiter> elsewhere = new LinkedHashSet<>();
        UnavailableInRound unavailable = new UnavailableInRound();
        for (WaiterGroup group = turns.poll(); group != null; group = turns.poll()) {
            // after a change, who needs more may have nothing to wait for any more
            Optional<LeaseResult.Unavailable> known = timedOnly ? unavailable.of(group.criteria) : Optional.empty();
            LeaseResult result =
                    known.isPresent() ? known.get() : leaseInTurn(group.first(), group.criteria, elsewhere);
            if (known.isEmpty() && result instanceof LeaseResult.Unavailable nothing) {
                unavailable.add(group.criteria, nothing);
            }
            if (give(group, result, elsewhere) && !group.isEmpty()) {
                turns.add(group);
            }
        }
        enqueueAgain(elsewhere);
    }

    /** Gives a group's first what was found for it, or notes why there is nothing. Returns whether there was something. */
    private boolean give(WaiterGroup group, LeaseResult result, Set<Waiter> elsewhere) {
        if (result instanceof LeaseResult.Leased leased) {
            Waiter first = group.first();
            remove(first);
            grant(first, leased.lease());
            return true;
        }
        if (result instanceof LeaseResult.Unavailable unavailable) {
            // later than the pool looked, so that what it hopes for has come when its time has
            group.unavailable(unavailable, ticker.nanos());
            if (unavailable.hopes().isEmpty() && unavailable.pause().isEmpty()) {
                group.waiters().forEach(elsewhere::add);
            }
        }
        return false;
    }

    /** Nothing is left to wait for: the fallback pool, or a refusal. */
    private void enqueueAgain(Set<Waiter> elsewhere) {
        elsewhere.forEach(this::remove);
        elsewhere.stream().sorted(WaitQueue.BY_ARRIVAL).forEach(this::enqueue);
    }

    /**
     * A lease, if none of those who came before can use it. Each group was told to the microsecond when a place comes free, but at another moment: the one
     * that looks at that instant need not be the oldest. So where others wait it is only looked at first, and what is free is offered to them.
     *
     * @param elsewhere those of them who find that they have nothing to wait for
     */
    private LeaseResult leaseInTurn(Waiter waiter, SelectionCriteria criteria, Set<Waiter> elsewhere) {
        while (queue.hasOthers(criteria)) {
            ProviderPool.Availability free = pool.availability(criteria);
            if (free.unavailable().isPresent()) {
                return free.unavailable().get();
            }
            if (!takenBy(queue.before(waiter.order(), free.groups()), elsewhere)) {
                break;
            }
        }
        return pool.lease(criteria, waiter.request.preferred());
    }

    /** Offers what is free to one of these after the other. Returns whether one took it. */
    private boolean takenBy(List<WaiterGroup> groups, Set<Waiter> elsewhere) {
        for (WaiterGroup group : groups) {
            if (give(group, pool.lease(group.criteria, group.first().request.preferred()), elsewhere)) {
                return true;
            }
        }
        return false;
    }

    private void expired(Waiter waiter) {
        if (waiter.group == null) {
            return;
        }
        serve(true);
        WaiterGroup group = waiter.group;
        if (group == null) {
            return;
        }
        LeaseResult.Unavailable cause = group.unavailable(ticker.nanos());
        boolean over = ticker.nanos() - waiter.untilNanos >= 0;
        boolean fallback = !waiter.overflow && !waiter.request.overflow().isNegative();
        remove(waiter);
        if (over && !fallback) {
            refuse(waiter, AdmissionResult.Reason.QUEUE_TIMEOUT, cause);
        } else {
            enqueue(waiter);
        }
    }

    private void remove(Waiter waiter) {
        if (!queue.remove(waiter)) {
            return;
        }
        if (waiter.timeout != null) {
            waiter.timeout.cancel();
        }
        waiter.request.history().waited(ticker.nanos() - waiter.sinceNanos);
    }

    private void grant(Waiter waiter, Lease lease) {
        answer(waiter, new AdmissionResult.Admitted(lease));
    }

    /** What would be refused may be let through in an emergency. */
    private void refuse(Waiter waiter, AdmissionResult.Reason reason, LeaseResult.Unavailable cause) {
        WaitHistory history = waiter.request.history();
        if (reason != AdmissionResult.Reason.DRAINING && !cause.hopes().isEmpty() && history.emergencyAllowed()) {
            boolean never = waiter.request.overflow().isNegative();
            Optional<Lease> lease = pool.emergency(waiter.request.criteria().withOverflow(!never));
            if (lease.isPresent()) {
                history.emergency();
                grant(waiter, lease.get());
                return;
            }
        }
        answer(waiter, new AdmissionResult.Refused(reason, cause, cause.freeIn()));
    }

    private void answer(Waiter waiter, AdmissionResult result) {
        answers.add(() -> waiter.request.then().accept(result));
    }

    private void recovered() {
        locked(() -> {
            recovery.fired();
            serve(true);
        });
    }
}
