package sidecar.pool.cooldown;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import sidecar.limit.QuotaLimits;
import sidecar.time.RollingWindow;

/** The trickle of attempts that may be made on a cooling group when nothing else is left. Thread-safe; never blocks. */
public final class EmergencyLimiter {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final int MAX = 10;

    private final Map<String, RollingWindow<Long>> lately = new HashMap<>();
    private long granted;

    /** Takes one of the group's places of this minute. */
    public synchronized boolean take(QuotaLimits limits, double fraction, long now) {
        RollingWindow<Long> stamps =
                lately.computeIfAbsent(limits.group(), group -> new RollingWindow<>(Long::longValue));
        stamps.age(now, MINUTE, old -> {});
        if (stamps.size() >= max(limits.rpm(), fraction)) {
            return false;
        }
        stamps.add(now);
        granted++;
        return true;
    }

    /** Another node has taken one. */
    public synchronized void takenElsewhere(QuotaLimits limits, long now) {
        lately.computeIfAbsent(limits.group(), group -> new RollingWindow<>(Long::longValue))
                .add(now);
    }

    /** Gives the latest one back: it was not used. */
    public synchronized void refund(QuotaLimits limits) {
        RollingWindow<Long> stamps = lately.get(limits.group());
        if (stamps != null && stamps.removeLatest()) {
            granted--;
        }
    }

    private static int max(int rpm, double fraction) {
        if (fraction == 0) {
            return 0;
        }
        return rpm == 0 ? MAX : (int) Math.min(MAX, Math.max(1, Math.floor(rpm * fraction)));
    }

    /** How many there have been since the start. */
    public synchronized long granted() {
        return granted;
    }
}
