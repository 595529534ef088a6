package sidecar.logging;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import sidecar.time.Ticker;

/** Lets ten log lines of a kind pass within a minute and counts the others. Thread-safe; never blocks. */
public final class LogRateLimit {

    static final int MAX_LINES = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Kinds are few, unless somebody makes them up: then the one that is longest quiet begins anew. */
    private static final int MAX_KINDS = 1_000;

    /** What becomes of a line. */
    public enum LineVerdict {
        PASS,
        /** Passes as the last one of its minute. */
        PASS_LAST,
        DROP
    }

    /**
     * What becomes of a line, and what was left out before it.
     *
     * @param leftOut lines of that kind that were dropped in its last window and have not been told of
     */
    public record Ruling(LineVerdict verdict, long leftOut) {}

    private static final class Window {
        private long sinceNanos;
        private long lines;

        Window(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }

        Ruling next(long now) {
            long leftOut = 0;
            if (now - sinceNanos >= WINDOW.toNanos()) {
                leftOut = Math.max(0, lines - MAX_LINES);
                sinceNanos = now;
                lines = 0;
            }
            lines++;
            LineVerdict verdict = lines < MAX_LINES
                    ? LineVerdict.PASS
                    : lines == MAX_LINES ? LineVerdict.PASS_LAST : LineVerdict.DROP;
            return new Ruling(verdict, leftOut);
        }
    }

    private final Ticker ticker;
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) { // guarded by this
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
                    return size() > MAX_KINDS;
                }
            };

    public LogRateLimit(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Counts a line of that kind. */
    public synchronized Ruling next(String kind) {
        long now = ticker.nanos();
        return windows.computeIfAbsent(kind, first -> new Window(now)).next(now);
    }
}
