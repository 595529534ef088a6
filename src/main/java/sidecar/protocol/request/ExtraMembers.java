package sidecar.protocol.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import sidecar.body.ByteEdit;
import sidecar.body.ByteSource;
import sidecar.body.JsonBytes;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/**
 * Puts further members into a JSON object, in place of those of the same name; where both are objects, member by member. {@code model},
 * {@code stream} and {@code stream_options} are Sidecar's own, and stay as they are. Pure functions.
 */
public final class ExtraMembers {

    private static final Set<String> OWN = Set.of("model", "stream", "stream_options");

    private ExtraMembers() {}

    /** Into a tree, which is changed. */
    public static void merge(ObjectNode into, ObjectNode extra) {
        allowed(extra).properties().forEach(member -> mergeInto(into, member.getKey(), member.getValue()));
    }

    private static void mergeInto(ObjectNode into, String name, JsonNode value) {
        if (into.get(name) instanceof ObjectNode inner && value instanceof ObjectNode more) {
            more.properties().forEach(member -> mergeInto(inner, member.getKey(), member.getValue()));
        } else {
            into.set(name, value);
        }
    }

    private static ObjectNode allowed(ObjectNode extra) {
        return extra.deepCopy().without(OWN);
    }

    /**
     * The changes that put them into a body.
     *
     * @param body a JSON object that has a member
     */
    public static List<ByteEdit> edits(ByteSource body, ObjectNode extra) {
        ObjectNode left = allowed(extra);
        List<ByteEdit> edits = new ArrayList<>();
        try (JsonParser parser = JsonBytes.read(body)) {
            parser.nextToken();
            int inside = JsonBytes.end(parser);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                int from = JsonBytes.start(parser);
                parser.skipChildren();
                JsonNode value = left.remove(name);
                if (value != null) {
                    int to = end(parser, from);
                    edits.add(new ByteEdit(from, to, RequestHead.bytes(Json.write(merged(body, from, to, value)))));
                }
            }
            if (!left.isEmpty()) {
                String members = left.properties().stream()
                        .map(member ->
                                Json.write(Json.tree(member.getKey())) + ':' + Json.write(member.getValue()) + ',')
                        .collect(Collectors.joining());
                edits.add(0, new ByteEdit(inside, inside, RequestHead.bytes(members)));
            }
        } catch (IOException notJson) {
            throw new IllegalArgumentException("a body that was read as JSON before", notJson);
        }
        return edits;
    }

    /** A number has no mark at its end. */
    private static int end(JsonParser parser, int from) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            return JsonBytes.end(parser);
        }
        return from + parser.getText().length();
    }

    private static JsonNode merged(ByteSource body, int from, int to, JsonNode value) {
        if (!(value instanceof ObjectNode more)) {
            return value;
        }
        try {
            JsonNode old = Json.read(bytes(body, from, to));
            if (old instanceof ObjectNode inner) {
                more.properties().forEach(member -> mergeInto(inner, member.getKey(), member.getValue()));
                return inner;
            }
        } catch (MalformedJsonException strange) {
            // such as a name that stands twice: what the operator wants counts
            return value;
        }
        return value;
    }

    private static byte[] bytes(ByteSource body, int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int at = from; at < to; ) {
            ByteBuffer some = body.some(at);
            int n = Math.min(some.remaining(), to - at);
            some.get(bytes, at - from, n);
            at += n;
        }
        return bytes;
    }
}
