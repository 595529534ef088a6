package sidecar.ledger.edge;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import sidecar.ledger.RecentActivity;
import sidecar.ledger.SpendingListener;
import sidecar.ledger.UsageCounts;

/**
 * What a node is told of the ledger beside what it counts itself.
 *
 * @param upTo the row of the request log up to which that goes
 * @param others what other nodes have counted in all their lives
 */
public record RecentPostings(long upTo, List<TimedSlice> slices, List<DailySpending> spendings, UsageCounts others) {

    /** Five seconds' activity. */
    record TimedSlice(Instant moment, RecentActivity.Slice slice) {}

    /** What a client has spent on a day. */
    record DailySpending(String client, LocalDate day, BigDecimal cost) {}

    /** Adds it to what is known here. */
    void tell(RecentActivity recent, SpendingListener spending) {
        slices.forEach(each -> recent.seed(each.moment(), each.slice()));
        spendings.forEach(each -> spending.of(each.client(), each.day(), each.cost()));
    }
}
