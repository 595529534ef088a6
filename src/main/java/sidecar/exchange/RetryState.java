package sidecar.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import sidecar.failure.FailureClass;
import sidecar.pool.Lease;
import sidecar.pool.RetryEligibility;
import sidecar.protocol.ApiError;
import sidecar.time.Backoff;
import sidecar.time.Ticker;

/** What an exchange has tried, and whether it may try again. Not thread-safe: used in its exchange's mailbox. */
final class RetryState {

    private static final Backoff PAUSE = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(16));

    /** Refusals that are about the request. Of a 401 the client would think that its own token is meant. */
    private static final Set<Integer> OWN_WORDS = Set.of(402, 403, 404, 410);

    private static final int FORBIDDEN = 403;

    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

    private final String exchange;
    private final ExchangeSettings settings;
    private final Ticker ticker;
    private final Map<String, RetryEligibility> tried = new HashMap<>();
    private final Set<String> busyHosts = new HashSet<>();
    private final Set<FailureClass> classes = new HashSet<>();
    private final List<Optional<ApiError>> refusals = new ArrayList<>();
    private FailureClass last = FailureClass.NETWORK;
    /** The latest that waiting does not mend. What the client is told must not sound as if it had asked too often. */
    private FailureClass blamed = FailureClass.NETWORK;

    private String blamedMessage = "";
    private int all;
    private int counted;
    private int busy;
    private int pauses;
    private int bound = ExchangeSettings.ALL_ATTEMPTS;
    private boolean staleRetried;

    /** @param exchange its id, for the log */
    RetryState(String exchange, ExchangeSettings settings, Ticker ticker) {
        this.exchange = exchange;
        this.settings = settings;
        this.ticker = ticker;
    }

    void begun() {
        all++;
    }

    /**
     * An attempt failed.
     *
     * @param refusal what the upstream said, where it refused
     * @param perhapsBilled whether the whole request was sent and no answer came: one more attempt, and no further
     */
    void ended(Lease lease, Lease.Failed how, boolean perhapsBilled, Optional<ApiError> refusal) {
        LOG.log(
                System.Logger.Level.DEBUG,
                "exchange {0}: attempt {1} on {2} failed: {3}, {4}",
                exchange,
                all,
                lease.provider().name(),
                how.kind().wire(),
                how.message());
        refusals.add(refusal.filter(said -> OWN_WORDS.contains(said.status())));
        last = how.kind();
        if (!how.kind().free()) {
            blamed = how.kind();
            blamedMessage = how.message();
        }
        classes.add(how.kind());
        tried.put(lease.provider().id(), eligibility(how.kind()));
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

    private RetryEligibility eligibility(FailureClass kind) {
        return switch (kind) {
            case RATE_LIMITED -> RetryEligibility.anytime();
            case MODEL_BUSY -> RetryEligibility.from(ticker.nanos() + pause(busy++));
            case NETWORK, OVERLOADED -> RetryEligibility.aloneFrom(ticker.nanos() + pause(pauses++));
            default -> RetryEligibility.never();
        };
    }

    /** Ever longer, and never quite the same for two who failed together. */
    private static long pause(int before) {
        return (long) (PAUSE.nanos(before) * ThreadLocalRandom.current().nextDouble(1.0, 1.2));
    }

    /** Another model is asked for: what was tried with the one before says nothing of it. */
    void newModel() {
        tried.clear();
        busyHosts.clear();
        classes.clear();
        refusals.clear();
        counted = 0;
    }

    /** That provider may be asked once more, at once, where no other is left. */
    void allowRetry(Lease lease) {
        tried.put(lease.provider().id(), RetryEligibility.aloneFrom(ticker.nanos()));
    }

    /** Whether a connection that was closed just then may be made anew on the same provider: once in an exchange. */
    boolean mayRetryStale() {
        return !staleRetried;
    }

    /** It is made anew. */
    void staleRetried() {
        staleRetried = true;
    }

    /** Whether no attempt has failed yet, forgiven ones included. */
    boolean none() {
        return classes.isEmpty();
    }

    /** How many attempts there were, of every kind. */
    int count() {
        return all;
    }

    Map<String, RetryEligibility> tried() {
        return tried;
    }

    Set<String> busyHosts() {
        return busyHosts;
    }

    /** Whether all failures were of the kind that waiting mends. */
    boolean allFree() {
        return classes.stream().allMatch(FailureClass::free);
    }

    /** Whether the same model may be asked for once more. */
    boolean mayRetrySameModel() {
        return mayRetryAnyModel() && counted < settings.attempts();
    }

    /** Whether anything may be asked for once more. */
    boolean mayRetryAnyModel() {
        boolean wanted = last.retryElsewhere() && (last != FailureClass.TIMEOUT || settings.retryOnTimeout());
        return wanted && all < bound;
    }

    /** The outcome's name. */
    String lastClass() {
        return last.wire();
    }

    /** What the client is told when nothing more is tried: the upstreams' own words, where all of them refused alike. */
    ApiError verdict(String model) {
        Optional<ApiError> said = refusals.get(refusals.size() - 1);
        boolean unanimous = said.isPresent()
                && refusals.stream()
                        .allMatch(other -> other.map(ApiError::status).equals(said.map(ApiError::status)));
        boolean missing = classes.stream().allMatch(kind -> kind == FailureClass.MODEL_MISSING);
        if (unanimous) {
            boolean gone = missing && said.get().status() != FORBIDDEN;
            return gone ? ApiError.modelNotFoundBy(said.get().message()) : said.get();
        }
        if (missing) {
            return ApiError.modelNotFound(model);
        }
        if (allFree()) {
            return RefusalErrors.busy();
        }
        return ApiError.upstream(
                "No provider could answer: " + all + (all == 1 ? " attempt" : " attempts") + ", the last failed with "
                        + blamed.wire() + " (" + blamedMessage + ").",
                blamed.wire(),
                blamed != FailureClass.CREDENTIAL);
    }
}
