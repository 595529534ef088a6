package sidecar.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** JSON of the tests. */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // sums of costs have more digits than a double
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /** An empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** An empty array. */
    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /**
     * Parses.
     *
     * @throws AssertionError if it is not JSON
     */
    public static JsonNode read(String text) {
        return parse(text).orElseThrow(() -> new AssertionError("not JSON: " + text));
    }

    /** Parses what may be anything; empty if it is not JSON. */
    public static Optional<JsonNode> parse(String text) {
        try {
            return Optional.of(MAPPER.readTree(text));
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    /**
     * Parses.
     *
     * @throws AssertionError if it is not JSON
     */
    public static JsonNode read(byte[] text) {
        return read(new String(text, StandardCharsets.UTF_8));
    }

    /** A text as a JSON string, quotes included. */
    public static String quoted(String text) {
        return MAPPER.getNodeFactory().textNode(text).toString();
    }
}
