package sidecar.pool;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The workers of each host's models, which all the world shares: who runs there now, and how many may, found out by
 * failing. A failure halves what may run, but never below what is being served at that moment, since that much
 * evidently fits; every clean minute allows one more, and after half an hour of them nothing is held back. Thread-safe;
 * never blocks.
 */
final class AdaptiveModelConcurrency {

    /** Whoever runs several times as long as a failure took is being served; a failure takes at most this long. */
    static final Duration LONGEST_FAILURE = Duration.ofSeconds(2);

    static final Duration SHORTEST_FAILURE = Duration.ofMillis(100);

    private static final int TIMES_AS_LONG = 3;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long FORGET = 30 * MINUTE;

    private final Map<String, Set<Lease>> running = new HashMap<>();
    private final Map<String, ConcurrencyCap> caps = new HashMap<>();

    private record ConcurrencyCap(int max, long hitNanos) {}

    synchronized void began(Lease lease) {
        running.computeIfAbsent(lease.workers(), key -> new HashSet<>()).add(lease);
    }

    synchronized void ended(Lease lease) {
        Set<Lease> those = running.get(lease.workers());
        if (those != null && those.remove(lease) && those.isEmpty()) {
            running.remove(lease.workers());
        }
    }

    /** All workers were taken when {@code failed} asked. */
    synchronized int busy(Lease failed, long now) {
        ConcurrencyCap before = caps.get(failed.workers());
        if (before != null && failed.startedNanos() - before.hitNanos() < 0) {
            return max(failed.workers(), now); // it asked before the cap knew: the same event
        }
        Set<Lease> all = running.getOrDefault(failed.workers(), Set.of());
        Set<Lease> others = new HashSet<>(all);
        others.remove(failed);
        int served = served(others, servedAfter(now - failed.startedNanos()), now);
        int max = Math.max(Math.max(1, all.size() / 2), served);
        caps.put(failed.workers(), new ConcurrencyCap(max, now));
        return max;
    }

    /** Another node has found all workers taken, with so many of its own at most from now on: the same is tried here. */
    synchronized void busyElsewhere(String key, int max, long now) {
        int served = served(running.getOrDefault(key, Set.of()), LONGEST_FAILURE.toNanos(), now);
        int before = max(key, now);
        caps.put(key, new ConcurrencyCap(Math.max(before == 0 ? max : Math.min(before, max), served), now));
    }

    private static int served(Set<Lease> leases, long servedAfter, long now) {
        return (int) leases.stream()
                .filter(lease -> lease.accepted() || now - lease.startedNanos() >= servedAfter)
                .count();
    }

    private static long servedAfter(long failureTook) {
        long times = Math.max(SHORTEST_FAILURE.toNanos(), TIMES_AS_LONG * failureTook);
        return Math.min(LONGEST_FAILURE.toNanos(), times);
    }

    /** How many may run there at once; 0 = any number. */
    synchronized int max(String key, long now) {
        ConcurrencyCap cap = caps.get(key);
        if (cap == null) {
            return 0;
        }
        long clean = now - cap.hitNanos();
        if (clean >= FORGET) {
            caps.remove(key);
            return 0;
        }
        return cap.max() + (int) (clean / MINUTE);
    }

    /** Until one more may run; zero where nothing is held back. */
    synchronized Duration grows(String key, long now) {
        ConcurrencyCap cap = caps.get(key);
        return cap == null ? Duration.ZERO : Duration.ofNanos(MINUTE - (now - cap.hitNanos()) % MINUTE);
    }
}
