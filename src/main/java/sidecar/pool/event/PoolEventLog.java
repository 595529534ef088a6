package sidecar.pool.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** Says in the server's log what the pool has learned. */
public final class PoolEventLog implements PoolEventListener {

    private static final System.Logger LOG = System.getLogger(PoolEventLog.class.getName());

    private final String sharedAccount;

    /** @param sharedAccount what operators are told where several keys seem to be of one account */
    public PoolEventLog(String sharedAccount) {
        this.sharedAccount = sharedAccount;
    }

    @Override
    public void learned(PoolEvent event) {
        if (event instanceof PoolEvent.CooldownBegan began) {
            CooldownRecord cooldown = began.cooldown();
            LOG.log(
                    Level.INFO,
                    "{0} {1} cools {2} s: {3}; number {4} in a row",
                    cooldown.model().isEmpty() ? "provider" : "model " + cooldown.model() + " of provider",
                    cooldown.providerName(),
                    seconds(cooldown.length()),
                    cooldown.summary(),
                    cooldown.count());
        } else if (event instanceof PoolEvent.HostPaused paused) {
            LOG.log(
                    paused.oneAccount() ? Level.WARNING : Level.INFO,
                    "{0} is paused {1} s: {2} keys got 429 within {3} s although little of their minute was used{4}",
                    paused.origin(),
                    seconds(paused.pause()),
                    paused.keys(),
                    paused.within().toSeconds(),
                    paused.oneAccount() ? "; " + sharedAccount : "");
        } else if (event instanceof PoolEvent.HostDown down && down.outages() == 1) {
            LOG.log(
                    Level.WARNING,
                    "{0} is down: {1}; {2} failures in a row",
                    down.origin(),
                    down.message(),
                    down.failures());
        } else if (event instanceof PoolEvent.HostRecovered recovered) {
            LOG.log(Level.INFO, "{0} is reachable again", recovered.origin());
        } else if (event instanceof PoolEvent.CredentialRefused refused) {
            LOG.log(
                    Level.WARNING,
                    "provider {0} is in error: {1}; it is not used until it is edited, or a test or a check of ours succeeds",
                    refused.providerName(),
                    refused.message());
        } else if (event instanceof PoolEvent.CredentialAccepted accepted) {
            LOG.log(Level.INFO, "provider {0} is accepted again", accepted.providerName());
        } else if (event instanceof PoolEvent.ModelConcurrencyCapped capped) {
            LOG.log(
                    Level.DEBUG,
                    "all workers of {0} are busy; at most {1} attempts at once",
                    capped.workers(),
                    capped.max());
        } else if (event instanceof PoolEvent.EmergencyGranted granted) {
            LOG.log(
                    Level.INFO,
                    "provider {0} is asked although it cools: nothing else is left",
                    granted.providerName());
        }
    }

    /** Rounded: a moment after it began, a cooldown of 30 s is not one of 29. */
    private static long seconds(Duration left) {
        return left.plusMillis(500).toSeconds();
    }
}
