package sidecar.pool;

import sidecar.provider.Provider;

/** What the pool tells operators about a provider, and the one thing they may ask of it. Callable from any thread. */
public interface Standings {

    /** How {@code provider} stands right now. */
    Standing standing(Provider provider);

    /** Ends the provider's cooldowns and forgets its errors and its 429s in a row. */
    void clear(String providerId);
}
