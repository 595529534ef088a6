package sidecar.failure;

import java.time.Duration;
import java.util.Optional;

/**
 * One rule of the setting {@code failure_rules}.
 *
 * @param from lowest status it speaks of
 * @param to highest status it speaks of
 * @param body what the answer must contain; empty for anything
 * @param label which providers it speaks of
 * @param cooldown how long it asks to stay away, at least; zero for nothing
 */
public record FailureRule(
        int from, int to, Optional<BodyPattern> body, LabelGlob label, FailureClass means, Duration cooldown) {

    public FailureRule {
        if (from > to) {
            throw new IllegalArgumentException(
                    "a rule's statuses must not end before they begin, were " + from + "-" + to);
        }
        if (cooldown.isNegative() || cooldown.compareTo(RetryAfterReader.LONGEST) > 0) {
            throw new IllegalArgumentException("a rule's cooldown must be 0 to 6 h, was " + cooldown);
        }
    }

    /** A rule for any body and any provider. */
    public static FailureRule of(int from, int to, FailureClass means) {
        return new FailureRule(from, to, Optional.empty(), LabelGlob.ANY, means, Duration.ZERO);
    }

    /** A rule for answers that contain {@code body}. */
    public static FailureRule of(int from, int to, String body, FailureClass means) {
        return new FailureRule(from, to, Optional.of(BodyPattern.of(body)), LabelGlob.ANY, means, Duration.ZERO);
    }

    /** Whether it speaks of such answers, if only the body is right too. */
    boolean appliesTo(int status, String provider) {
        return status >= from && status <= to && label.matches(provider);
    }

    boolean matches(String peek) {
        return body.map(pattern -> pattern.foundIn(peek)).orElse(true);
    }

    /** How many steps a character of the body may take. */
    int size() {
        return body.map(BodyPattern::size).orElse(0);
    }

    Verdict verdict() {
        return new Verdict(means, cooldown);
    }
}
