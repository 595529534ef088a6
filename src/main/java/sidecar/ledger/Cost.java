package sidecar.ledger;

import java.math.BigDecimal;
import java.math.RoundingMode;
import sidecar.provider.Price;

/** What usage costs, in USD, in exact decimals. A pure function. */
public final class Cost {

    /**
     * Decimals kept, those of the database's columns. Prices with more are rounded here, once and for all, so that every
     * sum of costs is the same wherever it is made.
     */
    public static final int SCALE = 18;

    private Cost() {}

    /** The cost of {@code usage} at {@code price}; never negative. */
    public static BigDecimal of(Usage usage, Price price) {
        BigDecimal cacheRead = price.cacheRead().signum() == 0 ? price.input() : price.cacheRead();
        BigDecimal cacheWrite = price.cacheWrite().signum() == 0 ? price.input() : price.cacheWrite();
        long fresh = Math.max(0, usage.prompt() - usage.cached() - usage.cacheWritten());
        BigDecimal cost = price.input()
                .multiply(BigDecimal.valueOf(fresh))
                .add(cacheRead.multiply(BigDecimal.valueOf(usage.cached())))
                .add(cacheWrite.multiply(BigDecimal.valueOf(usage.cacheWritten())))
                .add(price.output().multiply(BigDecimal.valueOf(usage.completion())));
        return cost.scale() > SCALE ? cost.setScale(SCALE, RoundingMode.HALF_EVEN) : cost;
    }
}
