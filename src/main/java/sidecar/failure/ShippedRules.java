package sidecar.failure;

import java.util.List;
import java.util.stream.Stream;

/** The rules that ship with Sidecar. */
final class ShippedRules {

    /** Every status from 300 on is in here. */
    static final List<FailureRule> GENERAL = List.of(
            FailureRule.of(429, 429, FailureClass.RATE_LIMITED),
            FailureRule.of(401, 403, FailureClass.CREDENTIAL),
            // a 404 that does not name the model is about the path or an id, and the client's own
            FailureRule.of(404, 404, "\\bmodel\\b|model_not_found", FailureClass.MODEL_MISSING),
            FailureRule.of(410, 410, FailureClass.MODEL_MISSING),
            FailureRule.of(400, 499, FailureClass.CLIENT),
            FailureRule.of(500, 599, FailureClass.OVERLOADED),
            FailureRule.of(600, 999, FailureClass.BAD_SUCCESS),
            // never followed and never relayed: it would send the client, or the key, somewhere else
            FailureRule.of(300, 303, FailureClass.BAD_SUCCESS),
            FailureRule.of(305, 399, FailureClass.BAD_SUCCESS));

    private static final String BUSY = "ResourceExhausted|workers? (are |is )?(all )?busy";

    static final List<FailureRule> NIM = Stream.concat(
                    Stream.of(
                            // NIM tells that a model's shared workers are full as 429, 502 or 503, in several wordings
                            // (November 2026); cooling the key for it would bench a good account
                            FailureRule.of(429, 429, BUSY, FailureClass.MODEL_BUSY),
                            FailureRule.of(500, 503, BUSY, FailureClass.MODEL_BUSY),
                            // "Function '…': Not found for account" is its word for a model this account was not given
                            FailureRule.of(404, 404, "\\bfunction\\b", FailureClass.MODEL_MISSING),
                            // it answers 400 when the model is ill, not the request
                            FailureRule.of(400, 400, "DEGRADED", FailureClass.OVERLOADED)),
                    GENERAL.stream())
            .toList();

    private ShippedRules() {}
}
