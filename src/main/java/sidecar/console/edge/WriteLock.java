package sidecar.console.edge;

import jakarta.enterprise.context.Dependent;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets one thread at a time change something, a lock for each bean that asks for one; whoever is at it may begin again inside. Callable from any thread; the others wait. */
@Dependent
public class WriteLock {

    private final ReentrantLock lock = new ReentrantLock();

    /** Does {@code work} while nobody else does any, and answers what it answers. */
    public <T> T ask(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Does {@code work} while nobody else does any. */
    public void run(Runnable work) {
        ask(() -> {
            work.run();
            return true;
        });
    }
}
