package sidecar.provider;

/** What operators and probes may see and do about a provider's state. Callable from any thread; never blocks. */
public interface ProviderStatusService {
    /** How {@code provider} stands at this moment. */
    ProviderStatusView status(Provider provider);

    /** Ends its cooldown and forgets its error and its missing models; without effect on one that has none. */
    void clear(String providerId);

    /** A probe was answered: its host is reachable, whatever attempts have met. */
    void answered(Provider provider);

    /** A probe's chat was answered: an error of the provider's credential is over. */
    void credentialAccepted(Provider provider);

    /**
     * A probe's chat with that model has ended.
     *
     * @param answered whether it was answered well: what failed meanwhile was one request's fault
     */
    void chatCompleted(Provider provider, String model, boolean answered);

    /** Whether a probe is out that finds out whether its credential is accepted again. */
    boolean checking(Provider provider);

    /**
     * A question of ours was refused for the provider's key.
     *
     * @param chat whether it was a chat; else it is believed only unless the last real attempt succeeded
     */
    void credentialRefused(Provider provider, String message, boolean chat);
}
