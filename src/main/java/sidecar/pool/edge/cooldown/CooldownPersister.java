package sidecar.pool.edge.cooldown;

import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import sidecar.pool.ProviderPool;
import sidecar.pool.event.CooldownRecord;
import sidecar.pool.event.UnwrittenCooldowns;

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

    @EJB
    private CooldownStore store;

    private boolean loaded;
    private boolean failing;
    private Map<String, String> written;

    /** Takes up what an earlier run left. Call once the schema and the providers are there. */
    public synchronized void load() {
        store.prune(clock.instant());
        written = store.errors();
        pool.restore(store.unresolved(), written);
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
        Map<String, String> errors = pool.errors();
        if (!errors.equals(written)) {
            store.putErrors(errors);
            written = errors;
        }
    }

    @Schedule(hour = "*", persistent = false)
    synchronized void prune() {
        if (!loaded) {
            return;
        }
        try {
            store.prune(clock.instant());
        } catch (RuntimeException notNow) {
            LOG.log(System.Logger.Level.WARNING, "old cooldowns are kept for another hour: " + notNow);
        }
    }
}
