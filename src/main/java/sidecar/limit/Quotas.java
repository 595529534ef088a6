package sidecar.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import sidecar.time.Ticker;

/**
 * How many requests each account has been sent lately, and whether one more may go. An account is remembered by its
 * identity (see {@code Endpoint.identity}), so deleting and re-entering a key, or moving it to another quota group,
 * forgets nothing. Checking and taking is one step. Callable from any thread; holds a lock for nanoseconds only.
 */
public final class Quotas {

    private final Ticker ticker;
    private final Supplier<Duration> length;
    private final Map<String, Window> windows = new HashMap<>();

    /** @param length how long a request occupies its place after it was sent; read at every use */
    public Quotas(Ticker ticker, Supplier<Duration> length) {
        this.ticker = ticker;
        this.length = length;
    }

    /**
     * The accounts that share one limit.
     *
     * @param members their identities
     * @param rpm requests a minute for all of them together; 0 = unlimited
     */
    public record Group(List<String> members, int rpm) {
        public Group {
            members = List.copyOf(members);
        }
    }

    /** One place in {@code account}'s window, if its group has one free. */
    public synchronized Optional<Grant> take(Group group, String account) {
        if (group.rpm() > 0 && occupied(group) >= group.rpm()) {
            return Optional.empty();
        }
        Window window = windows.computeIfAbsent(account, a -> new Window());
        window.reserve();
        return Optional.of(new Grant(this, window));
    }

    /** How many places of the group are occupied now. */
    public synchronized int used(Group group) {
        return occupied(group);
    }

    /** How much of the group's window is used: 0 … 1, and 0 when it is unlimited. */
    public synchronized double share(Group group) {
        return group.rpm() == 0 ? 0 : (double) occupied(group) / group.rpm();
    }

    /**
     * Until the group's next place frees: zero when one is free now. Where all are held by requests still being sent,
     * the whole length, which is the earliest that can be promised.
     */
    public synchronized Duration freeIn(Group group) {
        if (group.rpm() == 0 || occupied(group) < group.rpm()) {
            return Duration.ZERO;
        }
        long now = ticker.nanos();
        long span = length.get().toNanos();
        List<Long> ages = new ArrayList<>();
        for (String member : group.members()) {
            Window window = windows.get(member);
            if (window != null) {
                window.ages(now, ages);
            }
        }
        // after a limit was lowered more than one place must free
        int over = occupied(group) - group.rpm();
        ages.sort(Comparator.reverseOrder());
        return Duration.ofNanos(over < ages.size() ? Math.max(0, span - ages.get(over)) : span);
    }

    private int occupied(Group group) {
        long now = ticker.nanos();
        long span = length.get().toNanos();
        int sum = 0;
        for (String member : group.members()) {
            Window window = windows.get(member);
            if (window != null) {
                sum += window.occupied(now, span);
            }
        }
        return sum;
    }

    synchronized void stamp(Window window) {
        window.stamp(ticker.nanos());
    }

    synchronized void refund(Window window) {
        window.refund();
    }
}
