package sidecar.pool.cooldown;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import sidecar.limit.QuotaLimits;

/** The trickle of attempts that may be made on a cooling group when nothing else is left. Thread-safe; never blocks. */
public final class EmergencyLimiter {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final int MOST = 10;

    private final Map<String, Deque<Long>> lately = new HashMap<>();
    private long granted;

    /** Takes one of the group's places of this minute. */
    public synchronized boolean take(QuotaLimits limits, double fraction, long now) {
        Deque<Long> stamps = lately.computeIfAbsent(limits.group(), group -> new ArrayDeque<>());
        while (!stamps.isEmpty() && now - stamps.getFirst() >= MINUTE) {
            stamps.removeFirst();
        }
        if (stamps.size() >= max(limits.rpm(), fraction)) {
            return false;
        }
        stamps.addLast(now);
        granted++;
        return true;
    }

    /** Gives the latest one back: it was not used. */
    public synchronized void refund(QuotaLimits limits) {
        Deque<Long> stamps = lately.get(limits.group());
        if (stamps != null && stamps.pollLast() != null) {
            granted--;
        }
    }

    private static int max(int rpm, double fraction) {
        if (fraction == 0) {
            return 0;
        }
        return rpm == 0 ? MOST : (int) Math.min(MOST, Math.max(1, Math.floor(rpm * fraction)));
    }

    /** How many there have been since the start. */
    public synchronized long granted() {
        return granted;
    }
}
