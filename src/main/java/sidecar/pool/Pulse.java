package sidecar.pool;

/**
 * How attempts on something have gone lately.
 *
 * @param failures in a row
 * @param last what the latest failure was; empty when healthy
 */
record Pulse(int failures, String last) {

    static final Pulse WELL = new Pulse(0, "");

    private static final int DOWN_AFTER = 5;

    Pulse failed(String what) {
        return new Pulse(failures + 1, what);
    }

    Health health() {
        return failures == 0 ? Health.HEALTHY : failures < DOWN_AFTER ? Health.DEGRADED : Health.DOWN;
    }
}
