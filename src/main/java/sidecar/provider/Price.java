package sidecar.provider;

import java.math.BigDecimal;

/**
 * What one LLM token costs, in USD. None is negative; {@code cacheRead} and {@code cacheWrite} of zero mean "as input".
 */
public record Price(BigDecimal input, BigDecimal output, BigDecimal cacheRead, BigDecimal cacheWrite) {

    /** Costs nothing. */
    public static final Price FREE = new Price(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

    public Price {
        check("input", input);
        check("output", output);
        check("cacheRead", cacheRead);
        check("cacheWrite", cacheWrite);
    }

    private static void check(String part, BigDecimal usd) {
        if (usd.signum() < 0) {
            throw new IllegalArgumentException("cost." + part + " must be ≥ 0, was " + usd.toPlainString());
        }
    }
}
