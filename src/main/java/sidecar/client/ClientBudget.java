package sidecar.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import sidecar.client.ClientLimiter.ExceededLimit;

/** What one client has spent and reserved of its budgets of a day and of a month, in USD and by days of UTC. Guarded by its {@link ClientUsageWindow}. */
final class ClientBudget {

    /** This month's, and the last one's while requests begun in it may be running. */
    private static final int DAYS = 62;

    /** Spent and reserved, by day: the last {@link #DAYS} on which there was any, whatever the clock says just now. */
    private final NavigableMap<LocalDate, BigDecimal> committed = new TreeMap<>();

    private BigDecimal reserved = BigDecimal.ZERO;

    /**
     * A budget that a request would exceed.
     *
     * @param freeIn when the next day or month begins, to the nearest day: nobody waits that long to the second
     */
    record ExceededBudget(ExceededLimit limit, Duration freeIn) {}

    /** The budget that {@code cost} would exceed. What costs nothing may always begin. */
    Optional<ExceededBudget> exceeded(ClientLimits limits, BigDecimal cost, LocalDate today) {
        if (cost.signum() == 0) {
            return Optional.empty();
        }
        if (exceeds(limits.budgetMonth(), month(today).add(cost))) {
            LocalDate next = YearMonth.from(today).plusMonths(1).atDay(1);
            return Optional.of(new ExceededBudget(ExceededLimit.MONTH, until(today, next)));
        }
        return exceeds(limits.budgetDay(), day(today).add(cost))
                ? Optional.of(new ExceededBudget(ExceededLimit.DAY, until(today, today.plusDays(1))))
                : Optional.empty();
    }

    private static boolean exceeds(Optional<BigDecimal> budget, BigDecimal wanted) {
        return budget.filter(max -> wanted.compareTo(max) > 0).isPresent();
    }

    private static Duration until(LocalDate today, LocalDate then) {
        return Duration.between(today.atStartOfDay(ZoneOffset.UTC), then.atStartOfDay(ZoneOffset.UTC));
    }

    /** A request begins that may cost so much. */
    void reserve(LocalDate today, BigDecimal cost) {
        spent(today, cost);
        while (committed.size() > DAYS) {
            committed.pollFirstEntry();
        }
        reserved = reserved.add(cost);
    }

    /** It is over, and has cost that. */
    void settle(LocalDate begun, BigDecimal estimate, BigDecimal cost) {
        reserved = reserved.subtract(estimate);
        spent(begun, cost.subtract(estimate));
    }

    /** Was spent without a reservation, by an earlier run. */
    void spent(LocalDate day, BigDecimal cost) {
        committed.merge(day, cost, BigDecimal::add);
    }

    BigDecimal day(LocalDate today) {
        return committed.getOrDefault(today, BigDecimal.ZERO);
    }

    BigDecimal month(LocalDate today) {
        LocalDate first = today.withDayOfMonth(1);
        return committed.subMap(first, first.plusMonths(1)).values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    BigDecimal reserved() {
        return reserved;
    }
}
