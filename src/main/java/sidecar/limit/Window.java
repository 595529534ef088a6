package sidecar.limit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

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

    /** Adds for each stamped place how many nanoseconds ago it was stamped. */
    void ages(long now, List<Long> ages) {
        stamps.forEach(stamp -> ages.add(now - stamp));
    }
}
