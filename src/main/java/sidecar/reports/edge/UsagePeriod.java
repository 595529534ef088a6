package sidecar.reports.edge;

import java.time.Instant;
import java.util.Arrays;

/** The stretches of time that the Usage page offers. */
public enum UsagePeriod {
    DAY("24h", true, 24),
    WEEK("7d", true, 168),
    MONTH("30d", false, 30),
    QUARTER("90d", false, 90),
    YEAR("1y", false, 365);

    private static final int HOURS_A_DAY = 24;

    private final String wire;
    private final boolean hours;
    private final int count;

    UsagePeriod(String wire, boolean hours, int count) {
        this.wire = wire;
        this.hours = hours;
        this.count = count;
    }

    /** The one of that name; a week where there is none. */
    static UsagePeriod of(String wire) {
        return Arrays.stream(values())
                .filter(period -> period.wire.equals(wire))
                .findFirst()
                .orElse(WEEK);
    }

    /** Its name in addresses and message keys. */
    public String getWire() {
        return wire;
    }

    /** Its hours or days; days only where pools are told apart, which the books by the hour do not. */
    PeriodFilter window(Instant now, boolean byPool) {
        return hours && !byPool ? PeriodFilter.hours(now, count) : PeriodFilter.days(now, days());
    }

    /** The same for the REST API. */
    String parameter(boolean byPool) {
        return hours && !byPool ? "hours=" + count : "days=" + days();
    }

    private int days() {
        return hours ? count / HOURS_A_DAY : count;
    }
}
