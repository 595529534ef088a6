package sidecar.call;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs what is posted to it one after the other, on whichever thread posts first: callbacks of the client, the upstream
 * and the timer come from different threads, and none of them may wait for another. What is posted from inside runs
 * after what is running.
 */
public final class Mailbox {

    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Consumer<Throwable> onBug;

    /** @param onBug told of anything that is thrown; the rest still runs */
    public Mailbox(Consumer<Throwable> onBug) {
        this.onBug = onBug;
    }

    /** Runs it, now or after what is running. Callable from any thread; never blocks by itself. */
    public void post(Runnable step) {
        posted.add(step);
        if (open.getAndIncrement() != 0) {
            return;
        }
        do {
            Runnable next = posted.poll();
            if (next != null) {
                run(next);
            }
        } while (open.decrementAndGet() != 0);
    }

    private void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error bug) {
            onBug.accept(bug);
        }
    }
}
