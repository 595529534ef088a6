package sidecar.boot.edge;

/**
 * How one HTTP listener of the server is set.
 *
 * @param http2 whether it offers HTTP/2
 * @param compression whether it compresses answers, and so unpacks requests
 * @param requestTimeoutSeconds how long a request may take; below zero for ever
 * @param headBytes the most that the head of a request may have
 * @param threads the most requests that are looked at at the same time
 */
record HttpListenerSettings(
        int port, boolean http2, boolean compression, int requestTimeoutSeconds, int headBytes, int threads) {

    /** Of a listener of which nothing else is known: no setting that anything could be found in. */
    static HttpListenerSettings unknown(int port) {
        return new HttpListenerSettings(port, false, false, -1, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }
}
