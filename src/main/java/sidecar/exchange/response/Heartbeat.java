package sidecar.exchange.response;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import sidecar.time.Ticker;
import sidecar.time.Timer;

/**
 * Decides when a client that hears nothing is sent a sign of life: after a time of grace, and then every ten seconds;
 * never inside an event, and never behind bytes that the client has not taken yet. One timer, re-armed by what is left
 * and not by every byte. Used in a mailbox.
 */
final class Heartbeat {

    static final Duration EVERY = Duration.ofSeconds(10);

    /** An empty line at the end is longer than this in no writing. */
    private static final int LONGEST_END = "\r\n\r\n".length();

    /** What a heartbeat is worth in credit: something, so that its being written is told. */
    private static final int CREDIT = 1;

    /** Where a stream of events stands behind what was written. */
    private enum StreamPosition {
        BETWEEN_EVENTS,
        LINE_START,
        IN_LINE;

        /** Lines end in LF, with or without CR before it; an empty one ends an event. */
        StreamPosition after(byte next) {
            return switch (next) {
                case '\n' -> this == IN_LINE ? LINE_START : BETWEEN_EVENTS;
                case '\r' -> this == IN_LINE ? IN_LINE : LINE_START;
                default -> IN_LINE;
            };
        }
    }

    private final Timer timer;
    private final Ticker ticker;
    private final Consumer<Runnable> mailbox;
    private final Duration grace;
    private final IntConsumer beat;
    private Timer.@Nullable Timeout armed;
    private boolean over;
    private long dueNanos;
    private long untaken;
    private boolean beating;
    private StreamPosition position = StreamPosition.BETWEEN_EVENTS;

    /**
     * @param grace zero for no heartbeats at all
     * @param mailbox where expiries are posted
     * @param beat writes one heartbeat, of that credit
     */
    Heartbeat(Timer timer, Ticker ticker, Consumer<Runnable> mailbox, Duration grace, IntConsumer beat) {
        this.timer = timer;
        this.ticker = ticker;
        this.mailbox = mailbox;
        this.grace = grace;
        this.beat = beat;
        this.over = grace.isZero();
    }

    /** From now on the client waits. */
    void begin() {
        if (!over) {
            dueNanos = ticker.nanos() + grace.toNanos();
            arm(grace);
        }
    }

    /** Those bytes of a stream of events were written. */
    void wrote(byte[] bytes, int credit) {
        if (over) {
            return;
        }
        untaken += credit;
        dueNanos = ticker.nanos() + grace.toNanos();
        for (int i = Math.max(0, bytes.length - LONGEST_END); i < bytes.length; i++) {
            position = position.after(bytes[i]);
        }
    }

    /** A credit came back; returns how much of it belongs to what was relayed. */
    int taken(int credit) {
        int relayed = credit;
        if (beating && credit > 0) {
            // credit comes back in the order of writing, and a heartbeat is written only when none is out
            beating = false;
            relayed -= CREDIT;
        }
        untaken -= relayed;
        return relayed;
    }

    /** No heartbeat any more. Idempotent. */
    void end() {
        over = true;
        if (armed != null) {
            armed.cancel();
        }
    }

    /** Never for longer than the grace: what is relayed meanwhile may be followed by a silence that counts earlier. */
    private void arm(Duration delay) {
        Duration max = delay.compareTo(grace) < 0 ? delay : grace;
        armed = timer.after(max, () -> mailbox.accept(this::check));
    }

    private void check() {
        if (over) {
            return;
        }
        long now = ticker.nanos();
        if (now - dueNanos >= 0) {
            dueNanos = now + EVERY.toNanos();
            if (position == StreamPosition.BETWEEN_EVENTS && !beating && untaken == 0) {
                beating = true;
                beat.accept(CREDIT);
            }
        }
        arm(Duration.ofNanos(dueNanos - now));
    }
}
