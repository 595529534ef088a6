package sidecar.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import sidecar.admission.AdmissionResult;
import sidecar.failure.FailureClass;
import sidecar.pool.LeaseResult;
import sidecar.protocol.ApiError;
import sidecar.upstream.Header;

/** What a client is told when no provider can be had, and when to come again. Pure functions. */
public final class RefusalErrors {

    private static final long LONGEST_SECONDS = 60;
    private static final double LARGEST_SPREAD = 0.2;

    private RefusalErrors() {}

    /**
     * What a request is told that admission has refused.
     *
     * @param model that was asked for last; empty for none
     */
    public static ApiError of(AdmissionResult.Refused refused, String model, ClientRequest request) {
        return switch (refused.reason()) {
            case DRAINING -> draining();
            case DEADLINE -> ApiError.deadline(request.deadline());
            case QUEUE_FULL ->
                ApiError.exhausted(
                        "All provider pools exhausted: Sidecar is overloaded, every provider of this model is busy, and as many requests as may wait are"
                                + " waiting (queue_max_depth).",
                        "queue_full",
                        recovery(refused));
            case HOPELESS ->
                unrecoverable(refused.cause().reason(), model, request.path().path());
            case QUEUE_TIMEOUT ->
                refused.cause().reason() == LeaseResult.UnavailableReason.COOLING
                        ? ApiError.exhausted(
                                "All provider pools exhausted: Sidecar is overloaded, every provider of this model is cooling, for longer than a request"
                                        + " may wait (queue_timeout_seconds).",
                                "all_cooling",
                                recovery(refused))
                        : ApiError.exhausted(
                                "All provider pools exhausted: Sidecar is overloaded, no provider of this model has a place within the time that a"
                                        + " request may wait (queue_timeout_seconds).",
                                "queue_timeout",
                                recovery(refused));
        };
    }

    private static ApiError unrecoverable(LeaseResult.UnavailableReason reason, String model, String path) {
        return switch (reason) {
            case UNKNOWN_MODEL, MISSING -> ApiError.modelNotFound(model);
            case TRIED -> busy();
            case OTHER_PROTOCOL -> ApiError.unsupportedDialect(model, path);
            case IN_ERROR ->
                ApiError.upstream(
                        "No provider of this model can be used: their keys are not accepted. That changes when an"
                                + " operator enters other keys, or the accounts are mended; the provider list says why.",
                        "credential",
                        false);
            default ->
                ApiError.exhausted(
                        "All provider pools exhausted: Sidecar is overloaded, every provider of this model is disabled. An operator can enable one.",
                        "no_provider",
                        Duration.ofSeconds(LONGEST_SECONDS));
        };
    }

    private static Duration recovery(AdmissionResult.Refused refused) {
        return refused.freeIn().orElse(Duration.ofSeconds(1));
    }

    public static ApiError busy() {
        return ApiError.exhausted(
                "All provider pools exhausted: Sidecar is overloaded, every provider of this model refused for now.",
                "all_cooling",
                Duration.ofSeconds(1));
    }

    /** Sidecar is stopping. */
    public static ApiError draining() {
        return ApiError.exhausted(
                "Sidecar is overloaded: it is stopping, and takes no new requests; another start may serve them.",
                "draining",
                Duration.ofSeconds(5));
    }

    /** Too much is held for other requests. */
    public static ApiError held() {
        return ApiError.exhausted(
                "Sidecar is overloaded: it holds as many request bodies as it may (max_held_request_bytes).",
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

    public static long seconds(Duration wait, double spread) {
        double up =
                Math.ceil(wait.toNanos() * (1 + spread) / Duration.ofSeconds(1).toNanos());
        return (long) Math.max(1, Math.min(LONGEST_SECONDS, up));
    }

    /** An answer under way was cut off. */
    static ApiError incomplete(String how) {
        return ApiError.upstream(
                "The answer is incomplete: " + how + ". What came before this is only a part of it.",
                FailureClass.NETWORK.wire(),
                true);
    }
}
