package sidecar.pool;

import sidecar.provider.Provider;

/** What operators may see and do about a provider's state. Callable from any thread; never blocks. */
public interface Standings {
    /** How {@code provider} stands at this moment. */
    Standing standing(Provider provider);

    /** Ends its cooldown and forgets its error and its missing models; without effect on one that has none. */
    void clear(String providerId);
}
