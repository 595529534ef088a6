package sidecar.limit;

import java.util.function.Consumer;
import sidecar.time.RollingWindow;

/**
 * The requests one account was sent lately, each as its {@link Grant}. A request occupies a place from its grant; the
 * place frees a fixed time after the stamp. Every step is constant time, ageing out amortised. Not thread-safe: guarded
 * by its {@link RateLimiter}.
 */
final class GrantWindow {

    private final RollingWindow<Grant> stamped = new RollingWindow<>(grant -> grant.stampNanos);
    private int held;
    private long tokens;

    void hold(Grant grant) {
        held++;
        tokens += grant.tokens;
    }

    /** Stamps come in the order of time, so that the first is the first to age out. */
    void stamp(Grant grant) {
        held--;
        stamped.add(grant);
    }

    void refund(Grant grant) {
        held--;
        tokens -= grant.tokens;
    }

    void settle(Grant grant, int cost) {
        tokens += cost - grant.tokens;
        grant.tokens = cost;
    }

    /** Forgets what has aged out, and tells of each. */
    void age(long now, long span, Consumer<Grant> gone) {
        stamped.age(now, span, old -> {
            old.aged = true;
            tokens -= old.tokens;
            gone.accept(old);
        });
    }

    int occupied() {
        return held + stamped.size();
    }

    long tokens() {
        return tokens;
    }

    /** The stamped ones, the oldest first. */
    Iterable<Grant> stamped() {
        return stamped.entries();
    }
}
