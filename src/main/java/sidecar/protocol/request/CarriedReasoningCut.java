package sidecar.protocol.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import sidecar.body.ByteEdit;
import sidecar.body.ByteSource;
import sidecar.body.JsonBytes;

/**
 * Cuts out of a history what no provider has signed: reasoning that a translated answer gave the client, marked as Sidecar's own. Anthropic and
 * OpenAI refuse a request with a signature that they did not make. A pure function.
 */
public final class CarriedReasoningCut {

    private final String signature;

    private CarriedReasoningCut(String signature) {
        this.signature = signature;
    }

    /** An element of an array, by the bytes that it takes. */
    private record Element(int from, int to, boolean cut) {}

    /**
     * The changes that cut it out of a JSON body; none for most.
     *
     * @param body valid JSON
     * @param signature of a {@code thinking} block, and, with a dot behind it, the beginning of a reasoning item's {@code encrypted_content};
     *     ASCII
     */
    public static List<ByteEdit> edits(ByteSource body, String signature) {
        return mentions(body, ('"' + signature).getBytes(StandardCharsets.US_ASCII))
                ? new CarriedReasoningCut(signature).cutOutOf(body)
                : List.of();
    }

    private List<ByteEdit> cutOutOf(ByteSource body) {
        List<ByteEdit> edits = new ArrayList<>();
        try (JsonParser parser = JsonBytes.read(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean history = parser.currentName().equals("messages")
                        || parser.currentName().equals("input");
                if (parser.nextToken() == JsonToken.START_ARRAY && history) {
                    elements(parser, edits);
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException notJson) {
            throw new IllegalArgumentException("a body that was read as JSON before", notJson);
        }
        return edits;
    }

    /** Whether a text begins so, somewhere. */
    private static boolean mentions(ByteSource body, byte[] quoted) {
        int matched = 0;
        for (int at = 0; at < body.length(); ) {
            ByteBuffer some = body.some(at);
            at += some.remaining();
            while (some.hasRemaining()) {
                byte next = some.get();
                matched = next == quoted[matched] ? matched + 1 : next == quoted[0] ? 1 : 0;
                if (matched == quoted.length) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Reads an array to its end, and notes what is to be cut out of it. Whether nothing is left of it. */
    private boolean elements(JsonParser parser, List<ByteEdit> edits) throws IOException {
        List<Element> elements = new ArrayList<>();
        List<ByteEdit> inside = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            int from = JsonBytes.start(parser);
            boolean cut = token == JsonToken.START_OBJECT && isCut(parser, inside);
            if (token != JsonToken.START_OBJECT) {
                parser.skipChildren();
            }
            elements.add(new Element(from, JsonBytes.end(parser), cut));
        }
        boolean nothingLeft = elements.stream().allMatch(Element::cut) && !elements.isEmpty();
        if (nothingLeft) {
            edits.add(new ByteEdit(elements.get(0).from, elements.get(elements.size() - 1).to, new byte[0]));
        } else {
            cuts(elements).forEach(edits::add);
            inside.stream()
                    .filter(edit -> elements.stream()
                            .noneMatch(
                                    element -> element.cut && element.from <= edit.from() && edit.to() <= element.to))
                    .forEach(edits::add);
        }
        return nothingLeft;
    }

    /** With the comma to a neighbour that stays. */
    private static List<ByteEdit> cuts(List<Element> elements) {
        List<ByteEdit> cuts = new ArrayList<>();
        int kept = -1;
        for (int i = 0; i < elements.size(); i++) {
            if (!elements.get(i).cut) {
                kept = i;
            } else if (kept >= 0) {
                cuts.add(new ByteEdit(elements.get(i - 1).to, elements.get(i).to, new byte[0]));
            } else {
                cuts.add(new ByteEdit(elements.get(i).from, elements.get(i + 1).from, new byte[0]));
            }
        }
        return cuts;
    }

    /** Reads an object to its end. Whether it is reasoning of Sidecar's own, or a message of nothing else. */
    private boolean isCut(JsonParser parser, List<ByteEdit> edits) throws IOException {
        String type = "";
        boolean own = false;
        boolean empty = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING) {
                type = name.equals("type") ? parser.getText() : type;
                own |= (name.equals("signature") && parser.getText().equals(signature))
                        || (name.equals("encrypted_content") && parser.getText().startsWith(signature + '.'));
            } else if (value == JsonToken.START_ARRAY && name.equals("content")) {
                empty = elements(parser, edits);
            } else {
                parser.skipChildren();
            }
        }
        return empty || (own && (type.equals("thinking") || type.equals("reasoning")));
    }
}
