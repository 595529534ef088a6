package sidecar.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Anthropic's errors (docs.anthropic.com/en/api/errors). */
final class AnthropicErrors implements ErrorShape {

    static final AnthropicErrors INSTANCE = new AnthropicErrors();

    private static final int OVERLOADED = 503;
    private static final int OVERLOADED_OF_ANTHROPIC = 529;

    private AnthropicErrors() {}

    @Override
    public int status(ApiError error) {
        return error.status() == OVERLOADED ? OVERLOADED_OF_ANTHROPIC : error.status();
    }

    @Override
    public String body(ApiError error, String requestId) {
        return "{\"type\":\"error\",\"error\":" + object(error) + ",\"request_id\":"
                + (requestId.isEmpty() ? "null" : ApiError.quoted(requestId)) + "}";
    }

    /** The inner object. */
    static String object(ApiError error) {
        return "{\"type\":" + ApiError.quoted(type(error.status())) + ",\"message\":" + ApiError.quoted(error.message())
                + "}";
    }

    private static String type(int status) {
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

    @Override
    public boolean isWhole(JsonNode body) {
        return body.path("error").path("message").isTextual()
                && body.path("type").asText().equals("error");
    }

    @Override
    public void complete(ObjectNode body, ObjectNode inner, ApiError error, String requestId) {
        body.put("type", "error").put("request_id", requestId);
        inner.put("type", type(error.status()));
    }
}
