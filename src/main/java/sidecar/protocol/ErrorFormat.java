package sidecar.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import sidecar.json.Json;

/**
 * How a client's SDK wants to be told of an error: in OpenAI's shape, or below {@code /v1/messages} in Anthropic's
 * (docs.anthropic.com/en/api/errors). Immutable; pure functions.
 */
public record ErrorFormat(boolean anthropic, String requestId) {

    private static final int OVERLOADED = 503;
    private static final int OVERLOADED_OF_ANTHROPIC = 529;

    /** More than any error that somebody reads; longer ones pass as they are. */
    private static final int MAX_BYTES = 256 * 1024;

    /** The format of a path's errors, also of one that is none of ours. */
    public static ErrorFormat of(Optional<ApiPath> path, String requestId) {
        return new ErrorFormat(path.map(ApiPath::isAnthropic).orElse(false), requestId);
    }

    /** The status that an error is answered with. */
    public int status(ApiError error) {
        return anthropic && error.status() == OVERLOADED ? OVERLOADED_OF_ANTHROPIC : error.status();
    }

    /** A whole body, as UTF-8 JSON. */
    public byte[] body(ApiError error) {
        return anthropic
                ? ("{\"type\":\"error\",\"error\":" + anthropicError(error) + ",\"request_id\":"
                                + ApiError.quoted(requestId) + "}")
                        .getBytes(StandardCharsets.UTF_8)
                : error.json();
    }

    private static String anthropicError(ApiError error) {
        return "{\"type\":" + ApiError.quoted(anthropicType(error.status())) + ",\"message\":"
                + ApiError.quoted(error.message()) + "}";
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503, 529 -> "overloaded_error";
            case 504 -> "timeout_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }

    /**
     * An upstream's refusal with what this client's SDK looks for, where that is missing: all its members are kept.
     *
     * @param body without secrets
     * @return empty where nothing is missing
     */
    public Optional<byte[]> completed(int status, byte[] body) {
        if (body.length > MAX_BYTES) {
            return Optional.empty();
        }
        Optional<JsonNode> said = UpstreamError.json(body);
        if (said.isEmpty() || !(UpstreamError.only(said.get()) instanceof ObjectNode json)) {
            return Optional.of(body(UpstreamError.of(status, body)));
        }
        boolean told = said.get().isObject()
                && json.path("error").path("message").isTextual()
                && (!anthropic || json.path("type").asText().equals("error"));
        if (told) {
            return Optional.empty();
        }
        complete(json, UpstreamError.of(status, body));
        return Optional.of(Json.write(json).getBytes(StandardCharsets.UTF_8));
    }

    private void complete(ObjectNode json, ApiError error) {
        ObjectNode inner = json.path("error").isObject() ? (ObjectNode) json.path("error") : json.putObject("error");
        if (inner.has("message") && !inner.path("message").isTextual()) {
            inner.set("detail", inner.path("message"));
        }
        inner.put("message", error.message());
        if (anthropic) {
            json.put("type", "error").put("request_id", requestId);
            inner.put("type", anthropicType(error.status()));
        } else if (!inner.has("type")) {
            inner.put("type", error.type());
        }
    }

    /**
     * How a stream under way says that it failed, in the words of the path's own protocol: SDKs raise these, while a bare
     * end of the stream looks like success to them.
     *
     * @param sent what was sent of the stream before
     * @param model as the client calls it
     * @param now for a response that was not begun
     */
    public static byte[] frame(
            ApiPath.PathKind kind, ApiError error, ResponsesStreamPosition sent, String model, Instant now) {
        String frame = switch (kind) {
            case RESPONSES -> responses(error, sent, model, now);
            case MESSAGES -> "event: error\ndata: {\"type\":\"error\",\"error\":" + anthropicError(error) + "}\n\n";
            default -> "data: {\"error\":" + error.object() + "}\n\n";
        };
        return RequestHead.bytes(frame);
    }

    /** Its end as the protocol has it, for those who follow the response, and the event that SDKs raise. */
    private static String responses(ApiError error, ResponsesStreamPosition sent, String model, Instant now) {
        String message = ApiError.quoted(error.message());
        String code = error.code().map(ApiError::quoted).orElse("null");
        String failed = "{\"type\":\"response.failed\",\"sequence_number\":" + sent.nextSequence()
                + ",\"response\":{\"id\":"
                + ApiError.quoted(sent.responseId()) + ",\"object\":\"response\",\"created_at\":" + now.getEpochSecond()
                + ",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":" + message
                + "},\"incomplete_details\":null,\"model\":" + ApiError.quoted(model)
                + ",\"output\":[],\"parallel_tool_calls\":true,\"tool_choice\":\"auto\",\"tools\":[],\"usage\":null}}";
        String raised = "{\"type\":\"error\",\"sequence_number\":" + (sent.nextSequence() + 1) + ",\"code\":" + code
                + ",\"message\":" + message + ",\"param\":null}";
        return "event: response.failed\ndata: " + failed + "\n\nevent: error\ndata: " + raised + "\n\n";
    }
}
