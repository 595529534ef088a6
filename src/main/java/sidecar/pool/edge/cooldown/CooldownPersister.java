package sidecar.pool.edge.cooldown;

import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import sidecar.cluster.LeaderElection;
import sidecar.cluster.NodeName;
import sidecar.pool.ProviderPool;
import sidecar.pool.event.CooldownRecord;
import sidecar.pool.event.PoolEvent;
import sidecar.pool.event.RemotePoolEvent;
import sidecar.pool.event.UnwrittenCooldowns;
import sidecar.pool.event.UnwrittenErrors;

/**
 * Keeps cooldowns and credential errors over a restart: the request path only notes them, this writes them down, at most
 * a second later. Has no transaction of its own, so that one of the store that fails can be tried again.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class CooldownPersister {

    private static final System.Logger LOG = System.getLogger(CooldownPersister.class.getName());

    @Inject
    private ProviderPool pool;

    @Inject
    private UnwrittenCooldowns unwritten;

    @Inject
    private InstantSource clock;

    @Inject
    private NodeName node;

    @Inject
    private LeaderElection leader;

    @EJB
    private CooldownStore store;

    private boolean loaded;
    private boolean failing;
    private UnwrittenErrors unwrittenErrors;

    /** Takes up what an earlier run left. Call once the schema and the providers are there. */
    public synchronized void load() {
        if (leader.isLeader()) {
            store.prune(clock.instant());
        }
        List<CooldownRecord> cooldowns = store.unresolved();
        if (node.equals(NodeName.LOCAL)) {
            pool.restore(cooldowns, store.errors());
        } else {
            // whose they are is not known here: other nodes may live on that find out when they have run out
            pool.restore(List.of(), store.errors());
            pool.apply(cooldowns.stream()
                    .map(one -> new RemotePoolEvent(new PoolEvent.CooldownBegan(one), Duration.ZERO))
                    .toList());
        }
        unwrittenErrors = new UnwrittenErrors();
        pool.onEvent(unwrittenErrors);
        loaded = true;
    }

    /** Writes down what is new: once a second, and a last time before the stop. */
    @Schedule(hour = "*", minute = "*", second = "*", persistent = false)
    public synchronized void keep() {
        if (!loaded) {
            return;
        }
        try {
            keepCooldowns();
            keepErrors();
            failing = false;
        } catch (RuntimeException notNow) {
            if (!failing) {
                LOG.log(System.Logger.Level.WARNING, "cooldowns are not written down yet: " + notNow);
            }
            failing = true;
        }
    }

    private void keepCooldowns() {
        pool.expireCooldowns();
        List<CooldownRecord> fresh = unwritten.take();
        if (fresh.isEmpty()) {
            return;
        }
        try {
            store.put(fresh);
        } catch (RuntimeException notNow) {
            unwritten.putBack(fresh);
            throw notNow;
        }
    }

    private void keepErrors() {
        Set<String> changed = unwrittenErrors.take();
        if (changed.isEmpty()) {
            return;
        }
        try {
            store.putErrors(changed, pool.errors());
        } catch (RuntimeException notNow) {
            unwrittenErrors.putBack(changed);
            throw notNow;
        }
    }

    @Schedule(hour = "*", persistent = false)
    synchronized void prune() {
        if (!loaded || !leader.isLeader()) {
            return;
        }
        try {
            store.prune(clock.instant());
        } catch (RuntimeException notNow) {
            LOG.log(System.Logger.Level.WARNING, "old cooldowns are kept for another hour: " + notNow);
        }
    }
}
