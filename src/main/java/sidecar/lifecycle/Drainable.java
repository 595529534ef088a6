package sidecar.lifecycle;

/**
 * Something that has work under way when the server is told to stop. All are called from any thread, more
 * than once, and must not block but for {@link #settle}; one that throws is logged and passed over.
 */
public interface Drainable {
    /** Takes no new work from now on, and sends those away who wait for their turn. */
    void drain();

    /** True when nothing is under way any more. */
    boolean idle();

    /** Everything is over: brings to safety what would be lost with the process. May block. Does nothing by default. */
    default void settle() {}

    /** The grace is over: ends what is still under way, telling whoever waits for it. Does nothing by default. */
    default void cut() {}
}
