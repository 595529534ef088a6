package sidecar.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import sidecar.pool.Decision;
import sidecar.upstream.Header;

/** What a client is told when no provider can be had, and when to come again. Pure functions. */
public final class Refusals {

    private static final long LONGEST_SECONDS = 60;

    private Refusals() {}

    static ApiError of(Decision.Refused refused, String model) {
        return switch (refused.why()) {
            case UNKNOWN_MODEL, MISSING -> ApiError.modelNotFound(model);
            case NO_PROVIDER ->
                ApiError.exhausted(
                        "Every provider of this model is disabled, in error, or speaks another protocol."
                                + " The provider list says which and why.",
                        "no_provider",
                        Duration.ofSeconds(LONGEST_SECONDS));
            case TRIED -> busy();
            case COOLING ->
                ApiError.exhausted(
                        "All provider pools exhausted: every provider of this model is cooling after a rate limit.",
                        "all_cooling",
                        refused.freeIn());
            case FULL ->
                ApiError.exhausted(
                        "All provider pools exhausted: every provider of this model has used its requests for this"
                                + " minute.",
                        "queue_timeout",
                        refused.freeIn());
        };
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
        if (error.status() == 401) {
            lines.add(new Header("WWW-Authenticate", "Bearer"));
        }
        return lines;
    }

    /** Whole seconds, never early, 1 to 60: SDKs sleep what they are told without a bound of their own. */
    static long seconds(Duration wait) {
        long up = wait.plusNanos(Duration.ofSeconds(1).toNanos() - 1).toSeconds();
        return Math.max(1, Math.min(LONGEST_SECONDS, up));
    }
}
