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
 * @param othersNanos for how long after its end another node finds out; 0 where this one may at once
 */
record Cooldown(OpenCircuit circuit, String reason, boolean asked, String event, long othersNanos) {

    private static final long SAME_NANOS = Duration.ofSeconds(1).toNanos();

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

    /** How long another node has still to find out, once it has run out; zero when this one may. */
    Duration leftToOthers(long now) {
        return active(now) ? Duration.ZERO : Duration.ofNanos(Math.max(0, untilNanos() + othersNanos - now));
    }

    /** Leaves it to another node until then, at the least. */
    Cooldown leftToOthersUntil(long nanos) {
        return with(Math.max(othersNanos, nanos - untilNanos()));
    }

    /** Leaves it to another node no longer than until then. */
    Cooldown leftToOthersAtMostUntil(long nanos) {
        return with(Math.max(0, Math.min(othersNanos, nanos - untilNanos())));
    }

    /**
     * Which of two counts that two nodes began for the same reason: the one that ends a second and more later, else the one with the smaller id. So that all
     * nodes agree, however their reckoning differs by milliseconds.
     */
    boolean yieldsTo(Cooldown other) {
        long later = other.untilNanos() - untilNanos();
        return Math.abs(later) >= SAME_NANOS ? later > 0 : other.event().compareTo(event) < 0;
    }

    private Cooldown with(long nanos) {
        return new Cooldown(circuit, reason, asked, event, nanos);
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
                new OpenCircuit(count, hit.now(), end, false), hit.reason(), duration.askedByUpstream(), event, 0);
    }

    /** With a later end; unchanged where it ends later anyway. */
    Cooldown until(long nanos, boolean theirs) {
        OpenCircuit longer = circuit.until(nanos);
        return longer.equals(circuit) ? this : new Cooldown(longer, reason, theirs, event, othersNanos);
    }

    Cooldown probing(boolean now) {
        return new Cooldown(circuit.probing(now), reason, asked, event, othersNanos);
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
