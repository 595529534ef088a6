package sidecar.body;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many bytes may be held in one place, over all exchanges, and how many are. Thread-safe; never blocks.
 *
 * <p>Who can do without asks first ({@link #tryHold}). Who cannot, because the bytes have come already, counts them in a
 * {@link Share}; while little is left, the shares that can give bytes back are asked to, the oldest first.
 */
public final class ByteBudget {

    /** Not worth to be asked back; and what is asked for by so little is given from the reserve. */
    static final long SMALL = 64 * 1024;

    private final LongSupplier bound;
    private final AtomicLong held = new AtomicLong();
    private final Queue<Share> asked = new ConcurrentLinkedQueue<>();

    /** @param bound how many bytes may be held; read at every use */
    public ByteBudget(LongSupplier bound) {
        this.bound = bound;
    }

    /** {@link #tryHold(long, long)} of what is needed at once. */
    public boolean tryHold(long bytes) {
        return tryHold(bytes, bytes);
    }

    /**
     * Counts {@code bytes} more, if there is room: for more than 64 KiB a third is out of reach, so that whoever needs little
     * is served also while others use up the rest. Each {@code true} is to be followed by {@link #release}.
     *
     * @param inAll how many it will be together with those before and after, as far as is known
     */
    public boolean tryHold(long bytes, long inAll) {
        long max = max(inAll);
        long now = held.get();
        while (now + bytes <= max) {
            if (held.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = held.get();
        }
        return false;
    }

    /** Whether so many bytes more could be held now. */
    public boolean hasRoom(long bytes) {
        return held.get() + bytes <= max(bytes);
    }

    private long max(long inAll) {
        return inAll <= SMALL ? bound.getAsLong() : withoutReserve();
    }

    /** Gives back what was counted by {@link #tryHold}. */
    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    /** How many bytes are held now. */
    public long held() {
        return held.get();
    }

    /** Whether only the reserve is left, or not even that. */
    public boolean isShort() {
        return held.get() > withoutReserve();
    }

    /** Whether more is held than may be: who causes it must be stopped. */
    public boolean isExceeded() {
        return held.get() > bound.getAsLong();
    }

    private long withoutReserve() {
        return bound.getAsLong() / 3 * 2;
    }

    /** A share that gives nothing back before it is done. */
    public Share share() {
        return share(() -> {});
    }

    /**
     * A share that can give its bytes back.
     *
     * @param giveBack called on any thread while little is left, and again only once it holds much again; must not block
     */
    public Share share(Runnable giveBack) {
        return new Share(giveBack);
    }

    private void relieve() {
        Share oldest = asked.poll();
        if (oldest != null) {
            oldest.dequeued();
            oldest.giveBack.run();
        }
    }

    /** What one holder holds. Thread-safe. */
    public final class Share implements AutoCloseable {

        private final Runnable giveBack;
        private long bytes; // guarded by this, as the two below
        private boolean enqueued;
        private boolean closed;

        private Share(Runnable giveBack) {
            this.giveBack = giveBack;
        }

        /** So many bytes are held from now on. */
        public void set(long now) {
            boolean grows;
            synchronized (this) {
                if (closed) {
                    return;
                }
                grows = now > bytes;
                count(now);
                if (grows && !enqueued && now >= SMALL) {
                    enqueued = true;
                    asked.add(this);
                }
            }
            // who gives back must not ask the next one in turn: that would go on through all of them, each inside the
            // other
            if (grows && isShort()) {
                relieve();
            }
        }

        private synchronized void dequeued() {
            enqueued = false;
        }

        /** So many bytes more are held, or fewer. */
        public synchronized void add(long more) {
            if (!closed) {
                count(bytes + more);
            }
        }

        private void count(long now) {
            held.addAndGet(now - bytes);
            bytes = now;
        }

        /** Nothing is held any more. Idempotent. */
        @Override
        public synchronized void close() {
            count(0);
            closed = true;
            if (enqueued) {
                asked.remove(this);
            }
        }
    }
}
