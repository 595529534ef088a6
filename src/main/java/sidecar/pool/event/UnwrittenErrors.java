package sidecar.pool.event;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The providers of which it was learned here, and is not written down yet, whether their credential is accepted. Thread-safe; never blocks. */
public final class UnwrittenErrors implements PoolEventListener {

    private final Set<String> providers = new HashSet<>();

    @Override
    public synchronized void learned(PoolEvent event) {
        if (event instanceof PoolEvent.CredentialRefused refused) {
            providers.add(refused.providerId());
        } else if (event instanceof PoolEvent.CredentialAccepted accepted) {
            providers.add(accepted.providerId());
        } else if (event instanceof PoolEvent.ProviderCleared cleared) {
            providers.add(cleared.providerId());
        }
    }

    /** Their ids; from now on they count as written. */
    public synchronized Set<String> take() {
        Set<String> all = Set.copyOf(providers);
        providers.clear();
        return all;
    }

    /** They could not be written down. */
    public synchronized void putBack(Collection<String> ids) {
        providers.addAll(ids);
    }
}
