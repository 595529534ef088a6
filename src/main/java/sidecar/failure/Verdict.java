package sidecar.failure;

import java.time.Duration;

/**
 * What an upstream's answer means.
 *
 * @param cooldown how long the rule that said so asks to stay away, at least; zero for nothing
 */
public record Verdict(FailureClass means, Duration cooldown) {

    /** A class without a delay of its own. */
    public static Verdict of(FailureClass means) {
        return new Verdict(means, Duration.ZERO);
    }
}
