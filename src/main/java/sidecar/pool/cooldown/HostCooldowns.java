package sidecar.pool.cooldown;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.time.Backoff;

/**
 * Hosts that several quota groups were refused by at once: not each key is over its limit, but something they share is.
 * Such a host is paused as a whole, ever longer while it goes on. Thread-safe; never blocks.
 */
final class HostCooldowns {

    /** How many groups must be refused within {@link #TOGETHER} for it to be one cause. */
    static final int GROUPS = 3;

    static final Duration TOGETHER = Duration.ofSeconds(2);
    static final double INNOCENT_SHARE = 0.5;

    private static final Backoff PAUSE = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(2));
    private static final long CLEAN = Duration.ofMinutes(5).toNanos();
    private static final int SUSPICIOUS = 3;

    private final Map<String, Host> hosts = new HashMap<>();

    /** A 429 of a group that had used less than half of its minute. */
    record RateLimitSuspect(
            String group, CooldownTarget target, Optional<Cooldown> before, Cooldown began, long atNanos) {}

    private static final class Host {
        private final List<RateLimitSuspect> suspects = new ArrayList<>();
        private int pauses;
        private long begunNanos;
        private long untilNanos;
    }

    /** Whether an attempt begun at {@code startedNanos} is explained by a pause that began after it. */
    synchronized boolean explains(String origin, long startedNanos) {
        Host host = hosts.get(origin);
        return host != null && host.pauses > 0 && startedNanos - host.begunNanos < 0;
    }

    /**
     * Notes a suspect.
     *
     * @return all whose common cause it reveals, whose cooldowns are to be withdrawn; empty while there is none
     */
    synchronized List<RateLimitSuspect> note(String origin, RateLimitSuspect suspect) {
        Host host = hosts.computeIfAbsent(origin, o -> new Host());
        long now = suspect.atNanos();
        host.suspects.removeIf(s -> now - s.atNanos() > TOGETHER.toNanos());
        host.suspects.add(suspect);
        if (host.suspects.stream().map(RateLimitSuspect::group).distinct().count() < GROUPS) {
            return List.of();
        }
        List<RateLimitSuspect> revealed = List.copyOf(host.suspects);
        host.suspects.clear();
        pause(host, now);
        return revealed;
    }

    private static void pause(Host host, long now) {
        if (host.pauses > 0 && now - host.untilNanos >= CLEAN) {
            host.pauses = 0;
        }
        host.begunNanos = now;
        host.untilNanos = now + PAUSE.nanos(host.pauses);
        host.pauses++;
    }

    /** Another node has paused it {@code since} ago, for so much longer from now on. */
    synchronized void pausedElsewhere(String origin, int pauses, Duration left, Duration since, long now) {
        Host host = hosts.computeIfAbsent(origin, o -> new Host());
        long until = now + left.toNanos();
        if (host.pauses == 0 || until - host.untilNanos > 0) {
            host.begunNanos = now - since.toNanos();
            host.untilNanos = until;
        }
        host.pauses = Math.max(host.pauses, pauses);
        host.suspects.clear();
    }

    /** How many pauses there have been without clean minutes between. */
    synchronized int pauses(String origin) {
        Host host = hosts.get(origin);
        return host == null ? 0 : host.pauses;
    }

    /** Whether no host was ever suspected. */
    synchronized boolean none() {
        return hosts.isEmpty();
    }

    /** How long the host stays paused; empty when it is not. */
    synchronized Optional<Duration> left(String origin, long now) {
        Host host = hosts.get(origin);
        return host == null || host.pauses == 0 || now - host.untilNanos >= 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(host.untilNanos - now));
    }

    /** Whether the pauses have come so often that its keys must be taken for one account's. */
    synchronized boolean isOneAccount(String origin, long now) {
        Host host = hosts.get(origin);
        return host != null && host.pauses > SUSPICIOUS && now - host.untilNanos < CLEAN;
    }

    synchronized void clear(String origin) {
        hosts.remove(origin);
    }
}
