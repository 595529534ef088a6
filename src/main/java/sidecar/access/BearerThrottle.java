package sidecar.access;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
import java.util.Optional;
import sidecar.time.ExpiringCache;
import sidecar.time.Ticker;

/**
 * Slows down whoever guesses at a bearer token, by address, as {@link GuessThrottle} does for the sign-in; by a count of its own, since a forgotten
 * script must keep nobody from signing in. Thread-safe; never blocks.
 *
 * <p>While an address has to wait, a right token is refused like a wrong one, or guesses would not be slowed at all: that it passes is all that a
 * guess wants to know. But a token that has been right from there within a day is believed, since otherwise whoever shares an operator's address,
 * such as everybody behind one proxy, could lock the operator's scripts out. The price: at that address, and at no other, guessing at that very token
 * stays fast, which its length has to bear ({@code StartupChecks}). A wrong token that is merely sent again counts once.
 */
public final class BearerThrottle {

    private static final Duration REMEMBERED = Duration.ofDays(1);
    private static final int MAX_CALLERS = 10_000;

    /** What a token was worth. */
    public sealed interface Judgement {
        /** One of ours, and believed. */
        record TrustedToken(String role) implements Judgement {}

        /** Not one of ours. */
        record WrongToken() implements Judgement {}

        /** Nothing is believed from there for so long. */
        record Wait(Duration left) implements Judgement {
            /** For {@code Retry-After}: whole seconds, never early. */
            public String seconds() {
                return Long.toString(left.toSeconds() + 1);
            }
        }
    }

    private record KnownCaller(String address, String role) {}

    private final GuessThrottle throttle;
    private final Cache<KnownCaller, Boolean> believed;

    public BearerThrottle(Ticker ticker) {
        this.throttle = new GuessThrottle(ticker);
        this.believed = ExpiringCache.create(MAX_CALLERS, REMEMBERED, ticker);
    }

    /**
     * Judges a token, and counts it when it is wrong.
     *
     * @param role whose token it is; empty when it is nobody's
     * @param fingerprint tells one token from another
     */
    public synchronized Judgement judge(String address, Optional<String> role, String fingerprint) {
        Duration left = throttle.wait(address);
        if (role.isPresent() && (left.isZero() || isBelieved(new KnownCaller(address, role.get())))) {
            believed.put(new KnownCaller(address, role.get()), true);
            return new Judgement.TrustedToken(role.get());
        }
        if (role.isEmpty() && throttle.repeats(address, fingerprint)) {
            return new Judgement.WrongToken();
        }
        if (!left.isZero()) {
            return new Judgement.Wait(left);
        }
        throttle.failed(address, fingerprint);
        return new Judgement.WrongToken();
    }

    private boolean isBelieved(KnownCaller caller) {
        return believed.getIfPresent(caller) != null;
    }

    /** How many addresses a token is believed from. */
    long size() {
        return believed.estimatedSize();
    }
}
