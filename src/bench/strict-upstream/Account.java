package sidecar.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * An upstream account whose limit is a strict rolling window: no 60.000 s may hold more than {@code limit} admitted
 * requests, to the nanosecond. A refused request takes no place. Callable from any thread.
 */
final class Account {

    /** Length of the window. */
    static final long WINDOW_NANOS = 60_000_000_000L;

    private final String name;
    private final int limit;
    private final LongSupplier clock;
    private final Deque<Long> young = new ArrayDeque<>();
    private final Stamps admissions = new Stamps();
    private final Stamps arrivals = new Stamps();
    private final List<Violation> violations = new ArrayList<>();

    /** A request that came too early: when, by how much, and as the how manieth over the limit in its 60 s. */
    record Violation(String account, long atNanos, double earlyMillis, int over) {}

    /**
     * @param limit requests in 60 s
     * @param clock nanoseconds, never going back
     */
    Account(String name, int limit, LongSupplier clock) {
        this.name = name;
        this.limit = limit;
        this.clock = clock;
    }

    /** A request has arrived completely, now. Says whether it is admitted; otherwise it is a violation. */
    synchronized boolean admit() {
        long now = clock.getAsLong();
        arrivals.add(now);
        while (!young.isEmpty() && now - young.peekFirst() >= WINDOW_NANOS) {
            young.removeFirst();
        }
        if (young.size() < limit) {
            young.addLast(now);
            admissions.add(now);
            return true;
        }
        double earlyMillis = (WINDOW_NANOS - (now - young.peekFirst())) / 1e6;
        int over = arrivals.between(now - WINDOW_NANOS + 1, now + 1) - limit;
        violations.add(new Violation(name, now, earlyMillis, over));
        return false;
    }

    String name() {
        return name;
    }

    int limit() {
        return limit;
    }

    /** When requests were admitted. */
    Stamps admissions() {
        return admissions;
    }

    /** When requests came, admitted or not. */
    Stamps arrivals() {
        return arrivals;
    }

    /** What should not have come. */
    synchronized List<Violation> violations() {
        return List.copyOf(violations);
    }
}
