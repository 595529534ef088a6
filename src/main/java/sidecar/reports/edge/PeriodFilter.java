package sidecar.reports.edge;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import sidecar.ledger.Posting;

/**
 * Which hours or days are asked about: the last ones, the one that has just begun included.
 *
 * @param hours whether they are hours since 1970, and not days
 * @param since the first
 * @param end the one after the last
 */
record PeriodFilter(boolean hours, long since, long end) {

    private static final int SECONDS_A_DAY = 86_400;

    /** A chart of fewer would be one of very broad bars. */
    private static final int FEWEST = 6;

    static PeriodFilter hours(Instant now, int count) {
        long end = Posting.hour(now) + 1;
        return new PeriodFilter(true, end - count, end);
    }

    static PeriodFilter days(Instant now, int count) {
        long end = Math.floorDiv(now.getEpochSecond(), SECONDS_A_DAY) + 1;
        return new PeriodFilter(false, end - count, end);
    }

    /** The word of {@link UsageReports#WORDS} that tells its steps apart. */
    String step() {
        return hours ? "hour" : "day";
    }

    /** The column that this word makes. */
    String column() {
        return hours ? "hour_bucket" : "date";
    }

    /** The part of it that is worth an axis: from the step before the first of those in which something was, to the end. */
    PeriodFilter fitting(Collection<String> filled) {
        List<String> all = steps();
        long empty = all.stream().takeWhile(step -> !filled.contains(step)).count();
        long left = Math.max(FEWEST, all.size() - empty + 1);
        return new PeriodFilter(hours, Math.max(since, end - left), end);
    }

    /** What stands in that column, for every step in order. */
    List<String> steps() {
        return LongStream.range(since, end)
                .mapToObj(hours ? UsageReports::hour : UsageReports::day)
                .toList();
    }
}
