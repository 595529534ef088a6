package sidecar.limit;

/** What is remembered of one account. Not thread-safe: guarded by its {@link RateLimiter}. */
final class AccountUsage {

    final String identity;
    final GrantWindow window = new GrantWindow();
    int running;
    private long day;
    private int today;

    AccountUsage(String identity) {
        this.identity = identity;
    }

    /** How many requests it was sent on that UTC day. */
    int sentOn(long epochDay) {
        return day == epochDay ? today : 0;
    }

    /** Counts {@code more} requests on that day, which begins a new count when it is another day. */
    int count(long epochDay, int more) {
        today = Math.max(0, sentOn(epochDay) + more);
        day = epochDay;
        return today;
    }
}
