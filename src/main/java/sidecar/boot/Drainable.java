package sidecar.boot;

/**
 * Something that has work under way when the server is told to stop. All three methods are called from any thread, more
 * than once, and must not block; one that throws is logged and passed over.
 */
public interface Drainable {
    /** Takes no new work from now on, and sends those away who wait for their turn. */
    void drain();

    /** True when nothing is under way any more. */
    boolean idle();

    /** The grace is over: ends what is still under way, telling whoever waits for it. Does nothing by default. */
    default void cut() {}
}
