package sidecar.dialect.answer;

import com.fasterxml.jackson.databind.JsonNode;
import sidecar.json.Json;

/** Writes server-sent events. Pure functions. */
public final class SseText {

    private SseText() {}

    /** An event with a name, as Messages and Responses have it. */
    public static String named(String name, JsonNode data) {
        return "event: " + name + "\ndata: " + Json.write(data) + "\n\n";
    }

    /** An event without a name, as Chat has it. */
    public static String data(JsonNode data) {
        return "data: " + Json.write(data) + "\n\n";
    }
}
