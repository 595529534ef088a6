package sidecar.ledger;

import java.math.BigDecimal;
import java.time.LocalDate;

/** Is told what a client has spent. */
public interface SpendingListener {

    /**
     * One day's sum.
     *
     * @param client by its name
     * @param day in UTC
     * @param cost in USD
     */
    void of(String client, LocalDate day, BigDecimal cost);
}
