package sidecar.pool.cooldown;

import sidecar.pool.PoolSettings;
import sidecar.pool.cooldown.Cooldown.RateLimitHit;
import sidecar.time.Backoff;

/**
 * How long a cooldown lasts after the nth 429 in a row: the base time, doubled with each, up to the greatest; never shorter than the
 * upstream asks. Pure functions.
 *
 * @param askedByUpstream whether it is the time that the upstream asks for, and not our own guess
 */
record CooldownDuration(long nanos, boolean askedByUpstream) {

    /** @param count of 429s in a row, this one included; ≥ 1 */
    static CooldownDuration of(PoolSettings settings, int count, RateLimitHit hit) {
        Backoff backoff = new Backoff(settings.cooldownBase(), settings.cooldownMax());
        long guess = (long) (backoff.nanos(settings.exponential() ? count - 1 : 0) * hit.jitter());
        long asked = hit.asked().toNanos();
        return new CooldownDuration(Math.max(guess, asked), asked >= guess);
    }
}
