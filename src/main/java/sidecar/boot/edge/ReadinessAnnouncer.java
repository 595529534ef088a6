package sidecar.boot.edge;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import sidecar.door.edge.ListenAddresses;
import sidecar.lifecycle.edge.Version;

/**
 * Says "ready" only when a request from outside really gets our own answer: the application is there long before the server opens its
 * port, and on a busy machine minutes before. The process ends where the port turns out to be another program's, and where it is never opened.
 */
public final class ReadinessAnnouncer {
    private static final System.Logger LOG = System.getLogger(ReadinessAnnouncer.class.getName());

    /** Answers of another program, one after the other, until the port is taken to be that program's. */
    private static final int MAX_FOREIGN = 600;

    private static final Duration MAX_WAIT = Duration.ofMinutes(15);
    private static final int MILLIS_BETWEEN = 100;
    private static final int MILLIS_PATIENCE = 5_000;

    private ReadinessAnnouncer() {}

    /** Who answers at a port. */
    enum Responder {
        OURS,
        /** A whole answer, and none of Sidecar's. */
        FOREIGN,
        /** The port is not open yet, the answer too slow to tell, or Sidecar is on its way out again. */
        NOT_YET
    }

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
        String url = addresses.url();
        long begun = System.nanoTime();
        int foreign = 0;
        try {
            while (foreign < MAX_FOREIGN && System.nanoTime() - begun < MAX_WAIT.toNanos()) {
                Responder responder = ask(url);
                if (responder == Responder.OURS) {
                    // so that connections to that port are watched from the first one of others on (ConnectionGuard)
                    ask(addresses.metricsUrl());
                    LOG.log(Level.INFO, "Sidecar {0} is ready at {1}", Version.CURRENT, url);
                    return;
                }
                foreign = responder == Responder.FOREIGN ? foreign + 1 : 0;
                Thread.sleep(MILLIS_BETWEEN);
            }
            throw StartupFailure.stop(
                    foreign == 0
                            ? "started, but " + url + "/health has not answered for " + MAX_WAIT.toMinutes()
                                    + " minutes"
                            : "started, but another program answers " + url
                                    + "/health: set SIDECAR_PORT to a free port");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Responder ask(String url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url + "/health").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(MILLIS_PATIENCE);
            connection.setReadTimeout(MILLIS_PATIENCE);
            boolean ok = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            try (InputStream in = ok ? connection.getInputStream() : connection.getErrorStream()) {
                String body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
                if (!body.contains("\"version\":\"" + Version.CURRENT + '"')) {
                    return Responder.FOREIGN;
                }
                return ok ? Responder.OURS : Responder.NOT_YET;
            }
        } catch (IOException e) {
            return Responder.NOT_YET;
        }
    }
}
