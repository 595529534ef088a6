package sidecar.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import sidecar.admission.Admitted;
import sidecar.pool.Decision;
import sidecar.upstream.Header;

/** What a client is told when no provider can be had, and when to come again. Pure functions. */
public final class Refusals {

    private static final long LONGEST_SECONDS = 60;
    private static final double LARGEST_SPREAD = 0.2;

    private Refusals() {}

    /** @param deadline the request's own */
    static ApiError of(Admitted.Refused refused, String model, Duration deadline) {
        return switch (refused.reason()) {
            case DRAINING -> draining();
            case DEADLINE -> ApiError.deadline(deadline);
            case QUEUE_FULL ->
                ApiError.exhausted(
                        "Every provider of this model is used up for now, and as many requests as may wait are waiting"
                                + " (queue_max_depth).",
                        "queue_full",
                        recovery(refused));
            case HOPELESS -> hopeless(refused, model);
            case QUEUE_TIMEOUT ->
                refused.cause().why() == Decision.Why.COOLING
                        ? ApiError.exhausted(
                                "All provider pools exhausted: every provider of this model is cooling after a rate"
                                        + " limit, for longer than a request may wait (queue_timeout_seconds).",
                                "all_cooling",
                                recovery(refused))
                        : ApiError.exhausted(
                                "All provider pools exhausted: no provider of this model has a place within the time"
                                        + " that a request may wait (queue_timeout_seconds).",
                                "queue_timeout",
                                recovery(refused));
        };
    }

    private static ApiError hopeless(Admitted.Refused refused, String model) {
        return switch (refused.cause().why()) {
            case UNKNOWN_MODEL, MISSING -> ApiError.modelNotFound(model);
            case TRIED -> busy();
            default ->
                ApiError.exhausted(
                        "Every provider of this model is disabled, in error, or speaks another protocol."
                                + " The provider list says which and why.",
                        "no_provider",
                        Duration.ofSeconds(LONGEST_SECONDS));
        };
    }

    private static Duration recovery(Admitted.Refused refused) {
        return refused.freeIn().orElse(Duration.ofSeconds(1));
    }

    static ApiError busy() {
        return ApiError.exhausted(
                "All provider pools exhausted: every provider of this model refused for now.",
                "all_cooling",
                Duration.ofSeconds(1));
    }

    /** Sidecar is stopping. */
    public static ApiError draining() {
        return ApiError.exhausted("Sidecar is stopping; it takes no new requests.", "draining", Duration.ofSeconds(5));
    }

    /** Too much is held for other requests. */
    public static ApiError held() {
        return ApiError.exhausted(
                "Sidecar holds too many request bodies already (max_held_request_bytes).",
                "queue_full",
                Duration.ofSeconds(1));
    }

    /** The headers that go with an error: its type, when to come again, and whether an SDK's own retry makes sense. */
    public static List<Header> headers(ApiError error) {
        List<Header> lines = new ArrayList<>();
        lines.add(new Header("Content-Type", "application/json"));
        error.retryAfter().ifPresent(wait -> lines.add(new Header("Retry-After", Long.toString(seconds(wait)))));
        if (!error.retry()) {
            lines.add(new Header("x-should-retry", "false"));
        }
        lines.addAll(error.headers());
        if (error.status() == 401) {
            lines.add(new Header("WWW-Authenticate", "Bearer"));
        }
        return lines;
    }

    /**
     * Whole seconds, never early, 1 to 60: SDKs sleep what they are told without a bound of their own. Spread by up to a
     * fifth, so that those who were refused together do not come back together.
     */
    private static long seconds(Duration wait) {
        return seconds(wait, ThreadLocalRandom.current().nextDouble(LARGEST_SPREAD));
    }

    static long seconds(Duration wait, double spread) {
        double up =
                Math.ceil(wait.toNanos() * (1 + spread) / Duration.ofSeconds(1).toNanos());
        return (long) Math.max(1, Math.min(LONGEST_SECONDS, up));
    }
}
