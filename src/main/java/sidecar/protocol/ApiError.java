package sidecar.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sidecar.upstream.Header;

/**
 * An answer that says no, in OpenAI's shape. Immutable.
 *
 * @param message what happened, what it means and what to do
 * @param type OpenAI's error type, such as {@code invalid_request_error}
 * @param param the part of the request that is wrong; empty for none
 * @param code for programs; empty for none
 * @param retryAfter when to come again; empty for no advice
 * @param retry whether an SDK's own retry makes sense; false adds {@code x-should-retry: false}
 * @param headers further ones that go with it
 */
public record ApiError(
        int status,
        String message,
        String type,
        Optional<String> param,
        Optional<String> code,
        Optional<Duration> retryAfter,
        boolean retry,
        List<Header> headers) {

    public ApiError {
        headers = List.copyOf(headers);
    }

    private static final String INVALID = "invalid_request_error";

    private static ApiError of(int status, String message, String type, String code) {
        return of(status, message, type, code, retryMayHelp(status));
    }

    /** Whether the same request may be answered otherwise a moment later. */
    private static boolean retryMayHelp(int status) {
        return status == 408 || (status >= 500 && status != 504);
    }

    private static ApiError of(int status, String message, String type, String code, boolean retry) {
        return new ApiError(
                status, message, type, Optional.empty(), Optional.of(code), Optional.empty(), retry, List.of());
    }

    /** 400: the request itself is wrong. */
    public static ApiError invalid(String message, String param) {
        return new ApiError(
                400,
                message,
                INVALID,
                param.isEmpty() ? Optional.empty() : Optional.of(param),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of());
    }

    /** 400: nobody who has the model speaks that path's protocol. */
    public static ApiError unsupportedDialect(String model, String path) {
        return new ApiError(
                400,
                "No provider of the model '" + model + "' speaks the protocol of " + path
                        + ". Ask for it at another endpoint, such as /v1/chat/completions; an operator can map it to a"
                        + " provider whose api does.",
                INVALID,
                Optional.of("model"),
                Optional.of("unsupported_dialect"),
                Optional.empty(),
                false,
                List.of());
    }

    /** 401: nobody we know. */
    public static ApiError unknownClient(String message) {
        return of(401, message, INVALID, "invalid_api_key");
    }

    /** 403: a client that we know, but it may not do this. */
    public static ApiError forbidden(String message, String code) {
        return of(403, message, INVALID, code, false);
    }

    /** 421: sent to a name that is not ours. */
    public static ApiError foreignHost(String message) {
        return of(421, message, INVALID, "foreign_host", false);
    }

    /**
     * 429: the client's own limit.
     *
     * @param type what there is too much of, as OpenAI says it
     */
    public static ApiError overLimit(
            String message, String type, String code, Optional<Duration> retryAfter, List<Header> headers) {
        return new ApiError(
                429, message, type, Optional.empty(), Optional.of(code), retryAfter, retryAfter.isPresent(), headers);
    }

    /** 400: the response that a request goes on from is not known here; clients then send the whole conversation. */
    public static ApiError previousResponseNotFound(String message) {
        return new ApiError(
                400,
                message,
                INVALID,
                Optional.of("previous_response_id"),
                Optional.of("previous_response_not_found"),
                Optional.empty(),
                false,
                List.of());
    }

    /** 404: no such place. */
    public static ApiError notFound(String message) {
        return of(404, message, INVALID, "not_found");
    }

    /** 404: nobody serves the model. */
    public static ApiError modelNotFound(String model) {
        return noModel("The model '" + model
                + "' is not served by any provider. GET /v1/models lists those that are; an operator can map it.");
    }

    /** 404: whoever serves the model says so, in these words. */
    public static ApiError modelNotFoundBy(String words) {
        return noModel(words);
    }

    /** 404: not for this client; as OpenAI, without telling whether it exists. */
    public static ApiError modelNotAllowed(String model) {
        return noModel("The model '" + model
                + "' does not exist, or this client token may not use it. GET /v1/models lists those that it may.");
    }

    private static ApiError noModel(String message) {
        return new ApiError(
                404,
                message,
                INVALID,
                Optional.of("model"),
                Optional.of("model_not_found"),
                Optional.empty(),
                false,
                List.of());
    }

    /** 405: a method that nobody answers. */
    public static ApiError method(String method) {
        return of(405, "The method " + method + " is not served.", INVALID, "method_not_allowed");
    }

    /** 426: another protocol. */
    public static ApiError upgrade() {
        return new ApiError(
                426,
                "Sidecar speaks HTTP/1.1 only, no WebSocket; send the request without Upgrade.",
                INVALID,
                Optional.empty(),
                Optional.of("upgrade_required"),
                Optional.empty(),
                false,
                List.of(new Header("Upgrade", "HTTP/1.1"), new Header("Connection", "Upgrade"))); // RFC 9110 §7.8
    }

    /** 408: a body that does not come. */
    public static ApiError slow() {
        return of(408, "The request body did not arrive within the request's deadline.", INVALID, "request_timeout");
    }

    /** 413: too large. */
    public static ApiError tooLarge(long limit) {
        return of(
                413,
                "The request body is larger than " + limit + " bytes, the most that max_request_bytes allows.",
                INVALID,
                "request_too_large");
    }

    /** 415: a content coding we do not read. */
    public static ApiError encoded(String coding) {
        return of(
                415,
                "A request body with Content-Encoding " + coding + " cannot be read: send it uncompressed.",
                INVALID,
                "unsupported_content_encoding");
    }

    /** 502: every attempt failed. */
    public static ApiError upstream(String message, String code, boolean retry) {
        return of(502, message, "upstream_error", code, retry);
    }

    /** 503: nobody can serve now, but later somebody can. */
    public static ApiError exhausted(String message, String code, Duration retryAfter) {
        return new ApiError(
                503,
                message,
                "AllPoolsExhausted",
                Optional.empty(),
                Optional.of(code),
                Optional.of(retryAfter),
                true,
                List.of());
    }

    /** 504: the request's deadline passed before anything could be answered. */
    public static ApiError deadline(Duration deadline) {
        return of(
                504,
                "No answer began within the request's deadline of " + deadline.toMillis() + " ms.",
                "timeout_error",
                "deadline_exceeded",
                false);
    }

    /** 500: a fault of our own. */
    public static ApiError internal() {
        return of(500, "Sidecar failed on this request; its log says more.", "server_error", "internal_error");
    }

    /** The whole body, as UTF-8 JSON. */
    public byte[] json() {
        return ("{\"error\":" + object() + "}").getBytes(StandardCharsets.UTF_8);
    }

    /** The inner object. */
    String object() {
        return "{\"message\":" + quoted(message) + ",\"type\":" + quoted(type) + ",\"param\":"
                + param.map(ApiError::quoted).orElse("null") + ",\"code\":"
                + code.map(ApiError::quoted).orElse("null") + "}";
    }

    public static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }
}
