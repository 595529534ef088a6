package sidecar.pool.cooldown;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import sidecar.pool.Lease;
import sidecar.pool.PoolSettings;
import sidecar.pool.event.CooldownRecord;
import sidecar.pool.event.PoolEvent;
import sidecar.pool.event.PoolEventListener;
import sidecar.provider.CooldownScope;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.time.OpenCircuit;
import sidecar.time.Ticker;

/**
 * Who is left alone after 429s, and who may find out whether it is over. One lock, held for a few look-ups. Thread-safe;
 * never blocks.
 */
public final class Cooldowns {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final double JITTER = 0.1;

    private final Supplier<PoolSettings> settings;
    private final Ticker ticker;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final CooldownRecords open;
    private final PoolEventListener listener;
    private final HostCooldowns hosts = new HostCooldowns();
    private final Map<CooldownTarget, Cooldown> cooldowns = new HashMap<>();

    public Cooldowns(
            Supplier<PoolSettings> settings,
            Ticker ticker,
            InstantSource clock,
            RandomGenerator random,
            CooldownRecords open,
            PoolEventListener listener) {
        this.settings = settings;
        this.ticker = ticker;
        this.clock = clock;
        this.random = random;
        this.open = open;
        this.listener = listener;
    }

    /**
     * Why a provider is not to be asked for a model just now.
     *
     * @param freeIn until it is over; while it is over but an attempt is still finding out, zero, or, where that is another node's, until this
     *     one waits no longer
     * @param guess whether its length is our own guess, so that an emergency may ignore it
     */
    public record CooldownBlock(Duration freeIn, String reason, boolean verdict, boolean guess) {}

    /** What blocks it; empty when nothing does. */
    public synchronized Optional<CooldownBlock> block(Provider provider, String model) {
        if (cooldowns.isEmpty() && hosts.none()) {
            return Optional.empty(); // every provider of every request comes by here
        }
        long now = ticker.nanos();
        Optional<CooldownBlock> host = hosts.left(origin(provider), now)
                .map(left -> new CooldownBlock(left, "its host is paused: several keys got 429 at once", false, false));
        if (host.isPresent()) {
            return host;
        }
        List<Cooldown> those = on(provider, model).toList();
        Optional<Cooldown> longest =
                those.stream().filter(c -> c.active(now)).max((a, b) -> Long.signum(a.untilNanos() - b.untilNanos()));
        if (longest.isPresent()) {
            boolean guess = those.stream().filter(c -> c.active(now)).noneMatch(Cooldown::asked);
            return Optional.of(
                    new CooldownBlock(longest.get().left(now), longest.get().reason(), false, guess));
        }
        return those.stream()
                .filter(c -> c.probing() || !c.leftToOthers(now).isZero())
                .map(c -> new CooldownBlock(c.leftToOthers(now), c.reason(), true, false))
                .max(Comparator.comparing(CooldownBlock::freeIn));
    }

    private Stream<Cooldown> on(Provider provider, String model) {
        return scopes(provider, model).map(cooldowns::get).filter(c -> c != null);
    }

    private static Stream<CooldownTarget> scopes(Provider provider, String model) {
        return Stream.of(CooldownTarget.group(provider), CooldownTarget.model(provider, model));
    }

    /**
     * An attempt begins. Where a cooldown has run out unproven, it is the one that finds out.
     *
     * @return whether it is
     */
    public synchronized boolean probes(Provider provider, String model) {
        if (cooldowns.isEmpty()) {
            return false;
        }
        long now = ticker.nanos();
        boolean probe = false;
        for (CooldownTarget target : scopes(provider, model).toList()) {
            Cooldown known = cooldowns.get(target);
            if (known != null && !known.active(now) && known.leftToOthers(now).isZero()) {
                cooldowns.put(target, known.probing(true));
                probe = true;
            }
        }
        return probe;
    }

    /** A probing attempt ended without a verdict: the next one finds out. */
    public synchronized void undecided(Provider provider, String model) {
        scopes(provider, model).forEach(target -> cooldowns.computeIfPresent(target, (s, c) -> c.probing(false)));
    }

    /**
     * An attempt succeeded; one that began before a cooldown says nothing about it, unless it was let through in spite.
     *
     * @return whether that ends a cooldown
     */
    public synchronized boolean succeeded(Lease lease) {
        boolean ends = false;
        if (cooldowns.isEmpty()) {
            return ends;
        }
        for (CooldownTarget target : scopes(lease.provider(), lease.model()).toList()) {
            Cooldown known = cooldowns.get(target);
            if (known != null && !known.circuit().explains(lease.startedNanos())) {
                cooldowns.remove(target);
                open.ended(known.event());
                ends = true;
            }
        }
        return ends;
    }

    /**
     * An attempt got a 429.
     *
     * @param share how much of the group's minute is used, 0 … 1
     * @param members the ids of the group's providers
     * @return whether it ends cooldowns, because it reveals that the host is to blame
     */
    public synchronized boolean limited(Lease lease, Lease.Failed failed, double share, Set<String> members) {
        Provider provider = lease.provider();
        if (hosts.explains(origin(provider), lease.startedNanos())) {
            return false;
        }
        long now = ticker.nanos();
        Cooldown.RateLimitHit hit = new Cooldown.RateLimitHit(
                lease.startedNanos(),
                now,
                failed.retryAfter(),
                failed.message(),
                1 + JITTER * (2 * random.nextDouble() - 1));
        CooldownTarget target = scope(provider, lease.model(), hit, share, members);
        Cooldown before = cooldowns.get(target);
        Cooldown after = before == null
                ? Cooldown.first(settings.get(), hit, newId())
                : before.next(settings.get(), hit, newId());
        cooldowns.put(target, after);
        write(target, provider, Optional.ofNullable(before), after);
        boolean begun = before == null || !before.event().equals(after.event());
        return share < HostCooldowns.INNOCENT_SHARE
                && begun
                && suspect(
                        provider,
                        new HostCooldowns.RateLimitSuspect(
                                provider.group(), target, Optional.ofNullable(before), after, now));
    }

    private CooldownTarget scope(
            Provider provider, String model, Cooldown.RateLimitHit hit, double share, Set<String> members) {
        CooldownScope wanted = provider.limits().cooldownScope();
        CooldownTarget narrow = CooldownTarget.model(provider, model);
        if (wanted == CooldownScope.PROVIDER || model.isEmpty()) {
            return CooldownTarget.group(provider);
        }
        if (wanted == CooldownScope.MODEL) {
            return narrow;
        }
        boolean aboutTheModel = hit.asked().compareTo(LONG) > 0 || share < HostCooldowns.INNOCENT_SHARE;
        boolean itsOnlyModel =
                provider.mappings().size() == 1 && !provider.mappings().containsKey(ModelMapping.ANY);
        boolean another = cooldowns.entrySet().stream()
                .anyMatch(e -> members.contains(e.getKey().provider())
                        && !e.getKey().model().equals(model)
                        && e.getValue().active(hit.now()));
        return aboutTheModel && !itsOnlyModel && !another ? narrow : CooldownTarget.group(provider);
    }

    private void write(CooldownTarget target, Provider provider, Optional<Cooldown> before, Cooldown after) {
        Instant until = clock.instant().plus(after.left(ticker.nanos()));
        if (before.map(b -> b.event().equals(after.event())).orElse(false)) {
            if (before.get().untilNanos() != after.untilNanos()) {
                open.extended(after.event(), until, after.asked());
            }
            return;
        }
        before.ifPresent(b -> open.ended(b.event()));
        open.begun(new CooldownRecord(
                after.event(),
                provider.id(),
                provider.name(),
                target.group(),
                target.model(),
                after.count(),
                after.reason(),
                after.asked(),
                clock.instant(),
                until,
                Optional.empty(),
                false));
    }

    private boolean suspect(Provider provider, HostCooldowns.RateLimitSuspect suspect) {
        String origin = origin(provider);
        List<HostCooldowns.RateLimitSuspect> revealed = hosts.note(origin, suspect);
        if (revealed.isEmpty()) {
            return false;
        }
        for (HostCooldowns.RateLimitSuspect one : revealed) {
            open.ended(one.began().event());
            one.before().ifPresentOrElse(b -> cooldowns.put(one.target(), b), () -> cooldowns.remove(one.target()));
        }
        long now = suspect.atNanos();
        listener.learned(new PoolEvent.HostPaused(
                origin,
                hosts.left(origin, now).orElse(Duration.ZERO),
                hosts.pauses(origin),
                revealed.stream()
                        .map(HostCooldowns.RateLimitSuspect::group)
                        .distinct()
                        .count(),
                HostCooldowns.TOGETHER,
                hosts.isOneAccount(origin, now)));
        return true;
    }

    /** What operators are told of a host whose keys are refused together again and again. */
    public static final String SHARED_ACCOUNT = "these keys may share one account: set quota_group";

    private String newId() {
        return "cev_" + String.format("%012x", random.nextLong() & 0xffff_ffff_ffffL);
    }

    /** What an operator should look at. */
    public List<String> warnings(Provider provider) {
        return hosts.isOneAccount(origin(provider), ticker.nanos()) ? List.of(SHARED_ACCOUNT) : List.of();
    }

    /** Whether the provider as a whole cools: its group, its host, or every model it maps. The earliest end counts. */
    public synchronized Optional<CooldownBlock> whole(Provider provider) {
        Optional<CooldownBlock> shared = block(provider, "").filter(block -> !block.verdict());
        if (shared.isPresent() || provider.mappings().isEmpty()) {
            return shared;
        }
        CooldownBlock earliest = null;
        for (String model : provider.mappings().keySet()) {
            Optional<CooldownBlock> block = block(provider, model).filter(b -> !b.verdict());
            if (block.isEmpty()) {
                return Optional.empty();
            }
            if (earliest == null || block.get().freeIn().compareTo(earliest.freeIn()) < 0) {
                earliest = block.get();
            }
        }
        return Optional.ofNullable(earliest);
    }

    /** The most 429s in a row among its scopes. */
    public synchronized int consecutiveRateLimits(Provider provider) {
        return of(provider).mapToInt(e -> e.getValue().count()).max().orElse(0);
    }

    private Stream<Map.Entry<CooldownTarget, Cooldown>> of(Provider provider) {
        CooldownTarget group = CooldownTarget.group(provider);
        return cooldowns.entrySet().stream()
                .filter(e -> e.getKey().equals(group) || e.getKey().provider().equals(provider.id()));
    }

    /** An operator ends them all. */
    public synchronized void clear(Provider provider) {
        clear(provider, open::ended);
    }

    private void clear(Provider provider, Consumer<String> end) {
        hosts.clear(origin(provider));
        for (Map.Entry<CooldownTarget, Cooldown> known : of(provider).toList()) {
            cooldowns.remove(known.getKey());
            end.accept(known.getValue().event());
        }
    }

    /** How many scopes cool now. */
    public synchronized int active() {
        long now = ticker.nanos();
        return (int) cooldowns.values().stream().filter(c -> c.active(now)).count();
    }

    /** Takes up what an earlier run left. A wall clock that was set back meanwhile makes none longer than it was meant to be. */
    public synchronized void restore(CooldownRecord event) {
        cooldowns.merge(target(event), restored(event, 0), (a, b) -> a.untilNanos() - b.untilNanos() >= 0 ? a : b);
        open.restored(event);
    }

    private static CooldownTarget target(CooldownRecord event) {
        return event.group().isEmpty()
                ? new CooldownTarget("", event.provider(), event.model())
                : new CooldownTarget(event.group(), "", "");
    }

    private Cooldown restored(CooldownRecord event, long othersNanos) {
        long now = ticker.nanos();
        Duration left = Duration.between(clock.instant(), event.until());
        long until = now + (left.compareTo(event.length()) < 0 ? left : event.length()).toNanos();
        return new Cooldown(
                new OpenCircuit(event.count(), now, until, false),
                event.summary(),
                event.asked(),
                event.id(),
                othersNanos);
    }

    // what other nodes tell; none of it is told on

    /**
     * Another node has begun it, or extended it.
     *
     * @param headStart how long after its end that node may find out before this one does
     */
    public synchronized void begunElsewhere(CooldownRecord event, Duration headStart) {
        CooldownTarget target = target(event);
        Cooldown theirs = restored(event, headStart.toNanos());
        Cooldown known = cooldowns.get(target);
        if (known != null && known.event().equals(event.id())) {
            cooldowns.put(target, known.until(theirs.untilNanos(), event.asked()));
        } else if (known == null || known.yieldsTo(theirs)) {
            if (known != null) {
                open.replaced(known.event());
            }
            cooldowns.put(target, theirs);
        } else {
            return;
        }
        open.learnedElsewhere(event);
    }

    /** It is over and done with. */
    public synchronized void endedElsewhere(CooldownRecord event) {
        cooldowns.computeIfPresent(
                target(event), (target, known) -> known.event().equals(event.id()) ? null : known);
        open.forget(event.id());
    }

    /** An attempt of another node is finding out: this one waits for so long, unless more is heard. */
    public synchronized void probedElsewhere(Provider provider, String model, Duration wait) {
        long until = ticker.nanos() + wait.toNanos();
        scopes(provider, model)
                .forEach(target -> cooldowns.computeIfPresent(target, (same, known) -> known.leftToOthersUntil(until)));
    }

    /** That attempt has told nothing: this node waits no longer than so long. */
    public synchronized void undecidedElsewhere(Provider provider, String model, Duration wait) {
        long now = ticker.nanos();
        for (CooldownTarget target : scopes(provider, model).toList()) {
            cooldowns.computeIfPresent(
                    target,
                    (same, known) -> known.active(now)
                            ? known // it was an answer: the next one has begun
                            : known.leftToOthersAtMostUntil(now + wait.toNanos()));
        }
    }

    /** Another node has paused a host. */
    public synchronized void pausedElsewhere(PoolEvent.HostPaused event, Duration since) {
        hosts.pausedElsewhere(event.origin(), event.pauses(), event.pause().minus(since), since, ticker.nanos());
    }

    /** An operator has ended them all on another node. */
    public synchronized void clearedElsewhere(Provider provider) {
        clear(provider, open::forget);
    }

    private static String origin(Provider provider) {
        return provider.endpoint().url().origin();
    }
}
