package sidecar.pool.event;

/** Is told what the pool learns. */
@FunctionalInterface
public interface PoolEventListener {

    /** Called on any thread, in the order in which it was learned, with locks of the pool held: must not block, nor call the pool. */
    void learned(PoolEvent event);
}
