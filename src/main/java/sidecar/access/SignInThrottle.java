package sidecar.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows guessing down: after five wrong tokens from one address the next try has to wait, one second first and twice as long after each further
 * failure, up to five minutes. A success, or an hour of quiet, forgets them. Thread-safe; never blocks.
 */
public final class SignInThrottle {

    private static final int FREE = 5;
    private static final int MOST_DOUBLINGS = 20;
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration QUIET = Duration.ofHours(1);

    /** A flood from many addresses must not fill the memory: beyond these, the ones longest quiet are forgotten. */
    private static final int MOST_ADDRESSES = 10_000;

    private record Failures(int count, Instant last, String guess) {
        Instant open() {
            return count < FREE ? last : last.plus(pause(count - FREE));
        }

        /** A clock that was set back must not make anybody wait for the time that it ran ahead. */
        Failures notAfter(Instant now) {
            return last.isAfter(now) ? new Failures(count, now, guess) : this;
        }

        private static Duration pause(int doublings) {
            Duration pause = Duration.ofSeconds(1L << Math.min(doublings, MOST_DOUBLINGS));
            return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
        }
    }

    private final InstantSource clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    public SignInThrottle(InstantSource clock) {
        this.clock = clock;
    }

    /** How long that address still has to wait; zero when it may try. */
    public synchronized Duration wait(String address) {
        Instant now = clock.instant();
        Failures known = failures.computeIfPresent(address, (same, failed) -> failed.notAfter(now));
        return known == null || !known.open().isAfter(now) ? Duration.ZERO : Duration.between(now, known.open());
    }

    /** Another failure. */
    public void failed(String address) {
        failed(address, "");
    }

    /**
     * Another failure, unless it is the last one again: whoever repeats a token that has expired guesses nothing.
     *
     * @param guess tells one wrong token from another; empty when each counts
     */
    public synchronized void failed(String address, String guess) {
        Instant now = clock.instant();
        if (repeats(address, guess)) {
            return;
        }
        Failures known = failures.get(address);
        int before = known == null || known.last().plus(QUIET).isBefore(now) ? 0 : known.count();
        failures.put(address, new Failures(before + 1, now, guess));
        Iterator<String> oldest = failures.keySet().iterator();
        while (failures.size() > MOST_ADDRESSES) {
            oldest.next();
            oldest.remove();
        }
    }

    /** Whether that is what failed last from there. */
    public synchronized boolean repeats(String address, String guess) {
        Failures known = failures.get(address);
        return known != null && !guess.isEmpty() && guess.equals(known.guess());
    }

    /** It was no guess. */
    public synchronized void succeeded(String address) {
        failures.remove(address);
    }
}
