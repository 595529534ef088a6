package sidecar.pool;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import sidecar.failure.FailureClass;
import sidecar.limit.Grant;
import sidecar.provider.Provider;

/** What attempts tell the pool, from their beginning to their end. Thread-safe; never blocks. */
final class Outcomes {

    /** How long an account's "I do not have this model" is believed. */
    static final Duration MISSING_FOR = Duration.ofHours(1);

    private static final System.Logger LOG = System.getLogger(Outcomes.class.getName());

    private final Memory memory;

    Outcomes(Memory memory) {
        this.memory = memory;
    }

    /** An attempt begins on that grant. */
    Lease leased(Provider provider, Wish wish, Grant grant, boolean emergency) {
        long now = memory.now();
        String model = wish.model().orElse("");
        boolean cooldown = !emergency && memory.cooldowns.probes(provider, model);
        ProviderState after = memory.change(
                provider.id(),
                state -> state.taken(now)
                        .probing(
                                model,
                                state.pulse(model).probing()
                                        || state.pulse(model).halfOpen(now)));
        memory.changeHost(provider, pulse -> pulse.halfOpen(now) ? pulse.probing(true) : pulse);
        boolean health = after.pulse(model).probing() || memory.host(provider).probing();
        Lease lease = new Lease(this, provider, model, grant, now, cooldown || health, emergency);
        memory.workers.began(lease);
        return lease;
    }

    void unused(Lease lease) {
        lease.grant().refund();
        if (lease.grant().freesRoom()) {
            memory.room();
        }
    }

    void released(Lease lease) {
        boolean undecided = lease.verdict();
        if (undecided) {
            undecided(lease);
        }
        lease.grant().close();
        memory.workers.ended(lease);
        memory.change(lease.provider().id(), ProviderState::released);
        if (undecided || lease.grant().freesRoom() || memory.workers.most(lease.workers(), memory.now()) > 0) {
            memory.room();
        }
    }

    private void undecided(Lease lease) {
        memory.cooldowns.undecided(lease.provider(), lease.model());
        memory.change(lease.provider().id(), state -> state.probing(lease.model(), false));
        memory.changeHost(lease.provider(), pulse -> pulse.probing(false));
    }

    void succeeded(Lease lease, int status) {
        long now = memory.now();
        memory.record(lease.provider()).note(true, status, now - lease.startedNanos(), now);
        memory.change(lease.provider().id(), state -> state.well(lease.model()));
        memory.hostWell(lease.provider());
        memory.cooldowns.succeeded(lease);
        if (lease.verdict() || lease.emergency()) {
            memory.room();
        }
    }

    void failed(Lease lease, Lease.Failed failed) {
        Provider provider = lease.provider();
        FailureClass kind = failed.kind();
        long now = memory.now();
        memory.record(provider).note(kind == FailureClass.CLIENT, failed.status(), now - lease.startedNanos(), now);
        boolean awaited = lease.verdict();
        if (kind == FailureClass.RATE_LIMITED && !lease.emergency()) {
            memory.cooldowns.limited(lease, failed, memory.quotas.share(memory.quota(provider)), members(provider));
        } else if (kind == FailureClass.MODEL_BUSY) {
            int most = memory.workers.busy(lease, now);
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "all workers of {0} are busy; at most {1} attempts at once",
                    lease.workers(),
                    most);
        } else if (kind == FailureClass.CREDENTIAL) {
            refuse(provider, failed.status(), failed.message());
        } else if (kind == FailureClass.MODEL_MISSING) {
            long until = now + MISSING_FOR.toNanos();
            memory.change(provider.id(), state -> state.without(lease.model(), until));
        } else if (kind == FailureClass.NETWORK) {
            memory.hostFailed(provider, failed.message(), lease.startedNanos());
        } else if (kind.hurtsModel()) {
            memory.change(
                    provider.id(), state -> state.hurt(lease.model(), failed.message(), lease.startedNanos(), now));
        }
        if (awaited) {
            // a probe that failed otherwise than expected has decided nothing
            undecided(lease);
        }
        if (awaited || kind == FailureClass.CREDENTIAL || kind == FailureClass.MODEL_MISSING) {
            memory.room(); // also for those who now wait in vain
        }
    }

    private Set<String> members(Provider provider) {
        return memory.catalog().group(provider.group()).stream()
                .map(Provider::id)
                .collect(Collectors.toSet());
    }

    private void refuse(Provider provider, int status, String message) {
        ProviderState after = memory.change(
                provider.id(),
                state -> status == 403 && state.forbidden() == 0 ? state.forbiddenOnce() : state.inError(message));
        if (after.error().isPresent()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "provider {0} is in error: {1}; it is not used until it is edited or tested",
                    provider.name(),
                    message);
        }
    }

    void answered(Provider provider) {
        memory.hostWell(provider);
        memory.room();
    }

    void credentialRefused(Provider provider, int status, String message) {
        if (!memory.record(provider).lastSucceeded()) {
            refuse(provider, status, message);
        }
    }
}
