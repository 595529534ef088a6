package sidecar.body;

/** Where request bodies are held: in memory while there is room, and the long ones in files after that. Thread-safe. */
public final class RequestBodyStore {

    private final ByteBudget memory;
    private final ByteBudget disk;
    private final Spool spool;

    /**
     * @param memory bounds what is held in memory
     * @param disk bounds what is held in files
     */
    public RequestBodyStore(ByteBudget memory, ByteBudget disk, Spool spool) {
        this.memory = memory;
        this.disk = disk;
        this.spool = spool;
    }

    /**
     * A body that begins to come.
     *
     * @param declared its length; −1 when that is not known
     * @param max the longest that is wanted
     */
    public RequestBodyBuilder draft(long declared, long max) {
        return new RequestBodyBuilder(memory, disk, spool, declared, max);
    }
}
