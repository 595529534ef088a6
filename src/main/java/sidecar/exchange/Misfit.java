package sidecar.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureRules;
import sidecar.json.Json;
import sidecar.json.MalformedJson;

/**
 * An answer that is no stream of events, for a client that a heartbeat has promised one. All that can be told of it is
 * one error. Not thread-safe.
 */
final class Misfit {

    private final int status;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /** @param status the upstream's */
    Misfit(int status) {
        this.status = status;
    }

    /** Some of its body; what is beyond the length of any error message is not kept. */
    void take(byte[] bytes) {
        body.write(bytes, 0, Math.min(bytes.length, FailureRules.PEEK_BYTES - body.size()));
    }

    /** Whose fault it is that the client has no answer. */
    FailureClass kind() {
        return status < 400 ? FailureClass.BAD_SUCCESS : FailureClass.CLIENT;
    }

    /** What the client is told: the upstream's own words, where it refused in words that can be read. */
    ApiError error() {
        if (status < 400) {
            return ApiError.upstream(
                    "The provider answered HTTP " + status + " without the stream of events that was asked for, after"
                            + " heartbeats had begun one. It would pass before the first (heartbeat_grace_seconds).",
                    kind().wire(),
                    false);
        }
        Optional<JsonNode> said = json();
        Optional<JsonNode> error = said.map(json -> json.path("error")).filter(JsonNode::isObject);
        return new ApiError(
                status,
                error.flatMap(object -> text(object.path("message")))
                        .or(() -> said.flatMap(Misfit::bare))
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
        return Stream.of("error", "detail", "message")
                .flatMap(name -> text(json.path(name)).stream())
                .findFirst();
    }

    private Optional<JsonNode> json() {
        try {
            return Optional.of(Json.read(body.toByteArray()));
        } catch (MalformedJson notJson) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonNode value) {
        return value.isTextual() || value.isNumber()
                ? Optional.of(value.asText()).filter(text -> !text.isBlank())
                : Optional.empty();
    }
}
