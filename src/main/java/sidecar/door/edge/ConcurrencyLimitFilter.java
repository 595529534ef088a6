package sidecar.door.edge;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.Connection;
import sidecar.address.AddressRange;
import sidecar.body.ByteBudget;
import sidecar.console.edge.ConcurrencyPermit;
import sidecar.console.edge.RequestBaseUrl;
import sidecar.door.PerAddressLimit;
import sidecar.exchange.edge.ClientConnection;
import sidecar.exchange.edge.ProxyServlet;
import sidecar.lifecycle.edge.ProcessPhase;

/**
 * Keeps the few threads of the server free: half of them always for {@code /v1} and health. {@code /v1} reads and writes
 * without one, but pages and the admin interface work, wait for a request's body, and write long answers on the thread
 * that serves them: so only some of these at a time, and each only for so long.
 */
public class ConcurrencyLimitFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    private static final System.Logger LOG = System.getLogger(ConcurrencyLimitFilter.class.getName());

    private static final Set<String> HEALTH = Set.of("/health", "/health/live", "/health/ready", "/health/started");

    /** Threads that may wait for a body of somebody who showed a token or has signed in. */
    private static final int MAX_KNOWN = 3;

    /** The same for everybody else, sign-ins included, so that strangers take no place from those. */
    private static final int MAX_STRANGERS = 3;

    private static final int MAX_OF_ONE_ADDRESS = 1;

    /** Threads that may wait for a body without a place, but only for 0.2 s: a body that is on its way needs no more. */
    private static final int MAX_SOON = 2;

    private static final int SOON_LOOKS = 20;

    private static final int SOON_LOOK_MILLIS = 10;

    /** Threads that anything but {@code /v1} and health may have, of 24 (deploy/preboot.txt). */
    private static final int MAX_THREADS = 12;

    /** So that who asks for much at once, and reads none of it, leaves threads for others. */
    private static final int MAX_THREADS_OF_ONE_ADDRESS = 9;

    /**
     * Those of them that may be at work; the others wait for it. With eight, health waited for four
     * seconds on two processors. Long reports and bodies that come slowly wait for their client without such a permit.
     */
    private static final int MAX_SERVING = 4;

    /** Long enough for a page and its parts on a slow machine: a style sheet that was refused would leave a page without its looks. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final transient PerAddressLimit known = new PerAddressLimit(MAX_KNOWN, MAX_KNOWN);

    private final transient PerAddressLimit strangers = new PerAddressLimit(MAX_STRANGERS, MAX_OF_ONE_ADDRESS);

    private final transient Semaphore soon = new Semaphore(MAX_SOON);

    private final transient PerAddressLimit threads = new PerAddressLimit(MAX_THREADS, MAX_THREADS_OF_ONE_ADDRESS);

    private final transient Semaphore serving = new Semaphore(MAX_SERVING, true);

    @Inject
    private transient ProcessPhase lifecycle;

    @Inject
    private transient Instance<SlowReadGuard> slowReadGuards;

    @Inject
    private transient Instance<ByteBudget> budgets;

    @Inject
    private transient Instance<ConnectionGuard> guards;

    private transient SlowReadGuard slowReads;

    private transient ByteBudget memory;

    private transient volatile ConnectionGuard connectionGuard; // set last

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (starting()) {
            chain.doFilter(request, response);
            return;
        }
        connectionGuard.watch(request);
        // asked for now: a request that broke off may not know it any more
        Connection<?> connection = ClientConnection.of(request).raw();
        boolean relayed = ProxyServlet.serves(request);
        String address = AddressRange.subscriber(request.getRemoteAddr());
        if (!slowReads.admits(
                connection, address, relayed ? SlowReadGuard.AnswerKind.RELAYED : SlowReadGuard.AnswerKind.OWN)) {
            return;
        }
        try {
            if (relayed || HEALTH.contains(RequestBaseUrl.path(request))) {
                chain.doFilter(request, response);
            } else {
                bounded(address, request, response, chain);
            }
            slowReads.answered(connection);
        } catch (IOException | ServletException e) {
            if (connection.isOpen()) {
                throw e;
            }
            // the server would write down three stack traces for everybody who leaves before the answer
            LOG.log(System.Logger.Level.DEBUG, "client left before its answer", e);
        }
    }

    private void bounded(String address, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!slowReads.hasRoomFor(address) || !threads.tryAcquire(address)) {
            busy(request, response);
            return;
        }
        try {
            if (SafeMethods.reads(request)) {
                guarded(request, response, chain);
            } else {
                connectionGuard.changes();
                try {
                    guarded(request, response, chain);
                } finally {
                    connectionGuard.changed();
                }
            }
        } finally {
            threads.release(address);
        }
    }

    private void served(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!servingWithin(WAIT)) {
            busy(request, response);
            return;
        }
        try (ConcurrencyPermit permit = new ConcurrencyPermit(request, serving)) {
            chain.doFilter(request, response);
        }
    }

    private boolean servingWithin(Duration wait) {
        try {
            return serving.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void guarded(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!hasBody(request)) {
            served(request, response, chain);
            return;
        }
        try (BoundedBodyRequest bounded = new BoundedBodyRequest(request, memory)) {
            placed(bounded, response, chain);
        }
    }

    private void placed(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (connectionGuard.arrived(request)) {
            served(request, response, chain);
            return;
        }
        boolean stranger = request.getUserPrincipal() == null;
        PerAddressLimit limit = stranger ? strangers : known;
        String address = AddressRange.subscriber(request.getRemoteAddr());
        if (limit.tryAcquire(address)) {
            connectionGuard.awaited(request, stranger);
            try {
                chain.doFilter(request, response);
            } finally {
                connectionGuard.served(request);
                limit.release(address);
            }
        } else if (arrivesSoon(request)) {
            served(request, response, chain);
        } else {
            busy(request, response);
        }
    }

    /** Many clients send the head and then the body: it is on its way when the head is here. */
    private boolean arrivesSoon(HttpServletRequest request) {
        if (!soon.tryAcquire()) {
            return false;
        }
        try {
            for (int i = 0; i < SOON_LOOKS && !connectionGuard.arrived(request); i++) {
                Thread.sleep(SOON_LOOK_MILLIS);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            soon.release();
        }
        return connectionGuard.arrived(request);
    }

    /**
     * Whether there is nobody to ask yet. The server asks for health while the application is still being made, and a call
     * to what is not there would fail.
     */
    private boolean starting() {
        if (connectionGuard == null && lifecycle.phase() != ProcessPhase.Phase.STARTING) {
            slowReads = slowReadGuards.get();
            memory = budgets.get();
            connectionGuard = guards.get();
        }
        return connectionGuard == null;
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    private static void busy(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Retry-After", "1");
        // its body, if it has one, is not read: the connection is of no further use
        response.setHeader("Connection", "close");
        ErrorBody.send(
                response,
                503,
                RequestBaseUrl.path(request),
                "Sidecar is overloaded: it serves as many pages and admin calls as it can at this moment; try again",
                "overloaded_error",
                Optional.empty());
    }
}
