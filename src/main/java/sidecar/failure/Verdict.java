package sidecar.failure;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import sidecar.json.Require;

/**
 * What an upstream's answer means.
 *
 * @param cooldown how long the rule that said so asks to stay away, at least; zero for nothing
 */
public record Verdict(FailureClass means, Duration cooldown) {

    public Verdict {
        Require.notNegative("cooldown", cooldown);
    }

    /** A class without a delay of its own. */
    public static Verdict of(FailureClass means) {
        return new Verdict(means, Duration.ZERO);
    }

    /**
     * How long to stay away: of a limited rate, what the upstream asks for where that is longer than the rule's own.
     *
     * @param header the first value of a header of the answer by its name
     * @param body the beginning of the answer's body
     * @param now the wall clock, for dates
     */
    public Duration retryAfter(Function<String, Optional<String>> header, String body, Instant now) {
        return means == FailureClass.RATE_LIMITED
                ? RetryAfterReader.read(header, body, now)
                        .filter(asked -> asked.compareTo(cooldown) > 0)
                        .orElse(cooldown)
                : cooldown;
    }
}
