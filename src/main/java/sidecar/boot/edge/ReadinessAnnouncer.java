package sidecar.boot.edge;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import sidecar.door.edge.ListenAddresses;
import sidecar.lifecycle.edge.Version;

/**
 * Says "ready" only when a request from outside really gets our own answer: the port is open, and answered by the server
 * itself, long before the application is there.
 */
public final class ReadinessAnnouncer {
    private static final System.Logger LOG = System.getLogger(ReadinessAnnouncer.class.getName());
    private static final int TRIES = 600;
    private static final int MILLIS_BETWEEN = 100;

    private ReadinessAnnouncer() {}

    /** Call it at the very end of the start; returns at once. */
    public static void whenAnswering() {
        if (!ListenAddresses.told()) {
            // started by something else than deploy/run.sh, which knows the port by itself: nothing to ask at
            LOG.log(Level.INFO, "Sidecar {0} is ready", Version.CURRENT);
            return;
        }
        ListenAddresses addresses = ListenAddresses.fromConfig();
        Thread waiter = new Thread(() -> await(addresses), "sidecar-ready");
        waiter.setDaemon(true);
        waiter.start();
    }

    private static void await(ListenAddresses addresses) {
        try {
            for (int i = 0; i < TRIES; i++) {
                if (answers(addresses.url())) {
                    // so that connections to that port are watched from the first one of others on (ConnectionGuard)
                    answers(addresses.metricsUrl());
                    LOG.log(Level.INFO, "Sidecar {0} is ready at {1}", Version.CURRENT, addresses.url());
                    return;
                }
                Thread.sleep(MILLIS_BETWEEN);
            }
            throw StartupFailure.stop(
                    "started, but " + addresses.url() + "/health does not answer: is the port another's?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean answers(String url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url + "/health").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(1_000);
            try (InputStream in = connection.getInputStream()) {
                String body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return body.startsWith("{\"status\":\"ok\",\"version\":\"" + Version.CURRENT + '"');
            }
        } catch (IOException e) {
            return false; // not yet: refused, 404 from the server, 503 from us
        }
    }
}
