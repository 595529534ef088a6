package sidecar.affinity.edge;

import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.util.List;
import sidecar.affinity.IssuedIds;

/**
 * Keeps remembered ids over a restart: the request path only notes them, this writes them down. Has no transaction of
 * its own, so that one of the store that fails can be tried again.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class IssuedIdPersister {

    private static final System.Logger LOG = System.getLogger(IssuedIdPersister.class.getName());

    @Inject
    private IssuedIds ids;

    @EJB
    private IssuedIdStore store;

    private volatile boolean loaded;

    /** Takes up what an earlier run remembered. Call once the schema is there. */
    public void load() {
        ids.restore(store.all());
        loaded = true;
    }

    /** Writes down what is new. Called while there is a database still, when the application ends. */
    @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
    public void keep() {
        if (!loaded) {
            return;
        }
        List<IssuedIds.Issued> fresh = ids.fresh();
        if (fresh.isEmpty()) {
            return;
        }
        try {
            store.add(fresh);
        } catch (RuntimeException notNow) {
            ids.requeue(fresh);
            LOG.log(System.Logger.Level.WARNING, "issued ids are not written down yet: " + notNow);
        }
    }

    @PreDestroy
    void last() {
        keep();
    }
}
