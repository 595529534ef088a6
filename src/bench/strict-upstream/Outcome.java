package sidecar.bench;

import java.util.Optional;

/**
 * How one request ended, as its client saw it. Times are of {@link System#nanoTime()}.
 *
 * @param model the name the client asked for
 * @param waitNanos from the request to the first content, less the time the mock itself took for that
 * @param attempts what the gateway says it needed; 0 when it does not say
 * @param failure empty when everything was as it should be
 */
record Outcome(String model, long startNanos, long endNanos, long waitNanos, int attempts, Optional<Failure> failure) {

    /**
     * What the client saw instead of an answer.
     *
     * @param connection whether it was the connection that failed, and not the answer that said so
     * @param kind by which equal failures are counted
     * @param detail with the beginning of the body
     */
    record Failure(boolean connection, String kind, String detail) {}

    boolean good() {
        return failure.isEmpty();
    }
}
