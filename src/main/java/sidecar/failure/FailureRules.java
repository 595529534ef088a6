package sidecar.failure;

import java.util.List;
import java.util.Optional;

/**
 * Everything known about how upstreams say no. The first rule that matches decides, so the particular come before the
 * general. Immutable.
 */
public final class FailureRules {

    /** How much of an answer's body is looked at, in bytes. */
    public static final int PEEK_BYTES = 64 * 1024;

    private static final FailureRules DEFAULTS = new FailureRules(List.of(
            // NIM tells that a model's shared workers are full as 429, 502 or 503, in several wordings (November 2026);
            // cooling the key for it would bench a good account
            FailureRule.of(429, 429, "ResourceExhausted|workers? (are |is )?(all )?busy", FailureClass.MODEL_BUSY),
            FailureRule.of(500, 503, "ResourceExhausted|workers? (are |is )?(all )?busy", FailureClass.MODEL_BUSY),
            FailureRule.of(429, 429, FailureClass.RATE_LIMITED),
            FailureRule.of(401, 403, FailureClass.CREDENTIAL),
            // "Function '…': Not found for account" is NIM's word for a model this account was not given; OpenAI names
            // the model. A 404 that names neither is about the path or an id, and the client's own
            FailureRule.of(404, 404, "\\bmodel\\b|\\bfunction\\b|model_not_found", FailureClass.MODEL_MISSING),
            FailureRule.of(410, 410, FailureClass.MODEL_MISSING),
            // NIM answers 400 when the model is ill, not the request
            FailureRule.of(400, 400, "DEGRADED", FailureClass.OVERLOADED),
            FailureRule.of(400, 499, FailureClass.CLIENT),
            FailureRule.of(500, 599, FailureClass.OVERLOADED),
            FailureRule.of(600, 999, FailureClass.BAD_SUCCESS),
            // never followed and never relayed: it would send the client, or the key, somewhere else
            FailureRule.of(300, 303, FailureClass.BAD_SUCCESS),
            FailureRule.of(305, 399, FailureClass.BAD_SUCCESS)));

    private final List<FailureRule> rules;

    /** @param rules in the order in which they are tried */
    public FailureRules(List<FailureRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** The rules that ship with Sidecar. */
    public static FailureRules defaults() {
        return DEFAULTS;
    }

    /**
     * What an answer means.
     *
     * @param peek the beginning of its body, at most {@link #PEEK_BYTES}
     * @return empty for success
     */
    public Optional<FailureClass> classify(int status, String peek) {
        return rules.stream()
                .filter(rule -> rule.matches(status, peek))
                .map(FailureRule::means)
                .findFirst();
    }
}
