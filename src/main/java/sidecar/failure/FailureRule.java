package sidecar.failure;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One line of the failure table.
 *
 * @param from lowest status it speaks of
 * @param to highest status it speaks of
 * @param body what the answer must contain; empty for anything
 */
public record FailureRule(int from, int to, Optional<Pattern> body, FailureClass means) {

    static FailureRule of(int from, int to, FailureClass means) {
        return new FailureRule(from, to, Optional.empty(), means);
    }

    static FailureRule of(int from, int to, String body, FailureClass means) {
        return new FailureRule(from, to, Optional.of(Pattern.compile(body, Pattern.CASE_INSENSITIVE)), means);
    }

    boolean matches(int status, String peek) {
        return status >= from
                && status <= to
                && body.map(pattern -> pattern.matcher(peek).find()).orElse(true);
    }
}
