package sidecar.admission;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * One exchange as admission knows it over all its attempts: its place in the order of arrival and what it has waited
 * already. Guarded by its {@link Admission}.
 */
public final class WaitHistory {

    static final int MOST_EMERGENCIES = 3;

    private final String request;
    private final String client;
    private final long deadlineNanos;
    private OptionalLong order = OptionalLong.empty();
    private OptionalLong firstWaitNanos = OptionalLong.empty();
    private long waitedNanos;
    private int emergencies;

    /** @param deadlineNanos when it is of no use any more */
    public WaitHistory(String request, String client, long deadlineNanos) {
        this.request = request;
        this.client = client;
        this.deadlineNanos = deadlineNanos;
    }

    String request() {
        return request;
    }

    String client() {
        return client;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Its place in the order of arrival: kept when it comes again after a failed attempt. */
    long order() {
        return order.orElseThrow();
    }

    void arrives(long next) {
        if (order.isEmpty()) {
            order = OptionalLong.of(next);
        }
    }

    /** A wait begins. */
    void waits(long now) {
        if (firstWaitNanos.isEmpty()) {
            firstWaitNanos = OptionalLong.of(now);
        }
    }

    /** Until the fallback pool may be used, in nanoseconds; reckoned from its first wait. */
    long fallbackAllowedIn(Duration wait, long now) {
        return firstWaitNanos.orElse(now) + wait.toNanos() - now;
    }

    /** What is left of its time for waiting. */
    long leftNanos(Duration timeout) {
        return Math.max(0, timeout.toNanos() - waitedNanos);
    }

    void waited(long nanos) {
        waitedNanos += nanos;
    }

    /** How long it has waited, over all its attempts. */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }

    boolean emergencyAllowed() {
        return emergencies < MOST_EMERGENCIES;
    }

    void emergency() {
        emergencies++;
    }
}
