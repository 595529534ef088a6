package sidecar.limit;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The requests one account was sent lately. A request occupies a place from its grant; the place frees a fixed time
 * after the stamp, the moment at which the request's last byte was handed to the socket. Not thread-safe: guarded by
 * its {@link Quotas}.
 */
final class Window {

    private final Deque<Long> stamps = new ArrayDeque<>();
    private int unstamped;

    void reserve() {
        unstamped++;
    }

    void stamp(long now) {
        unstamped--;
        stamps.addLast(now);
    }

    void refund() {
        unstamped--;
    }

    /** How many places are occupied; forgets what has aged out. */
    int occupied(long now, long span) {
        while (!stamps.isEmpty() && now - stamps.getFirst() >= span) {
            stamps.removeFirst();
        }
        return unstamped + stamps.size();
    }

    /** Nanoseconds until the oldest stamped place frees; the whole span when none is stamped. */
    long oldestFreesIn(long now, long span) {
        return stamps.isEmpty() ? span : Math.max(0, span - (now - stamps.getFirst()));
    }
}
