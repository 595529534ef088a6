package sidecar.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** OpenAI's errors (platform.openai.com/docs/guides/error-codes). */
final class OpenAiErrors implements ErrorShape {

    static final OpenAiErrors INSTANCE = new OpenAiErrors();

    private OpenAiErrors() {}

    @Override
    public int status(ApiError error) {
        return error.status();
    }

    @Override
    public String body(ApiError error, String requestId) {
        return new String(error.json(), StandardCharsets.UTF_8);
    }

    @Override
    public boolean isWhole(JsonNode body) {
        return body.path("error").path("message").isTextual();
    }

    @Override
    public void complete(ObjectNode body, ObjectNode inner, ApiError error, String requestId) {
        if (!inner.has("type")) {
            inner.put("type", error.type());
        }
    }
}
