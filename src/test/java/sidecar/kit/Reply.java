package sidecar.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/** A whole answer of Sidecar's. */
public record Reply(int status, HeaderList headers, byte[] body, RawClient.End end) {

    /** The first value of that header; empty for none. */
    public String header(String name) {
        return headers.first(name).orElse("");
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body as JSON. */
    public JsonNode json() {
        return Json.read(body);
    }

    /** The error object of an answer in OpenAI's shape. */
    public JsonNode error() {
        return json().path("error");
    }

    @Override
    public String toString() {
        return status + " " + headers.lines() + " " + text() + " (" + end + ")";
    }
}
