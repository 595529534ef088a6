package sidecar.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import sidecar.client.ClientLimiter.ClientUsageView;
import sidecar.client.ClientLimiter.ExceededLimit;
import sidecar.client.ClientLimiter.MaxUsage;
import sidecar.client.ClientLimiter.ReservationResult;
import sidecar.time.RollingWindow;

/** One client's use of its limits: requests and LLM tokens of the last minute, those running, and its {@link ClientBudget}. Every step is one synchronized method. */
final class ClientUsageWindow {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    /** The requests of the last minute, in the order of their beginning. */
    private final RollingWindow<Hold> minute = new RollingWindow<>(hold -> hold.nanos);

    private long minuteTokens;
    private int running;
    private final ClientBudget budget = new ClientBudget();

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
                .or(() -> budget.exceeded(limits, estimate.cost(), today)
                        .map(over -> exceeded(over.limit(), over.freeIn(), now, today)));
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        Hold hold = new Hold(estimate, now, today);
        minute.add(hold);
        minuteTokens += hold.tokens;
        running++;
        budget.reserve(today, hold.cost);
        return new ReservationResult.Reserved(hold);
    }

    private Optional<ReservationResult.Exceeded> requests(ClientLimits limits, long now, LocalDate today) {
        if (limits.concurrency().isPresent() && running >= limits.concurrency().getAsInt()) {
            return Optional.of(exceeded(ExceededLimit.CONCURRENCY, Duration.ZERO, now, today));
        }
        if (limits.rpm().isEmpty() || minute.size() < limits.rpm().getAsInt()) {
            return Optional.empty();
        }
        Hold awaited = minute.nth(minute.size() - limits.rpm().getAsInt());
        return Optional.of(exceeded(ExceededLimit.REQUESTS, Duration.ofNanos(leaves(awaited, now)), now, today));
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
        return Optional.of(exceeded(ExceededLimit.TOKENS, Duration.ofNanos(leaves(last, now)), now, today));
    }

    private ReservationResult.Exceeded exceeded(ExceededLimit limit, Duration freeIn, long now, LocalDate today) {
        return new ReservationResult.Exceeded(limit, freeIn, usage(now, today));
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
            budget.settle(hold.day, hold.cost, spent);
            retake(hold, used);
        }
    }

    private synchronized void refund(Hold hold) {
        if (release(hold)) {
            budget.settle(hold.day, hold.cost, BigDecimal.ZERO);
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
        return true;
    }

    synchronized void spent(LocalDate day, BigDecimal cost) {
        budget.spent(day, cost);
    }

    synchronized ClientUsageView usage(long now, LocalDate today) {
        age(now);
        Duration in = minute.size() == 0 ? Duration.ZERO : Duration.ofNanos(leaves(minute.latest(), now));
        return new ClientUsageView(
                minute.size(), minuteTokens, in, running, budget.day(today), budget.month(today), budget.reserved());
    }
}
