package sidecar.ledger;

import java.math.BigDecimal;
import sidecar.provider.Price;

/** What an exchange costs, in USD, in exact decimals. A pure function. */
public final class Cost {

    private Cost() {}

    /** The cost of {@code usage} at {@code price}. */
    public static BigDecimal of(Usage usage, Price price) {
        BigDecimal cacheRead = price.cacheRead().signum() == 0 ? price.input() : price.cacheRead();
        return price.input()
                .multiply(BigDecimal.valueOf(Math.max(0, usage.prompt() - usage.cached())))
                .add(cacheRead.multiply(BigDecimal.valueOf(usage.cached())))
                .add(price.output().multiply(BigDecimal.valueOf(usage.completion())));
    }
}
