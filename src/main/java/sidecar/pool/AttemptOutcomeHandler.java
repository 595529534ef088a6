package sidecar.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import sidecar.failure.FailureClass;
import sidecar.limit.Grant;
import sidecar.limit.QuotaLimits;
import sidecar.pool.event.PoolEvent;
import sidecar.provider.Provider;

/** What attempts tell the pool, from their beginning to their end. Thread-safe; never blocks. */
final class AttemptOutcomeHandler {

    /** How long an account's "I do not have this model" is believed. */
    static final Duration MISSING_FOR = Duration.ofHours(1);

    private static final int UNAUTHORIZED = 401;

    private final PoolState poolState;

    /** The attempts that are out to find out whether a cooldown or an outage is over. */
    private final Set<Lease> probes = ConcurrentHashMap.newKeySet();

    AttemptOutcomeHandler(PoolState poolState) {
        this.poolState = poolState;
    }

    /** An attempt begins on that grant. */
    Lease leased(Provider provider, SelectionCriteria criteria, Grant grant, boolean emergency) {
        long now = poolState.now();
        String model = criteria.model().orElse("");
        String use = criteria.useAt(provider).kind();
        boolean another = poolState.state(provider).health(model, use).probing()
                || poolState.host(provider).probing();
        boolean cooldown = !emergency && poolState.cooldowns.probes(provider, model);
        ProviderState after = poolState.change(
                provider.id(),
                state -> state.taken(now)
                        .probing(
                                model,
                                use,
                                state.health(model, use).probing()
                                        || state.health(model, use).halfOpen(now)));
        poolState.changeHost(provider, health -> health.halfOpen(now) ? health.probing(true) : health);
        boolean health =
                after.health(model, use).probing() || poolState.host(provider).probing();
        Lease lease =
                new Lease(this, provider, model, criteria.useAt(provider), grant, now, cooldown || health, emergency);
        poolState.modelConcurrency.began(lease);
        if (cooldown || (health && !another)) {
            probes.add(lease);
            poolState.learned(started(lease));
        }
        return lease;
    }

    private static PoolEvent started(Lease probe) {
        return new PoolEvent.ProbeStarted(
                probe.provider().id(), probe.model(), probe.use().kind());
    }

    /** Tells once more of the attempts that are out to find something out. */
    void retellProbes() {
        probes.forEach(probe -> poolState.learned(started(probe)));
    }

    void unused(Lease lease) {
        lease.grant().refund();
        poolState.capacityFreed();
    }

    void released(Lease lease) {
        boolean undecided = lease.verdict();
        if (undecided) {
            undecided(lease);
        }
        lease.grant().close();
        poolState.modelConcurrency.ended(lease);
        poolState.change(lease.provider().id(), ProviderState::released);
        if (undecided || freesCapacity(lease)) {
            poolState.capacityFreed();
        }
    }

    /** Whether its end may let another attempt begin; as limits are now, not as they were when it began. */
    private boolean freesCapacity(Lease lease) {
        Provider provider = poolState.catalog().byId(lease.provider().id()).orElse(lease.provider());
        QuotaLimits limits = poolState.quota(provider);
        return limits.concurrency() > 0
                || limits.tpm() > 0
                || poolState.modelConcurrency.max(lease.workers(), poolState.now()) > 0;
    }

    private void undecided(Lease lease) {
        poolState.cooldowns.undecided(lease.provider(), lease.model());
        poolState.change(
                lease.provider().id(),
                state -> state.probing(lease.model(), lease.use().kind(), false));
        poolState.changeHost(lease.provider(), health -> health.probing(false));
        if (probes.remove(lease)) {
            poolState.learned(new PoolEvent.ProbeUndecided(
                    lease.provider().id(), lease.model(), lease.use().kind()));
        }
    }

    void succeeded(Lease lease, int status) {
        long now = poolState.now();
        poolState.confirmations.served(model(lease));
        poolState.confirmations.served(key(lease.provider()));
        poolState.record(lease.provider()).note(true, status, now - lease.startedNanos(), now);
        probes.remove(lease);
        poolState.modelSucceeded(lease);
        poolState.hostSucceeded(lease.provider());
        boolean ends = poolState.cooldowns.succeeded(lease);
        if (lease.verdict() || ends) {
            poolState.capacityFreed();
        }
    }

    void failed(Lease lease, Lease.Failed failed) {
        Provider provider = lease.provider();
        FailureClass kind = failed.kind();
        long now = poolState.now();
        poolState.record(provider).note(kind == FailureClass.CLIENT, failed.status(), now - lease.startedNanos(), now);
        boolean awaited = lease.verdict();
        boolean sooner = false;
        if (kind == FailureClass.RATE_LIMITED && !lease.emergency()) {
            sooner = poolState.cooldowns.limited(
                    lease, failed, poolState.rateLimiter.share(poolState.quota(provider)), members(provider));
        } else if (kind == FailureClass.MODEL_BUSY) {
            int max = poolState.modelConcurrency.busy(lease, now);
            poolState.learned(new PoolEvent.ModelConcurrencyCapped(lease.workers(), max));
        } else if (kind == FailureClass.CREDENTIAL) {
            credential(lease, failed);
        } else if (kind == FailureClass.MODEL_MISSING) {
            missing(lease, failed, now);
        } else if (kind == FailureClass.NETWORK) {
            if (poolState.hostFailed(provider, failed, lease.startedNanos()).needsConfirmation()) {
                poolState.verificationProbes.requestCheck(provider.id(), lease.model());
            }
        } else if (kind.countsAgainstModel() && !lease.model().isEmpty()) {
            if (poolState.modelFailed(lease, failed).needsConfirmation()) {
                poolState.verificationProbes.requestCheck(provider.id(), lease.model());
            }
        }
        if (awaited) {
            // a probe that failed otherwise than expected has decided nothing
            undecided(lease);
        }
        if (awaited || sooner || kind == FailureClass.CREDENTIAL || kind == FailureClass.MODEL_MISSING) {
            poolState.capacityFreed(); // also for those who now wait in vain
        }
    }

    /**
     * A 401 to a chat speaks of the key. Everything else may speak of the request, or of what the key is not for: a probe, or
     * a second request that a probe has not just contradicted, tells.
     */
    private void credential(Lease lease, Lease.Failed failed) {
        Provider provider = lease.provider();
        boolean plain = failed.status() == UNAUTHORIZED
                && !lease.model().isEmpty()
                && lease.use().textual();
        boolean believed = plain
                || failed.request().usual()
                || (!poolState.verificationProbes.isContradicted(provider.id(), lease.model())
                        && poolState.confirmations.confirm(
                                key(provider), failed.request().content()));
        if (believed) {
            refuse(provider, lease.model(), failed.message());
        } else {
            poolState.verificationProbes.requestCheck(provider.id(), lease.model());
        }
    }

    /** Where no model was asked for, none can be missing. */
    private void missing(Lease lease, Lease.Failed failed, long now) {
        if (lease.model().isEmpty()) {
            return;
        }
        boolean contradicted = lease.use().textual()
                && poolState.verificationProbes.isContradicted(lease.provider().id(), lease.model());
        boolean believed = failed.request().usual()
                || (!contradicted
                        && poolState.confirmations.confirm(
                                model(lease), failed.request().content()));
        if (believed) {
            long until = now + MISSING_FOR.toNanos();
            poolState.change(
                    lease.provider().id(),
                    state -> state.without(lease.model(), lease.use().kind(), until, now));
            poolState.learned(new PoolEvent.ModelMissing(
                    lease.provider().id(), lease.model(), lease.use().kind(), MISSING_FOR));
        } else {
            poolState.verificationProbes.requestCheck(lease.provider().id(), lease.model());
        }
    }

    private static String key(Provider provider) {
        return provider.id();
    }

    private static String model(Lease lease) {
        return lease.provider().id() + ' ' + lease.use().kind() + ' ' + lease.model();
    }

    private Set<String> members(Provider provider) {
        return poolState.catalog().group(provider.group()).stream()
                .map(Provider::id)
                .collect(Collectors.toSet());
    }

    private void refuse(Provider provider, String model, String message) {
        poolState.change(provider.id(), state -> {
            // a probe may meet the same failure every minute: that is no news
            if (!state.error().equals(Optional.of(message))) {
                poolState.learned(new PoolEvent.CredentialRefused(
                        provider.id(), provider.name(), provider.endpoint().identity(), message));
            }
            return state.inError(message);
        });
        poolState.verificationProbes.failed(provider.id(), model);
    }

    void answered(Provider provider) {
        if (poolState.hostSucceeded(provider)) {
            poolState.capacityFreed();
        }
    }

    void credentialAccepted(Provider provider) {
        poolState.verificationProbes.accepted(provider.id());
        poolState.confirmations.served(key(provider));
        if (poolState.state(provider).error().isPresent()) {
            poolState.change(provider.id(), state -> {
                if (state.error().isPresent()) {
                    poolState.learned(new PoolEvent.CredentialAccepted(provider.id(), provider.name()));
                }
                return state.accepted();
            });
            poolState.capacityFreed();
        }
    }

    void credentialRefused(Provider provider, String message, boolean chat) {
        if (chat || !poolState.record(provider).lastSucceeded()) {
            refuse(provider, "", message);
        }
    }
}
