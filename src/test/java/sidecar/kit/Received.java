package sidecar.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/**
 * A request as it arrived at a stub.
 *
 * @param connection number of the connection that it came on, from 1
 * @param method as sent
 * @param target raw, with its query
 * @param headers in order
 * @param body decoded from its chunks, if it came in chunks
 * @param atNanos when it was complete
 */
public record Received(int connection, String method, String target, HeaderList headers, byte[] body, long atNanos) {

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The first value of that header; empty for none. */
    public String header(String name) {
        return headers.first(name).orElse("");
    }

    /** The bearer token; empty for none. */
    public String key() {
        String value = header("Authorization");
        return value.startsWith("Bearer ") ? value.substring("Bearer ".length()) : "";
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body as JSON. */
    public JsonNode json() {
        return Json.read(body);
    }

    /** The model that a JSON body names; empty for none. */
    public String model() {
        return body.length > 0 && body[0] == '{' ? json().path("model").asText() : "";
    }

    /** Whether a JSON body asks for a stream. */
    public boolean stream() {
        return body.length > 0 && body[0] == '{' && json().path("stream").asBoolean(false);
    }
}
