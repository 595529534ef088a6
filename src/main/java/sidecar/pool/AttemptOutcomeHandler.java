package sidecar.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sidecar.failure.FailureClass;
import sidecar.limit.Grant;
import sidecar.limit.QuotaLimits;
import sidecar.provider.Provider;

/** What attempts tell the pool, from their beginning to their end. Thread-safe; never blocks. */
final class AttemptOutcomeHandler {

    /** How long an account's "I do not have this model" is believed. */
    static final Duration MISSING_FOR = Duration.ofHours(1);

    private static final int UNAUTHORIZED = 401;

    /** Kinds of path on which an account that works is served: what a key lacks for others says nothing of these. */
    private static final Set<String> TALKING =
            Set.of("", SelectionCriteria.CHAT, "COMPLETIONS", "RESPONSES", "MESSAGES");

    private static final System.Logger LOG = System.getLogger(AttemptOutcomeHandler.class.getName());

    private final PoolState memory;

    AttemptOutcomeHandler(PoolState memory) {
        this.memory = memory;
    }

    /** An attempt begins on that grant. */
    Lease leased(Provider provider, SelectionCriteria wish, Grant grant, boolean emergency) {
        long now = memory.now();
        String model = wish.model().orElse("");
        String use = wish.use();
        boolean cooldown = !emergency && memory.cooldowns.probes(provider, model);
        ProviderState after = memory.change(
                provider.id(),
                state -> state.taken(now)
                        .probing(
                                model,
                                use,
                                state.pulse(model, use).probing()
                                        || state.pulse(model, use).halfOpen(now)));
        memory.changeHost(provider, pulse -> pulse.halfOpen(now) ? pulse.probing(true) : pulse);
        boolean health =
                after.pulse(model, use).probing() || memory.host(provider).probing();
        Lease lease = new Lease(this, provider, model, use, grant, now, cooldown || health, emergency);
        memory.workers.began(lease);
        return lease;
    }

    void unused(Lease lease) {
        lease.grant().refund();
        memory.room();
    }

    void released(Lease lease) {
        boolean undecided = lease.verdict();
        if (undecided) {
            undecided(lease);
        }
        lease.grant().close();
        memory.workers.ended(lease);
        memory.change(lease.provider().id(), ProviderState::released);
        if (undecided || freesRoom(lease)) {
            memory.room();
        }
    }

    /** Whether its end may let another attempt begin; as limits are now, not as they were when it began. */
    private boolean freesRoom(Lease lease) {
        Provider provider = memory.catalog().byId(lease.provider().id()).orElse(lease.provider());
        QuotaLimits quota = memory.quota(provider);
        return quota.concurrency() > 0 || quota.tpm() > 0 || memory.workers.most(lease.workers(), memory.now()) > 0;
    }

    private void undecided(Lease lease) {
        memory.cooldowns.undecided(lease.provider(), lease.model());
        memory.change(lease.provider().id(), state -> state.probing(lease.model(), lease.use(), false));
        memory.changeHost(lease.provider(), pulse -> pulse.probing(false));
    }

    void succeeded(Lease lease, int status) {
        long now = memory.now();
        memory.witnesses.served(model(lease));
        memory.witnesses.served(key(lease.provider()));
        memory.record(lease.provider()).note(true, status, now - lease.startedNanos(), now);
        memory.change(lease.provider().id(), state -> state.well(lease.model(), lease.use()));
        memory.hostWell(lease.provider());
        boolean ends = memory.cooldowns.succeeded(lease);
        if (lease.verdict() || ends) {
            memory.room();
        }
    }

    void failed(Lease lease, Lease.Failed failed) {
        Provider provider = lease.provider();
        FailureClass kind = failed.kind();
        long now = memory.now();
        memory.record(provider).note(kind == FailureClass.CLIENT, failed.status(), now - lease.startedNanos(), now);
        boolean awaited = lease.verdict();
        boolean sooner = false;
        if (kind == FailureClass.RATE_LIMITED && !lease.emergency()) {
            sooner = memory.cooldowns.limited(
                    lease, failed, memory.quotas.share(memory.quota(provider)), members(provider));
        } else if (kind == FailureClass.MODEL_BUSY) {
            int most = memory.workers.busy(lease, now);
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "all workers of {0} are busy; at most {1} attempts at once",
                    lease.workers(),
                    most);
        } else if (kind == FailureClass.CREDENTIAL) {
            credential(lease, failed, now);
        } else if (kind == FailureClass.MODEL_MISSING) {
            missing(lease, failed, now);
        } else if (kind == FailureClass.NETWORK) {
            if (memory.hostFailed(provider, failed, lease.startedNanos()).doubtful()) {
                memory.checks.doubt(provider.id(), lease.model());
            }
        } else if (kind.hurtsModel() && !lease.model().isEmpty()) {
            ProviderState hurt = memory.change(
                    provider.id(), state -> state.hurt(lease.model(), lease.use(), failed, lease.startedNanos(), now));
            if (hurt.pulse(lease.model(), lease.use()).doubtful()) {
                memory.checks.doubt(provider.id(), lease.model());
            }
        }
        if (awaited) {
            // a probe that failed otherwise than expected has decided nothing
            undecided(lease);
        }
        if (awaited || sooner || kind == FailureClass.CREDENTIAL || kind == FailureClass.MODEL_MISSING) {
            memory.room(); // also for those who now wait in vain
        }
    }

    /**
     * A 401 to a chat speaks of the key. Everything else may speak of the request, or of what the key is not for: a probe, or
     * a second request that a probe has not just contradicted, tells.
     */
    private void credential(Lease lease, Lease.Failed failed, long now) {
        Provider provider = lease.provider();
        boolean plain = failed.status() == UNAUTHORIZED && !lease.model().isEmpty() && TALKING.contains(lease.use());
        boolean believed = plain
                || failed.request().usual()
                || (!memory.checks.contradicted(provider.id(), lease.model())
                        && memory.witnesses.confirms(
                                key(provider), failed.request().content(), now));
        if (believed) {
            refuse(provider, lease.model(), failed.message());
        } else {
            memory.checks.doubt(provider.id(), lease.model());
        }
    }

    /** Where no model was asked for, none can be missing. */
    private void missing(Lease lease, Lease.Failed failed, long now) {
        if (lease.model().isEmpty()) {
            return;
        }
        boolean contradicted = TALKING.contains(lease.use())
                && memory.checks.contradicted(lease.provider().id(), lease.model());
        boolean believed = failed.request().usual()
                || (!contradicted
                        && memory.witnesses.confirms(
                                model(lease), failed.request().content(), now));
        if (believed) {
            long until = now + MISSING_FOR.toNanos();
            memory.change(lease.provider().id(), state -> state.without(lease.model(), lease.use(), until, now));
        } else {
            memory.checks.doubt(lease.provider().id(), lease.model());
        }
    }

    private static String key(Provider provider) {
        return provider.id();
    }

    private static String model(Lease lease) {
        return lease.provider().id() + ' ' + lease.use() + ' ' + lease.model();
    }

    private Set<String> members(Provider provider) {
        return memory.catalog().group(provider.group()).stream()
                .map(Provider::id)
                .collect(Collectors.toSet());
    }

    private void refuse(Provider provider, String model, String message) {
        Optional<String> before = memory.state(provider).error();
        memory.change(provider.id(), state -> state.inError(message));
        memory.checks.refused(provider.id(), model);
        // a probe may meet the same refusal every minute: that is no news
        if (!before.equals(Optional.of(message))) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "provider {0} is in error: {1}; it is not used until it is edited, or a test or a check of ours succeeds",
                    provider.name(),
                    message);
        }
    }

    void answered(Provider provider) {
        if (memory.hostWell(provider)) {
            memory.room();
        }
    }

    void credentialAccepted(Provider provider) {
        memory.checks.accepted(provider.id());
        memory.witnesses.served(key(provider));
        if (memory.state(provider).error().isPresent()) {
            memory.change(provider.id(), ProviderState::accepted);
            LOG.log(System.Logger.Level.INFO, "provider {0} is accepted again", provider.name());
            memory.room();
        }
    }

    void credentialRefused(Provider provider, String message, boolean chat) {
        if (chat || !memory.record(provider).lastSucceeded()) {
            refuse(provider, "", message);
        }
    }
}
