package sidecar.bench;

import java.util.Map;

/**
 * Whom the driver asks.
 *
 * @param token sent as a Bearer token; empty for none
 * @param models the mock's model behind each model name a client may ask for
 * @param patienceMillis how long a client waits for the next byte
 */
record Target(String host, int port, String token, Map<String, MockModel> models, int patienceMillis) {

    /** Sent with every request, and never to arrive at the upstream. */
    static final String COOKIE = "bench=not-for-the-upstream";
}
