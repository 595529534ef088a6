package sidecar.pool.cooldown;

import java.time.Duration;
import sidecar.pool.PoolSettings;
import sidecar.time.OpenCircuit;

/**
 * The time until which a scope is left alone. Ends by comparison with now; then it is half-open: one attempt probes, and
 * its verdict ends the cooldown or begins the next. The count survives the end and falls only with a success, so that an
 * upstream that goes on refusing is asked ever less often. Immutable.
 *
 * @param circuit open since the latest 429; its count is of 429s in a row
 * @param asked whether the end is what the upstream asked for, and not our own guess
 * @param event the id under which operators find it
 */
record Cooldown(OpenCircuit circuit, String reason, boolean asked, String event) {

    int count() {
        return circuit.count();
    }

    long untilNanos() {
        return circuit.untilNanos();
    }

    boolean active(long now) {
        return circuit.isOpen(now);
    }

    Duration left(long now) {
        return circuit.left(now);
    }

    /** Whether an attempt is out to find the verdict. */
    boolean probing() {
        return circuit.probing();
    }

    /** Whether {@code hit} is this cooldown heard once more: its attempt began before the cooldown did. */
    boolean covers(RateLimitHit hit) {
        return circuit.explains(hit.startedNanos());
    }

    /** The first of a row. */
    static Cooldown first(PoolSettings settings, RateLimitHit hit, String event) {
        return of(settings, 1, hit, event);
    }

    /** What follows another 429. A later end is never replaced by an earlier one. */
    Cooldown next(PoolSettings settings, RateLimitHit hit, String nextEvent) {
        if (covers(hit)) {
            return until(hit.now() + hit.asked().toNanos(), true);
        }
        return of(settings, count() + 1, hit, nextEvent).until(untilNanos(), asked);
    }

    private static Cooldown of(PoolSettings settings, int count, RateLimitHit hit, String event) {
        CooldownDuration duration = CooldownDuration.of(settings, count, hit);
        long end = hit.now() + duration.nanos();
        return new Cooldown(
                new OpenCircuit(count, hit.now(), end, false), hit.reason(), duration.askedByUpstream(), event);
    }

    private Cooldown until(long nanos, boolean theirs) {
        OpenCircuit longer = circuit.until(nanos);
        return longer.equals(circuit) ? this : new Cooldown(longer, reason, theirs, event);
    }

    Cooldown probing(boolean now) {
        return new Cooldown(circuit.probing(now), reason, asked, event);
    }

    /**
     * One 429.
     *
     * @param startedNanos when its attempt began
     * @param asked what the upstream asks for; zero for nothing
     * @param jitter what our own guess is multiplied with, about 1
     */
    record RateLimitHit(long startedNanos, long now, Duration asked, String reason, double jitter) {}
}
