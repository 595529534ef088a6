package sidecar.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.protocol.request.RequestHead;

/**
 * How a client's SDK wants to be told of an error: in OpenAI's shape, or below {@code /v1/messages} in Anthropic's. Immutable;
 * pure functions.
 *
 * @param requestId empty where the request has none yet
 */
public record ErrorRenderer(ErrorShape shape, String requestId) {

    /** More than any error that somebody reads; longer ones pass as they are. */
    private static final int MAX_BYTES = 256 * 1024;

    /** For the errors of a path, also of one that is none of ours. */
    public static ErrorRenderer of(Optional<ApiPath> path, String requestId) {
        return new ErrorRenderer(path.map(ApiPath::errors).orElse(OpenAiErrors.INSTANCE), requestId);
    }

    /** The status that an error is answered with. */
    public int status(ApiError error) {
        return shape.status(error);
    }

    /** A whole body, as UTF-8 JSON. */
    public byte[] body(ApiError error) {
        return RequestHead.bytes(shape.body(error, requestId));
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
        if (said.get().isObject() && shape.isWhole(json)) {
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
        shape.complete(json, inner, error, requestId);
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
        return RequestHead.bytes(kind.protocol().errorEvents(error, sent, model, now));
    }
}
