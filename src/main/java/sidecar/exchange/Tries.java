package sidecar.exchange;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import sidecar.failure.FailureClass;
import sidecar.pool.Lease;
import sidecar.time.Ticker;

/** What an exchange has tried, and whether it may try again. Not thread-safe: used in its exchange's mailbox. */
final class Tries {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final int LARGEST_SHIFT = 5;

    private final ExchangeRules rules;
    private final Ticker ticker;
    private final Map<String, FailureClass> tried = new HashMap<>();
    private final Set<String> busyHosts = new HashSet<>();
    private final Set<FailureClass> classes = new HashSet<>();
    private FailureClass last = FailureClass.NETWORK;
    private String lastMessage = "";
    private int all;
    private int counted;
    private int pauses;
    private int bound = ExchangeRules.ALL_ATTEMPTS;
    private long endedNanos;

    Tries(ExchangeRules rules, Ticker ticker) {
        this.rules = rules;
        this.ticker = ticker;
    }

    void begun() {
        all++;
    }

    /** @param perhapsBilled whether the whole request was sent and no answer came: one more attempt, and no further */
    void ended(Lease lease, Lease.Failed how, boolean perhapsBilled) {
        last = how.kind();
        lastMessage = how.message();
        endedNanos = ticker.nanos();
        classes.add(how.kind());
        tried.put(lease.provider().id(), how.kind());
        if (!how.kind().free()) {
            counted++;
        }
        if (how.kind() == FailureClass.MODEL_BUSY) {
            busyHosts.add(lease.provider().endpoint().url().origin());
        }
        if (perhapsBilled) {
            bound = Math.min(bound, all + 1);
        }
    }

    /** That provider counts as untried again. */
    void forget(Lease lease) {
        tried.remove(lease.provider().id());
    }

    /** Whether no attempt has failed yet, forgiven ones included. */
    boolean none() {
        return classes.isEmpty();
    }

    /** How many attempts there were, of every kind. */
    int count() {
        return all;
    }

    Set<String> tried() {
        return tried.keySet();
    }

    Set<String> busyHosts() {
        return busyHosts;
    }

    /** Whether all failures were of the kind that waiting mends. */
    boolean allFree() {
        return classes.stream().allMatch(FailureClass::free);
    }

    boolean mayGoOn() {
        boolean wanted = last.retryElsewhere() && (last != FailureClass.TIMEOUT || rules.retryOnTimeout());
        return wanted && counted < rules.attempts() && all < bound;
    }

    /** How long to wait before a provider that was tried is asked again; empty when none should be. */
    Optional<Duration> pauseBeforeAgain() {
        if (tried.values().stream().noneMatch(Tries::mayHavePassed)) {
            return Optional.empty();
        }
        long base = FIRST_PAUSE.toNanos() << Math.min(pauses, LARGEST_SHIFT);
        double jitter = ThreadLocalRandom.current().nextDouble(1.0, 1.2);
        long passed = ticker.nanos() - endedNanos;
        return Optional.of(Duration.ofNanos(Math.max(0, (long) (base * jitter) - passed)));
    }

    /** After the pause: those whose fault may have passed are candidates again. */
    void forgive() {
        pauses++;
        tried.values().removeIf(Tries::mayHavePassed);
        busyHosts.clear();
    }

    private static boolean mayHavePassed(FailureClass kind) {
        return kind == FailureClass.NETWORK || kind == FailureClass.OVERLOADED || kind == FailureClass.MODEL_BUSY;
    }

    /** The outcome's name. */
    String lastClass() {
        return last.wire();
    }

    /** What the client is told when nothing more is tried. */
    ApiError verdict(ClientRequest request) {
        if (classes.stream().allMatch(kind -> kind == FailureClass.MODEL_MISSING)) {
            return ApiError.modelNotFound(request.head().model().orElse(""));
        }
        if (allFree()) {
            return Refusals.busy();
        }
        return ApiError.upstream(
                "No provider could answer: " + all + (all == 1 ? " attempt" : " attempts") + ", the last failed with "
                        + last.wire() + " (" + lastMessage + ").",
                last.wire(),
                last != FailureClass.CREDENTIAL);
    }
}
