package sidecar.cluster.edge;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sidecar.cluster.ClusterMember;
import sidecar.cluster.LeaseTimes;
import sidecar.cluster.LimitDemand;
import sidecar.cluster.Membership;
import sidecar.cluster.NodeName;
import sidecar.cluster.OwnedPlaces;
import sidecar.database.DatabaseLocation;
import sidecar.limit.NodeShare;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;
import sidecar.time.Ticker;

/**
 * This gateway among those that share its PostgreSQL: one thread renews its membership every second, and at once when somebody waits for places that a call would bring. Whatever fails is tried
 * again; until then the node goes by its leases. {@link #share} and {@link #clock} are callable from any thread and never block.
 */
public final class ClusterNode implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ClusterNode.class.getName());

    private static final Duration RENEWAL = Duration.ofSeconds(1);

    /** For so long a start waits for the database to give up an earlier connection. */
    private static final Duration TAKEN = Duration.ofSeconds(40);

    private final String version;
    private final Ticker ticker;
    private final InstantSource clock;
    private final Supplier<LeaseTimes> times;
    private final NodeConnection connection; // guarded by this, as all calls of the store
    private final OwnedPlaces places;
    private final ClusterMember member;
    private final long startedNanos;
    private volatile long clockOffsetMicros;
    private volatile @Nullable String problem;
    private volatile boolean over;
    private volatile @Nullable Thread thread;
    private @Nullable Gateway gateway;

    /**
     * What of the gateway its places depend on.
     *
     * @param groups all quota groups there are
     * @param waiting how many requests wait for a place
     * @param inFlight how many exchanges are under way
     * @param room told when there are more places than before
     */
    public record Gateway(
            RateLimiter limiter,
            Supplier<Collection<QuotaLimits>> groups,
            IntSupplier waiting,
            IntSupplier inFlight,
            Runnable room) {}

    /** @param times asked at every use: a window may be changed */
    public ClusterNode(
            NodeName name,
            String version,
            DatabaseLocation location,
            Ticker ticker,
            InstantSource clock,
            Supplier<LeaseTimes> times) {
        this.version = version;
        this.ticker = ticker;
        this.clock = clock;
        this.times = times;
        this.connection = new NodeConnection(location, name);
        this.places = new OwnedPlaces(ticker, clock, times, this::wake);
        this.member = new ClusterMember(name, ticker, clock, times, places);
        this.startedNanos = ticker.nanos();
    }

    /** What of all limits is this node's. Nothing until it has joined. */
    public NodeShare share() {
        return places;
    }

    /** The database's clock, as far as is known: which day it is must be the same for all nodes. */
    public InstantSource clock() {
        return () -> clock.instant().plusNanos(clockOffsetMicros * 1_000);
    }

    /**
     * Joins the others, and goes on renewing until {@link #leave} or {@link #close}. Blocks on the database.
     *
     * @return why this node must not join; empty when it has
     * @throws SQLException when the database does not answer
     */
    public Optional<String> join(Gateway served) throws SQLException {
        gateway = served;
        Optional<String> refusal = joinWhenFree(served);
        if (refusal.isEmpty()) {
            Thread renewing = new Thread(() -> renewUntilOver(served), "sidecar-cluster");
            renewing.setDaemon(true);
            thread = renewing;
            renewing.start();
        }
        return refusal;
    }

    private Optional<String> joinWhenFree(Gateway served) throws SQLException {
        long begun = ticker.nanos();
        while (true) {
            try {
                Optional<String> refusal = store().refusal(status(served));
                if (refusal.isEmpty()) {
                    renew(served);
                }
                return refusal;
            } catch (NodeConnection.NameTakenException taken) {
                if (ticker.nanos() - begun >= TAKEN.toNanos()) {
                    return Optional.of(String.valueOf(taken.getMessage()));
                }
                LockSupport.parkNanos(RENEWAL.toNanos());
            }
        }
    }

    private synchronized PostgresShareStore store() throws SQLException {
        return connection.store();
    }

    private NodeReport status(Gateway served) {
        Duration uptime = Duration.ofNanos(ticker.nanos() - startedNanos);
        LeaseTimes now = times.get();
        return new NodeReport(
                version,
                now.window(),
                now.standing(),
                uptime,
                served.inFlight().getAsInt(),
                served.waiting().getAsInt());
    }

    private void renewUntilOver(Gateway served) {
        while (!over) {
            // a permit that was given meanwhile lets it pass at once
            LockSupport.parkNanos(this, RENEWAL.toNanos());
            if (over) {
                return;
            }
            try {
                renew(served);
                tell(null);
            } catch (SQLException e) {
                failed(connection.reason(e));
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "this node's membership was not renewed", e);
                failed(e.toString());
            }
        }
    }

    /** One call of the store; two where the node has to join. */
    private void renew(Gateway served) throws SQLException {
        boolean grown = false;
        synchronized (this) {
            LimitDemand demand = new LimitDemand(served.limiter(), served.groups(), served.waiting());
            PostgresShareStore store = connection.store();
            Optional<Membership.Renewal> next = member.next(demand);
            if (next.isEmpty()) {
                grown |= member.joined(store.join(status(served)));
                next = member.next(demand);
            }
            if (next.isPresent()) {
                grown |= member.renewed(store.renew(next.get(), status(served)));
            }
            clockOffsetMicros = store.nowMicros() - clock.millis() * 1_000;
        }
        if (grown) {
            served.room().run();
        }
    }

    private synchronized void failed(String why) {
        connection.close();
        tell(why);
    }

    private void tell(@Nullable String now) {
        String before = problem;
        problem = now;
        if (now != null && before == null) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the database cannot be asked for this node''s places: {0}; it goes on with those it has, after {1} s with its"
                            + " standing share, after {2} s with none, and tries again every second",
                    now,
                    times.get().whole().toSeconds(),
                    times.get().standing().toSeconds());
        } else if (now == null && before != null) {
            LOG.log(System.Logger.Level.INFO, "the database is asked for this node's places again");
        }
    }

    private void wake() {
        Thread renewing = thread;
        if (renewing != null) {
            LockSupport.unpark(renewing);
        }
    }

    /** Why the database cannot be asked for places; empty when it can. Never blocks. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Whether requests can be sent: it has joined, and its leases have not ended. Never blocks. */
    public boolean isLeased() {
        return places.isLeased();
    }

    /** Gives everything back that is not in use, once no request is sent any more. Blocks on the database. */
    public void leave() {
        Gateway served = gateway;
        over = true;
        wake();
        if (served == null) {
            return;
        }
        synchronized (this) {
            try {
                Optional<Membership.Renewal> last =
                        member.leave(new LimitDemand(served.limiter(), served.groups(), served.waiting()));
                if (last.isPresent()) {
                    connection.store().renew(last.get(), status(served));
                }
            } catch (SQLException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "this node stops without giving its places back; the others have them in some minutes: {0}",
                        connection.reason(e));
            }
        }
    }

    @Override
    public void close() {
        over = true;
        wake();
        synchronized (this) {
            connection.close();
        }
    }
}
