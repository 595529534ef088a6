package sidecar.pool;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import sidecar.provider.Provider;

/**
 * One provider as it looks to a wish.
 *
 * @param position in creation order
 * @param skip why it cannot be had; empty when it can
 * @param freeIn until it can, as far as can be told
 * @param guess whether it cools for a time of our own choosing, which an emergency may ignore
 * @param reason for operators, such as "cooling 12 s: HTTP 429"
 */
record Look(
        Provider provider, int position, Optional<Skip> skip, Optional<Duration> freeIn, boolean guess, String reason) {

    static Look open(Provider provider, int position) {
        return new Look(provider, position, Optional.empty(), Optional.empty(), false, "");
    }

    static Look skipped(Provider provider, int position, Skip skip, Optional<Duration> freeIn, String reason) {
        return new Look(provider, position, Optional.of(skip), freeIn, false, reason);
    }

    static Look cooling(Provider provider, int position, Cooldowns.Block block) {
        String seconds = String.format(Locale.ROOT, "%.1f", block.freeIn().toMillis() / 1000.0);
        return block.verdict()
                ? skipped(
                        provider,
                        position,
                        Skip.VERDICT,
                        Optional.empty(),
                        "its cooldown is over; one attempt finds out")
                : new Look(
                        provider,
                        position,
                        Optional.of(Skip.COOLING),
                        Optional.of(block.freeIn()),
                        block.guess(),
                        "cooling " + seconds + " s: " + block.reason());
    }

    /** Whether it cannot be had for that reason. */
    boolean is(Skip why) {
        return skip.isPresent() && skip.get() == why;
    }

    /** Whether waiting may help. */
    boolean hopeful() {
        return is(Skip.COOLING) || is(Skip.VERDICT) || is(Skip.FULL) || is(Skip.SPENT);
    }
}
