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
 * Says "ready" only when a request from outside really gets our own answer: the port is opened when the application has been there for a while, on a
 * busy machine minutes later. The server says nothing where it cannot open it, since something else has it by then; so the process ends when the port is
 * another's, or does not answer, a minute after the server has begun to open it.
 */
public final class ReadinessAnnouncer {
    private static final System.Logger LOG = System.getLogger(ReadinessAnnouncer.class.getName());

    private static final Duration MAX_OPENING = Duration.ofMinutes(1);

    /** For a server that never begins to open it. */
    private static final Duration MAX_WAIT = Duration.ofMinutes(15);

    private static final int MILLIS_BETWEEN = 100;
    private static final int MILLIS_ANSWER = 2_000;

    private ReadinessAnnouncer() {}

    /** Who answers at a port. */
    enum Responder {
        OURS,
        /** A whole answer, and none of Sidecar's. */
        FOREIGN,
        /** The port is not open, the answer too slow to tell, or Sidecar is on its way out again. */
        NONE
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
        long until = System.nanoTime() + MAX_WAIT.toNanos();
        boolean opening = false;
        Responder responder;
        try {
            do {
                responder = ask(url);
                if (responder == Responder.OURS) {
                    // so that connections to that port are watched from the first one of others on (ConnectionGuard)
                    ask(addresses.metricsUrl());
                    LOG.log(Level.INFO, "Sidecar {0} is ready at {1}", Version.CURRENT, url);
                    return;
                }
                if (!opening && HttpListeners.read().stream().anyMatch(one -> one.port() == addresses.port())) {
                    opening = true;
                    until = System.nanoTime() + MAX_OPENING.toNanos();
                }
                Thread.sleep(MILLIS_BETWEEN);
            } while (System.nanoTime() - until < 0);
            throw StartupFailure.stop("port " + addresses.port()
                    + (responder == Responder.FOREIGN
                            ? " is another program's: " + url + "/health is not answered by Sidecar"
                            : " does not answer: something else had it when it was to be opened")
                    + "; start again, or set SIDECAR_PORT to a free port below 32768");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Responder ask(String url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url + "/health").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(MILLIS_ANSWER);
            connection.setReadTimeout(MILLIS_ANSWER);
            boolean ok = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            try (InputStream in = ok ? connection.getInputStream() : connection.getErrorStream()) {
                String body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
                if (!body.contains("\"version\":\"" + Version.CURRENT + '"')) {
                    return Responder.FOREIGN;
                }
                return ok ? Responder.OURS : Responder.NONE;
            }
        } catch (IOException e) {
            return Responder.NONE;
        }
    }
}
