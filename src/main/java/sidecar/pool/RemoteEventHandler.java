package sidecar.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import sidecar.pool.cooldown.EmergencyLimiter;
import sidecar.pool.event.PoolEvent;
import sidecar.pool.event.RemotePoolEvent;
import sidecar.provider.Provider;

/**
 * Lets act here what other nodes have learned, as if it had been learned here, but tells it to nobody. What runs out, that node may try first (ADR 043).
 * Thread-safe; never blocks.
 */
final class RemoteEventHandler {

    /** Who has begun a cooldown, or found an outage, finds out first whether it is over; the others wait so long for that, and up to as long again. */
    private static final Duration HEAD_START = Duration.ofSeconds(2);

    /** An attempt that finds out is told of again well before this is over, or its node is gone. */
    private static final Duration PROBE_LIVES = Duration.ofSeconds(10);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final PoolState poolState;
    private final EmergencyLimiter emergencyLimiter;
    private final RandomGenerator random;

    RemoteEventHandler(PoolState poolState, EmergencyLimiter emergencyLimiter, RandomGenerator random) {
        this.poolState = poolState;
        this.emergencyLimiter = emergencyLimiter;
        this.random = random;
    }

    void apply(RemotePoolEvent remote) {
        PoolEvent event = remote.event();
        Duration age = remote.age();
        if (event instanceof PoolEvent.CooldownChange change) {
            cooldown(change);
        } else if (event instanceof PoolEvent.HostPaused paused) {
            poolState.cooldowns.pausedElsewhere(paused, age);
        } else if (event instanceof PoolEvent.HostDown down) {
            poolState.hostDownElsewhere(down, down.pause().minus(age).plus(spread(HEAD_START)));
        } else if (event instanceof PoolEvent.HostRecovered recovered) {
            poolState.hostRecoveredElsewhere(recovered.origin());
        } else if (event instanceof PoolEvent.ModelConcurrencyCapped capped) {
            poolState.modelConcurrency.busyElsewhere(capped.workers(), capped.max(), poolState.now());
        } else {
            ofProvider(event, age);
        }
    }

    private void cooldown(PoolEvent.CooldownChange change) {
        if (!(change instanceof PoolEvent.CooldownEnded)) {
            poolState.cooldowns.begunElsewhere(change.cooldown(), spread(HEAD_START));
        } else if (change.cooldown().settled()) { // by time it ends here too
            poolState.cooldowns.endedElsewhere(change.cooldown());
        }
    }

    private void ofProvider(PoolEvent event, Duration age) {
        if (event instanceof PoolEvent.ModelDown down) {
            down(down, age);
        } else if (event instanceof PoolEvent.ModelRecovered recovered) {
            poolState.change(recovered.providerId(), state -> state.well(recovered.model(), recovered.use()));
        } else if (event instanceof PoolEvent.ModelMissing missing) {
            long now = poolState.now();
            long until = now + missing.believed().minus(age).toNanos();
            poolState.change(missing.providerId(), state -> state.without(missing.model(), missing.use(), until, now));
        } else if (event instanceof PoolEvent.CredentialRefused refused) {
            refused(refused);
        } else if (event instanceof PoolEvent.CredentialAccepted accepted) {
            poolState.verificationProbes.accepted(accepted.providerId());
            poolState.confirmations.served(accepted.providerId());
            poolState.change(accepted.providerId(), ProviderState::accepted);
        } else if (event instanceof PoolEvent.ProviderCleared cleared) {
            poolState.clearedElsewhere(cleared.providerId());
        } else if (event instanceof PoolEvent.EmergencyGranted granted && age.compareTo(MINUTE) < 0) {
            provider(granted.providerId())
                    .ifPresent(provider -> emergencyLimiter.takenElsewhere(poolState.quota(provider), poolState.now()));
        } else if (event instanceof PoolEvent.ProbeStarted probe && age.compareTo(PROBE_LIVES) < 0) {
            provider(probe.providerId()).ifPresent(provider -> probed(provider, probe, age));
        } else if (event instanceof PoolEvent.ProbeUndecided probe) {
            provider(probe.providerId())
                    .ifPresent(provider ->
                            poolState.cooldowns.undecidedElsewhere(provider, probe.model(), spread(Duration.ZERO)));
        }
    }

    private Optional<Provider> provider(String id) {
        return poolState.catalog().byId(id);
    }

    private void down(PoolEvent.ModelDown down, Duration age) {
        long now = poolState.now();
        long until = now + down.pause().minus(age).plus(spread(HEAD_START)).toNanos();
        poolState.change(
                down.providerId(),
                state -> state.withHealth(
                        down.model(),
                        down.use(),
                        health -> health.downElsewhere(down.message(), down.failures(), down.outages(), until, now)));
    }

    /** Unless it has another key by now: that of the refused one was edited, and this node, or that one, knew it first. */
    private void refused(PoolEvent.CredentialRefused refused) {
        boolean other = provider(refused.providerId())
                .filter(provider -> !provider.endpoint().identity().equals(refused.account()))
                .isPresent();
        if (!other) {
            poolState.change(refused.providerId(), state -> state.inError(refused.message()));
            poolState.verificationProbes.failed(refused.providerId(), "");
        }
    }

    private void probed(Provider provider, PoolEvent.ProbeStarted probe, Duration age) {
        Duration wait = spread(PROBE_LIVES).minus(age);
        long until = poolState.now() + wait.toNanos();
        poolState.cooldowns.probedElsewhere(provider, probe.model(), wait);
        poolState.change(
                provider.id(),
                state -> state.withHealth(probe.model(), probe.use(), health -> health.leftToOthersUntil(until)));
        poolState.changeHost(provider, health -> health.leftToOthersUntil(until));
    }

    /** By chance, so that several nodes that have waited do not all try at once. */
    private Duration spread(Duration least) {
        return least.plusNanos((long) (HEAD_START.toNanos() * random.nextDouble()));
    }
}
