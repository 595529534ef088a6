package sidecar.bench;

/** A model of the mock: how it answers, and how many answers its workers give at once. Callable from any thread. */
final class MockModel {

    /** What is wrong with a model. */
    enum Fault {
        NONE,
        /** Every answer is a 500. */
        ERROR,
        /** No answer ever comes. */
        HANG,
        /** The connection ends in the middle of every answer. */
        CUT
    }

    private final String name;
    private final int workers;
    private final int tokens;
    private final int intervalMillis;
    private volatile Fault fault = Fault.NONE;
    private int active;
    private final Stamps arrivals = new Stamps();
    private final Stamps busy = new Stamps();
    private final Stamps completed = new Stamps();

    /**
     * @param name its native id
     * @param workers answers it gives at once, over all accounts; 0 for any number
     * @param tokens length of an answer
     * @param intervalMillis between two tokens, and before the first
     */
    MockModel(String name, int workers, int tokens, int intervalMillis) {
        this.name = name;
        this.workers = workers;
        this.tokens = tokens;
        this.intervalMillis = intervalMillis;
    }

    String name() {
        return name;
    }

    int workers() {
        return workers;
    }

    int tokens() {
        return tokens;
    }

    /** Between two tokens. */
    long intervalNanos() {
        return intervalMillis * 1_000_000L;
    }

    Fault fault() {
        return fault;
    }

    void setFault(Fault fault) {
        this.fault = fault;
    }

    /** Takes a worker: 0, or how many requests there would have been when all are taken. */
    synchronized int enter() {
        long now = System.nanoTime();
        arrivals.add(now);
        if (workers > 0 && active >= workers) {
            busy.add(now);
            return active + 1;
        }
        active++;
        return 0;
    }

    /** Gives the worker back. */
    synchronized void leave(boolean whole) {
        active--;
        if (whole) {
            completed.add(System.nanoTime());
        }
    }

    /** When requests came that the account's window admitted. */
    Stamps arrivals() {
        return arrivals;
    }

    /** When a request met no free worker. */
    Stamps busy() {
        return busy;
    }

    /** When answers were given to their end. */
    Stamps completed() {
        return completed;
    }
}
