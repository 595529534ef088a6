package sidecar.probe;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import sidecar.pool.VerificationProbes;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.time.Ticker;

/**
 * Whose turn it is to be probed: every enabled provider once an interval, evenly apart, so that many keys of one host
 * are never probed together. Whoever waits longest is next, one that never was probed first of all. A probe that is still
 * out is not repeated. Thread-safe; never blocks.
 */
public final class ProbeSchedule {

    /** How many probes may be out: each holds a thread, and an upstream that hangs holds it long. */
    static final int MOST_OUT = 16;

    /** How long to wait at the most before asking for the next turn. */
    public static final Duration LONGEST_NAP = Duration.ofSeconds(1);

    private static final Duration SHORTEST_NAP = Duration.ofMillis(20);

    private final Supplier<ProviderCatalog> catalog;
    private final Supplier<ProbeSettings> settings;
    private final VerificationProbes verificationProbes;
    private final Ticker ticker;

    // guarded by this, as all that follows
    private final Map<String, Long> probedNanos = new HashMap<>();
    private final Set<String> out = new HashSet<>();
    private long lastNanos;

    /**
     * The first round begins now.
     *
     * @param verificationProbes which come first, and in every mode but {@code off}
     */
    public ProbeSchedule(
            Supplier<ProviderCatalog> catalog,
            Supplier<ProbeSettings> settings,
            VerificationProbes verificationProbes,
            Ticker ticker) {
        this.catalog = catalog;
        this.settings = settings;
        this.verificationProbes = verificationProbes;
        this.ticker = ticker;
        this.lastNanos = ticker.nanos();
    }

    /**
     * A probe to be made now.
     *
     * @param chat the model to chat with; empty to ask for a list. A provider that maps only {@code *} names none that
     *     could be chatted with
     */
    public record Turn(Provider provider, Optional<String> chat, ProbeSettings settings) {

        static Turn of(Provider provider, ProbeSettings settings) {
            Optional<String> named = provider.mappings().values().stream()
                    .filter(mapping -> !mapping.nativeId().equals(ModelMapping.ANY))
                    .map(ModelMapping::canonical)
                    .findFirst();
            return new Turn(provider, named.filter(model -> settings.mode() == ProbeSettings.Mode.CHAT), settings);
        }

        /** A chat with that model, or with any that is mapped by name; a list where none is. */
        static Turn check(Provider provider, String model, ProbeSettings settings) {
            return !model.isEmpty() && provider.mapping(model).isPresent()
                    ? new Turn(provider, Optional.of(model), settings)
                    : of(provider, settings.forChat());
        }
    }

    /** Who is to be probed now; counts as out until {@link #ended}. Empty while it is nobody's turn. */
    public synchronized Optional<Turn> next() {
        Optional<Turn> check = nextVerification();
        if (check.isPresent()) {
            return check;
        }
        ProbeSettings now = settings.get();
        List<Provider> all = probed(now);
        Optional<Provider> turn = longestWaiting(all).filter(provider -> left(provider, now, all.size()) <= 0);
        turn.ifPresent(this::begun);
        return turn.map(provider -> Turn.of(provider, now));
    }

    /** As {@link #next}, of those only that verify what one request has met. */
    public synchronized Optional<Turn> nextVerification() {
        Optional<Turn> check = check(settings.get());
        check.ifPresent(turn -> out.add(turn.provider().id()));
        return check;
    }

    private Optional<Turn> check(ProbeSettings now) {
        return now.mode() == ProbeSettings.Mode.OFF || out.size() >= MOST_OUT
                ? Optional.empty()
                : verificationProbes
                        .next()
                        .flatMap(due -> catalog.get()
                                .byId(due.providerId())
                                .filter(Provider::enabled)
                                .filter(provider -> !out.contains(provider.id()))
                                .map(provider -> Turn.check(provider, due.model(), now)));
    }

    private void begun(Provider provider) {
        lastNanos = ticker.nanos();
        out.add(provider.id());
        probedNanos.keySet().removeIf(id -> catalog.get().byId(id).isEmpty());
        probedNanos.put(provider.id(), lastNanos);
    }

    /** The probe of that provider is over, however it went. */
    public synchronized void ended(Provider provider) {
        out.remove(provider.id());
    }

    /** How long to wait before asking for the next turn. Short: settings and providers may change meanwhile. */
    public synchronized Duration delayToNext() {
        ProbeSettings now = settings.get();
        List<Provider> all = probed(now);
        Duration left = longestWaiting(all)
                .map(provider -> Duration.ofNanos(left(provider, now, all.size())))
                .orElse(LONGEST_NAP);
        if (left.compareTo(SHORTEST_NAP) < 0) {
            return SHORTEST_NAP;
        }
        return left.compareTo(LONGEST_NAP) > 0 ? LONGEST_NAP : left;
    }

    /** One whose key cannot be read has nothing to ask with. */
    private List<Provider> probed(ProbeSettings now) {
        return now.mode() == ProbeSettings.Mode.OFF
                ? List.of()
                : catalog.get().enabled().stream()
                        .filter(provider -> provider.endpoint().key().isPresent())
                        .toList();
    }

    private Optional<Provider> longestWaiting(List<Provider> all) {
        return out.size() >= MOST_OUT
                ? Optional.empty()
                : all.stream()
                        .filter(provider -> !out.contains(provider.id()))
                        .max((a, b) -> Long.compare(age(a), age(b)));
    }

    /** Nanoseconds until its turn: a share of the interval after anybody's, a whole one after its own. */
    private long left(Provider provider, ProbeSettings now, int providers) {
        long interval = now.interval().toNanos();
        return Math.max(interval / providers - (ticker.nanos() - lastNanos), interval - age(provider));
    }

    /** Nanoseconds since it was probed. */
    private long age(Provider provider) {
        Long probed = probedNanos.get(provider.id());
        return probed == null ? Long.MAX_VALUE : ticker.nanos() - probed;
    }
}
