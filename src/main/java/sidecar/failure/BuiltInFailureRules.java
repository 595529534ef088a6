package sidecar.failure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules that ship with Sidecar, under the names by which the setting {@code failure_rules} refers to them. They speak of any label. Their
 * patterns are looked for in what an error says ({@link ErrorText}); the wordings are those of vendors in November 2026.
 */
public enum BuiltInFailureRules {

    /** What everybody's statuses mean. */
    OPENAI,

    /** What NVIDIA NIM says in its own way, then what everybody says. */
    NVIDIA_NIM;

    private static final String MODEL_MISSING = "model_not_found|model_not_available"
            + "|\\bmodels?\\b.*(does not exist|doesn.t exist|do not exist|not found|not exist|not available"
            + "|unavailable|no longer|decommissioned|has been (deprecated|removed)|unknown|not have access)"
            + "|(no such|unknown|not found).*\\bmodel\\b|no endpoints found";

    /** About this account and one model, not about its key. */
    private static final String MODEL_FORBIDDEN = "model_not_(found|allowed|available)"
            + "|(not allowed|access|not authorized|not permitted|not entitled|permission|not available).*\\bmodels?\\b"
            + "|\\bmodels?\\b.*(not allowed|access|not authorized|not permitted|not entitled|not available|not enabled|gated)";

    private static final String FLAGGED =
            "flagged|(requires|by) moderation|moderation (system|polic|filter)|content[ _-]?(policy|filter|management)"
                    + "|safety (system|reason|filter|polic|setting|guard)|prohibited content|blocked by .*(policy|filter|guard)";

    /** About the size of this request; a smaller one may be served. */
    private static final String UNAFFORDABLE =
            "fewer max_tokens|can only afford|requires more credits|tokens limit exceeded";

    /**
     * Sentences that begin so, and codes that are no more than this: the same words stand in messages that repeat the names of
     * a client's tools and parameters.
     */
    private static final String KEY_REFUSED = "(?m)"
            + "^(invalid_api_key|api_key_invalid|invalid_key|account_deactivated|billing_not_active|insufficient_quota)$"
            + "|^((the|your|this|provided|given|supplied) ){0,3}api[ _-]?key\\b.{0,40}(invalid|not valid|incorrect|expired|revoked"
            + "|disabled|not found|missing|unknown|blocked|leaked|suspended)"
            + "|^(invalid|incorrect|expired|revoked|disabled|unknown|leaked) ((or|and) \\w+ |\\w+ ){0,2}"
            + "(api[ _-]?key|credentials?|authentication)\\b"
            + "|^(your )?credit balance is too low|^insufficient[ _](account[ _])?(balance|credits?|funds)|^arrear(s|age)\\b|^overdue.payment";

    private static final String ACCOUNT_REFUSED =
            "(?m)\\b(account|organi[sz]ation|project|user account|subscription|billing)\\b.{0,60}(suspended|disabled|deactivated|closed"
                    + "|terminated|not active|inactive|banned|blocked|restricted|frozen|expired|deleted)"
                    + "|^(authentication|authorization)[ _](failed|error|required|denied)|^unauthori[sz]ed\\b|payment required";

    /** Every status from 300 on is in here. */
    private static final List<FailureRule> GENERAL = List.of(
            FailureRule.of(429, 429, FailureClass.RATE_LIMITED),
            FailureRule.of(401, 401, FailureClass.CREDENTIAL),
            FailureRule.of(402, 402, UNAFFORDABLE, FailureClass.REFUSED),
            FailureRule.of(402, 402, FailureClass.CREDENTIAL),
            FailureRule.of(403, 403, FLAGGED, FailureClass.CLIENT),
            FailureRule.of(403, 403, MODEL_FORBIDDEN, FailureClass.MODEL_MISSING),
            FailureRule.of(403, 403, KEY_REFUSED, FailureClass.CREDENTIAL),
            FailureRule.of(403, 403, ACCOUNT_REFUSED, FailureClass.CREDENTIAL),
            // a firewall, a region, a path: another account may be served, and nothing is known of this one
            FailureRule.of(403, 403, FailureClass.REFUSED),
            // a 404 that does not speak of the model is about the path or an id, and the client's own
            FailureRule.of(404, 404, MODEL_MISSING, FailureClass.MODEL_MISSING),
            FailureRule.of(410, 410, FailureClass.MODEL_MISSING),
            FailureRule.of(400, 400, KEY_REFUSED, FailureClass.CREDENTIAL),
            FailureRule.of(400, 499, FailureClass.CLIENT),
            FailureRule.of(500, 599, FailureClass.OVERLOADED),
            FailureRule.of(600, 999, FailureClass.BAD_SUCCESS),
            // never followed and never relayed: it would send the client, or the key, somewhere else
            FailureRule.of(300, 303, FailureClass.BAD_SUCCESS),
            FailureRule.of(305, 399, FailureClass.BAD_SUCCESS));

    private static final String BUSY = "ResourceExhausted|workers? (are |is )?(all )?busy";

    private static final List<FailureRule> NIM = Stream.concat(
                    Stream.of(
                            // NIM tells that a model's shared workers are full as 429, 502 or 503, in several wordings
                            // (November 2026); cooling the key for it would bench a good account
                            FailureRule.of(429, 429, BUSY, FailureClass.MODEL_BUSY),
                            FailureRule.of(500, 503, BUSY, FailureClass.MODEL_BUSY),
                            // "Function '…': Not found for account" is its word for a model this account was not given
                            FailureRule.of(404, 404, "\\bfunction\\b.*not found", FailureClass.MODEL_MISSING),
                            // it answers 400 when the model is ill, not the request
                            FailureRule.of(400, 400, "(?-i)\\bDEGRADED\\b", FailureClass.OVERLOADED)),
                    GENERAL.stream())
            .toList();

    /** In the order in which they are tried. */
    public List<FailureRule> rules() {
        return this == OPENAI ? GENERAL : NIM;
    }

    /** The name in the setting, such as {@code nvidia-nim}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The preset of that name. */
    public static Optional<BuiltInFailureRules> of(String name) {
        return Arrays.stream(values())
                .filter(preset -> preset.wire().equalsIgnoreCase(name))
                .findFirst();
    }

    /** Every name, separated by commas. */
    static String names() {
        return Arrays.stream(values()).map(BuiltInFailureRules::wire).collect(Collectors.joining(", "));
    }
}
