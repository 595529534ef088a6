package sidecar.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import sidecar.client.ClientLimiter.ClientUsageView;
import sidecar.client.ClientLimiter.ExceededLimit;
import sidecar.client.ClientLimiter.MaxUsage;
import sidecar.client.ClientLimiter.ReservationResult;
import sidecar.time.RollingWindow;

/** One client's use of its limits. Every step is one synchronized method. */
final class ClientUsageWindow {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    /** This month's, and the last one's while requests begun in it may be running. */
    private static final int DAYS = 62;

    /** The requests of the last minute, in the order of their beginning. */
    private final RollingWindow<Hold> minute = new RollingWindow<>(hold -> hold.nanos);

    private long minuteTokens;
    private int running;

    /** Spent and reserved, by day: the last {@link #DAYS} on which there was any, whatever the clock says just now. */
    private final NavigableMap<LocalDate, BigDecimal> committed = new TreeMap<>();

    private BigDecimal reserved = BigDecimal.ZERO;

    /** One request's part of everything. */
    private final class Hold implements Reservation {
        final long nanos;
        final LocalDate day;
        final BigDecimal cost;
        long tokens;
        boolean aged;
        boolean over;

        Hold(MaxUsage estimate, long nanos, LocalDate day) {
            this.nanos = nanos;
            this.day = day;
            this.cost = estimate.cost();
            this.tokens = estimate.tokens();
        }

        @Override
        public void settle(long used, BigDecimal spent) {
            end(this, used, spent);
        }

        @Override
        public void release() {
            refund(this);
        }
    }

    synchronized ReservationResult take(ClientLimits limits, MaxUsage estimate, long now, LocalDate today) {
        age(now);
        Optional<ReservationResult.Exceeded> obstacle = requests(limits, now, today)
                .or(() -> tokens(limits, estimate, now, today))
                .or(() -> money(limits, estimate, now, today));
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        Hold hold = new Hold(estimate, now, today);
        minute.add(hold);
        minuteTokens += hold.tokens;
        running++;
        committed.merge(today, hold.cost, BigDecimal::add);
        while (committed.size() > DAYS) {
            committed.pollFirstEntry();
        }
        reserved = reserved.add(hold.cost);
        return new ReservationResult.Reserved(hold);
    }

    private Optional<ReservationResult.Exceeded> requests(ClientLimits limits, long now, LocalDate today) {
        if (limits.concurrency().isPresent() && running >= limits.concurrency().getAsInt()) {
            return exceeded(ExceededLimit.CONCURRENCY, Duration.ZERO, now, today);
        }
        if (limits.rpm().isEmpty() || minute.size() < limits.rpm().getAsInt()) {
            return Optional.empty();
        }
        Hold awaited = minute.nth(minute.size() - limits.rpm().getAsInt());
        return exceeded(ExceededLimit.REQUESTS, Duration.ofNanos(leaves(awaited, now)), now, today);
    }

    /** One that is larger than the whole limit passes when there is no other. */
    private Optional<ReservationResult.Exceeded> tokens(
            ClientLimits limits, MaxUsage estimate, long now, LocalDate today) {
        if (limits.tpm().isEmpty()) {
            return Optional.empty();
        }
        int max = limits.tpm().getAsInt();
        if (minuteTokens == 0 || minuteTokens + estimate.tokens() <= max) {
            return Optional.empty();
        }
        long left = minuteTokens;
        Hold last = minute.nth(0);
        for (Hold hold : minute.entries()) {
            last = hold;
            left -= hold.tokens;
            if (left == 0 || left + estimate.tokens() <= max) {
                break;
            }
        }
        return exceeded(ExceededLimit.TOKENS, Duration.ofNanos(leaves(last, now)), now, today);
    }

    /** What costs nothing may always begin. */
    private Optional<ReservationResult.Exceeded> money(
            ClientLimits limits, MaxUsage estimate, long now, LocalDate today) {
        if (estimate.cost().signum() == 0) {
            return Optional.empty();
        }
        if (tooMuch(limits.budgetMonth(), month(today).add(estimate.cost()))) {
            LocalDate next = YearMonth.from(today).plusMonths(1).atDay(1);
            return exceeded(ExceededLimit.MONTH, until(today, next), now, today);
        }
        return tooMuch(limits.budgetDay(), day(today).add(estimate.cost()))
                ? exceeded(ExceededLimit.DAY, until(today, today.plusDays(1)), now, today)
                : Optional.empty();
    }

    private static boolean tooMuch(Optional<BigDecimal> budget, BigDecimal wanted) {
        return budget.filter(max -> wanted.compareTo(max) > 0).isPresent();
    }

    /** To the nearest day: nobody waits that long to the second. */
    private static Duration until(LocalDate today, LocalDate then) {
        return Duration.between(today.atStartOfDay(ZoneOffset.UTC), then.atStartOfDay(ZoneOffset.UTC));
    }

    private Optional<ReservationResult.Exceeded> exceeded(
            ExceededLimit limit, Duration freeIn, long now, LocalDate today) {
        return Optional.of(new ReservationResult.Exceeded(limit, freeIn, usage(now, today)));
    }

    private long leaves(Hold hold, long now) {
        return minute.leavesIn(hold, now, MINUTE);
    }

    private void age(long now) {
        minute.age(now, MINUTE, old -> {
            old.aged = true;
            minuteTokens -= old.tokens;
        });
    }

    private synchronized void end(Hold hold, long used, BigDecimal spent) {
        if (release(hold)) {
            committed.merge(hold.day, spent.subtract(hold.cost), BigDecimal::add);
            retake(hold, used);
        }
    }

    private synchronized void refund(Hold hold) {
        if (release(hold)) {
            committed.merge(hold.day, hold.cost.negate(), BigDecimal::add);
            retake(hold, 0);
            minute.remove(hold);
        }
    }

    private void retake(Hold hold, long used) {
        if (!hold.aged) {
            minuteTokens += used - hold.tokens;
            hold.tokens = used;
        }
    }

    /** Whether it was this call that ended it. */
    private boolean release(Hold hold) {
        if (hold.over) {
            return false;
        }
        hold.over = true;
        running--;
        reserved = reserved.subtract(hold.cost);
        return true;
    }

    synchronized void spent(LocalDate day, BigDecimal cost) {
        committed.merge(day, cost, BigDecimal::add);
    }

    synchronized ClientUsageView usage(long now, LocalDate today) {
        age(now);
        Duration in = minute.size() == 0 ? Duration.ZERO : Duration.ofNanos(leaves(minute.latest(), now));
        return new ClientUsageView(minute.size(), minuteTokens, in, running, day(today), month(today), reserved);
    }

    private BigDecimal day(LocalDate today) {
        return committed.getOrDefault(today, BigDecimal.ZERO);
    }

    private BigDecimal month(LocalDate today) {
        LocalDate first = today.withDayOfMonth(1);
        return committed.subMap(first, first.plusMonths(1)).values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
