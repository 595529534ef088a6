package sidecar.ledger;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * What an exchange used, and what that costs.
 *
 * @param cost in USD, exact
 */
public record Bill(Usage usage, Certainty certainty, BigDecimal cost) {

    /** Where the counts come from. */
    public enum Certainty {
        /** The upstream said so. */
        REPORTED,
        /** The upstream said nothing: reckoned from the lengths of what was sent and answered. */
        ESTIMATED,
        /** The answer was cut: what was reported or can be reckoned of the part that came. */
        PARTIAL;

        /** The name in JSON and in the database. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
