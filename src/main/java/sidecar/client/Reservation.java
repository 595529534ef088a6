package sidecar.client;

import java.math.BigDecimal;

/** What one request has taken of its client's limits, until it is over. Callable from any thread; only the first end counts. */
public interface Reservation {

    /** Of a client without limits. */
    Reservation UNLIMITED = new Reservation() {
        @Override
        public void settle(long tokens, BigDecimal cost) {}

        @Override
        public void release() {}
    };

    /** The request is over, and used that. */
    void settle(long tokens, BigDecimal cost);

    /** The request is over, and nobody was asked anything: it counts in no limit. */
    void release();
}
