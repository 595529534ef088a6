package sidecar.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** An upstream's own words of refusal as an error in the client's shape. Pure functions. */
public final class UpstreamError {

    /** Plain text that is longer is no message. */
    private static final int MAX_PLAIN_BYTES = 2_000;

    private UpstreamError() {}

    /**
     * The error that a body speaks of, in whichever of the usual forms: an {@code error} object or text, {@code detail},
     * {@code message}, {@code title}.
     *
     * @param status the upstream's
     * @param body without secrets; may be cut off, or something else than JSON
     */
    public static ApiError of(int status, byte[] body) {
        Optional<JsonNode> said = json(body).map(UpstreamError::only);
        Optional<JsonNode> error = said.map(json -> json.path("error")).filter(JsonNode::isObject);
        return new ApiError(
                status,
                error.flatMap(object -> text(object.path("message")).or(() -> bare(object.path("message"))))
                        .or(() -> said.isPresent() ? said.flatMap(UpstreamError::bare) : plain(body))
                        .orElse("The provider refused the request with HTTP " + status + "."),
                error.flatMap(object -> text(object.path("type"))).orElse("invalid_request_error"),
                error.flatMap(object -> text(object.path("param"))),
                error.flatMap(object -> text(object.path("code"))),
                Optional.empty(),
                false,
                List.of());
    }

    /** What some say without an error object. */
    private static Optional<String> bare(JsonNode json) {
        return json.isTextual() ? text(json) : member(json);
    }

    private static Optional<String> member(JsonNode json) {
        return Stream.of("error", "detail", "message", "title", "msg", "reason", "errors")
                .map(json::path)
                .flatMap(said ->
                        text(said)
                                .or(() -> list(said))
                                .or(() -> said.isObject() ? member(said) : Optional.empty())
                                .stream())
                .findFirst();
    }

    /** What FastAPI says of each field that it does not accept. */
    private static Optional<String> list(JsonNode faults) {
        return faults.isArray()
                ? Optional.of(StreamSupport.stream(faults.spliterator(), false)
                                .map(fault -> place(fault.path("loc")) + said(fault))
                                .filter(text -> !text.isBlank())
                                .collect(Collectors.joining("; ")))
                        .filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    private static String said(JsonNode fault) {
        return text(fault.path("msg"))
                .or(() -> text(fault.path("message")))
                .or(() -> text(fault))
                .orElse("");
    }

    private static String place(JsonNode names) {
        return names.isArray() && !names.isEmpty()
                ? StreamSupport.stream(names.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(".", "", ": "))
                : "";
    }

    /** A sentence; a web page is none. */
    private static Optional<String> plain(byte[] body) {
        String text = body.length > MAX_PLAIN_BYTES ? "" : new String(body, StandardCharsets.UTF_8).strip();
        return text.isEmpty() || text.startsWith("<") ? Optional.empty() : Optional.of(text);
    }

    /** What of a body counts: of a list of one, which is Gemini's way, that one. */
    static JsonNode only(JsonNode json) {
        return json.isArray() ? json.path(0) : json;
    }

    /** The body as JSON; empty where it is none. */
    static Optional<JsonNode> json(byte[] body) {
        try {
            return Optional.of(Json.read(body));
        } catch (MalformedJsonException notJson) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonNode value) {
        return value.isTextual() || value.isNumber()
                ? Optional.of(value.asText()).filter(text -> !text.isBlank())
                : Optional.empty();
    }
}
