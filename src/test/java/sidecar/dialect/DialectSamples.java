package sidecar.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.provider.Dialect;

/** A request and an answer of each dialect that say everything there is, in {@code src/test/resources/dialects}; not to be changed. */
final class DialectSamples {

    private static final Map<String, JsonNode> READ = new ConcurrentHashMap<>();

    private DialectSamples() {}

    static ObjectNode request(Dialect dialect) {
        return (ObjectNode) sample(dialect.wire() + "-request");
    }

    /** The request, changed as {@link MutatedJson} says, as a client's would be read. */
    static ObjectNode changedRequest(Dialect dialect, byte[] changes, int from) {
        byte[] text = MutatedJson.of(request(dialect), changes, from);
        try {
            return (ObjectNode) Json.readRequest(new ByteArrayInputStream(text));
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(new String(text, StandardCharsets.UTF_8), e);
        }
    }

    /** {@code whole} and {@code events}, changed, as a provider's would be read. */
    static ObjectNode changedAnswer(Dialect dialect, byte[] changes, int from) {
        byte[] text = MutatedJson.of(sample(dialect.wire() + "-answer"), changes, from);
        return Json.readAnswer(text, 0, text.length).orElseThrow();
    }

    private static JsonNode sample(String name) {
        return READ.computeIfAbsent(name, DialectSamples::read);
    }

    private static JsonNode read(String name) {
        try (InputStream file = DialectSamples.class.getResourceAsStream("/dialects/" + name + ".json")) {
            return Json.read(file.readAllBytes());
        } catch (IOException | MalformedJsonException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
