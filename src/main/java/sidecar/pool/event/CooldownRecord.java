package sidecar.pool.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One cooldown as operators look back on it; what a restart takes up again.
 *
 * @param id {@code cev_} + 12 hex
 * @param provider the id of the provider whose 429 began it
 * @param group the quota group that cools; empty when it is one model
 * @param model the model that cools; empty when it is the group
 * @param count 429s in a row
 * @param asked whether its length is what the upstream asked for
 * @param until when it ends by itself
 * @param endedAt when it ended; empty while it lasts
 * @param settled whether a success, an operator, a later cooldown or a better explanation has done away with it: a
 *     restart no longer counts it
 */
public record CooldownRecord(
        String id,
        String provider,
        String providerName,
        String group,
        String model,
        int count,
        String summary,
        boolean asked,
        Instant startedAt,
        Instant until,
        Optional<Instant> endedAt,
        boolean settled) {

    /** How long it was meant to last. */
    public Duration length() {
        return Duration.between(startedAt, until);
    }

    /** With another end. */
    public CooldownRecord until(Instant later, boolean theirs) {
        return new CooldownRecord(
                id, provider, providerName, group, model, count, summary, theirs, startedAt, later, endedAt, settled);
    }

    /** All that is known of it, here and by another node: the later end, and whether it has ended. */
    public CooldownRecord and(CooldownRecord other) {
        Optional<Instant> ended =
                Stream.of(endedAt, other.endedAt).flatMap(Optional::stream).min(Comparator.naturalOrder());
        boolean later = other.until.isAfter(until);
        return new CooldownRecord(
                id,
                provider,
                providerName,
                group,
                model,
                count,
                summary,
                later ? other.asked : asked,
                startedAt,
                later ? other.until : until,
                ended,
                settled || other.settled);
    }

    /** Ended at {@code at}, unless it had ended before. */
    public CooldownRecord ended(Instant at, boolean forGood) {
        return new CooldownRecord(
                id,
                provider,
                providerName,
                group,
                model,
                count,
                summary,
                asked,
                startedAt,
                until,
                Optional.of(endedAt.orElse(at.isBefore(until) ? at : until)),
                settled || forGood);
    }
}
