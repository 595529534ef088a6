package sidecar.pool;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import sidecar.pool.cooldown.Cooldowns;
import sidecar.provider.Provider;

/**
 * Whether one provider can be leased by some criteria.
 *
 * @param position in creation order
 * @param skip why it cannot be had; empty when it can
 * @param freeIn until it can, as far as can be told
 * @param guess whether it cools for a time of our own choosing, which an emergency may ignore
 * @param reason for operators, such as "cooling 12 s: HTTP 429"
 */
record CandidateStatus(
        Provider provider,
        int position,
        Optional<SkipReason> skip,
        Optional<Duration> freeIn,
        boolean guess,
        String reason) {

    /** Why a provider that maps the model cannot be had now. */
    enum SkipReason {
        /** It does not speak the path's protocol. */
        PROTOCOL,
        /** Its key is not accepted, or cannot be read. */
        ERROR,
        /** It has said that it does not have the model. */
        MISSING,
        /** This exchange has tried it. */
        TRIED,
        /** It is in the fallback pool, which is not to be used yet. */
        OVERFLOW,
        /** It cools. */
        COOLING,
        /** Its cooldown is over, and an attempt is finding out whether that is true. */
        VERDICT,
        /** No place is free. */
        FULL,
        /** All requests of its day are used. */
        SPENT
    }

    static CandidateStatus open(Provider provider, int position) {
        return new CandidateStatus(provider, position, Optional.empty(), Optional.empty(), false, "");
    }

    static CandidateStatus skipped(
            Provider provider, int position, SkipReason skip, Optional<Duration> freeIn, String reason) {
        return new CandidateStatus(provider, position, Optional.of(skip), freeIn, false, reason);
    }

    static CandidateStatus cooling(Provider provider, int position, Cooldowns.CooldownBlock block) {
        String seconds = String.format(Locale.ROOT, "%.1f", block.freeIn().toMillis() / 1000.0);
        return block.verdict()
                ? skipped(
                        provider,
                        position,
                        SkipReason.VERDICT,
                        Optional.of(block.freeIn()).filter(in -> !in.isZero()),
                        "its cooldown is over; one attempt finds out")
                : new CandidateStatus(
                        provider,
                        position,
                        Optional.of(SkipReason.COOLING),
                        Optional.of(block.freeIn()),
                        block.guess(),
                        "cooling " + seconds + " s: " + block.reason());
    }

    /** Whether it cannot be had for that reason. */
    boolean is(SkipReason why) {
        return skip.isPresent() && skip.get() == why;
    }

    /** Whether waiting may help. */
    boolean isRecoverable() {
        return is(SkipReason.COOLING) || is(SkipReason.VERDICT) || is(SkipReason.FULL) || is(SkipReason.SPENT);
    }
}
