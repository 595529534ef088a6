package sidecar.protocol.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import sidecar.body.ByteEdit;
import sidecar.body.ByteSource;
import sidecar.body.JsonBytes;

/**
 * Cuts out of a history what no provider has signed: reasoning that a translated answer gave the client, marked as Sidecar's own. Anthropic and
 * OpenAI refuse a request with a signature that they did not make. Anthropic refuses, too, to think on after a tool's result where the turn
 * has no thoughts before it, so for such a request thinking with a budget is switched off. A pure function; takes one pass.
 */
public final class CarriedReasoningCut {

    private static final byte[] DISABLED = "{\"type\":\"disabled\"}".getBytes(StandardCharsets.US_ASCII);

    /** Of {@code context_management}: what Anthropic refuses where nothing is thought. */
    private static final String CLEARS_THINKING = "clear_thinking";

    private static final String THINKING = "thinking";

    /** Members whose texts are looked at. */
    private static final Set<String> TELLING = Set.of("type", "role", "signature", "encrypted_content");

    private final String signature;

    private CarriedReasoningCut(String signature) {
        this.signature = signature;
    }

    /**
     * The changes to a body.
     *
     * @param edits none for most
     * @param thinkingOff whether they switch off the thinking that the client asked for
     */
    public record ReasoningCut(List<ByteEdit> edits, boolean thinkingOff) {

        public static final ReasoningCut NONE = new ReasoningCut(List.of(), false);
    }

    /**
     * An element of an array, by the bytes that it takes.
     *
     * @param said its members that {@link #TELLING} names, where they are texts
     * @param contents its own array of blocks
     * @param cut whether nothing stays of it
     */
    private record Element(int from, int to, Map<String, String> said, Contents contents, boolean cut) {

        String type() {
            return said.getOrDefault("type", "");
        }

        boolean isFrom(String role) {
            return role.equals(said.get("role"));
        }
    }

    /**
     * What the blocks of a message are.
     *
     * @param results whether one is what a tool gave
     * @param thoughts whether thoughts stay
     * @param nothingLeft whether all are cut
     */
    private record Contents(boolean results, boolean thoughts, boolean nothingLeft) {

        static final Contents NONE = new Contents(false, false, false);

        static Contents of(List<Element> blocks) {
            return new Contents(
                    blocks.stream().anyMatch(block -> block.type().equals("tool_result")),
                    blocks.stream()
                            .anyMatch(block -> !block.cut
                                    && (block.type().equals(THINKING)
                                            || block.type().equals("redacted_thinking"))),
                    isNothingLeft(blocks));
        }
    }

    /**
     * The changes that cut it out of a JSON body.
     *
     * @param body valid JSON
     * @param signature of a {@code thinking} block, and, with a dot behind it, the beginning of a reasoning item's {@code encrypted_content};
     *     ASCII
     */
    public static ReasoningCut of(ByteSource body, String signature) {
        return mentions(body, ('"' + signature).getBytes(StandardCharsets.US_ASCII))
                ? new CarriedReasoningCut(signature).cutOutOf(body)
                : ReasoningCut.NONE;
    }

    private ReasoningCut cutOutOf(ByteSource body) {
        List<ByteEdit> edits = new ArrayList<>();
        List<ByteEdit> switchOff = new ArrayList<>();
        boolean budget = false;
        boolean withoutThoughts = false;
        try (JsonParser parser = JsonBytes.read(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.START_ARRAY && (name.equals("messages") || name.equals("input"))) {
                    withoutThoughts = isTurnWithoutThoughts(elements(parser, edits, this::isOwn));
                } else if (value == JsonToken.START_OBJECT && name.equals(THINKING)) {
                    budget = readThinking(parser, switchOff);
                } else if (value == JsonToken.START_OBJECT && name.equals("context_management")) {
                    readContextManagement(parser, switchOff);
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException notJson) {
            throw new IllegalArgumentException("a body that was read as JSON before", notJson);
        }
        boolean off = budget && withoutThoughts;
        if (off) {
            edits.addAll(switchOff);
        }
        return new ReasoningCut(edits, off);
    }

    /** Whether it ends with what tools gave to a turn of the assistant's in which no thoughts stay. */
    private static boolean isTurnWithoutThoughts(List<Element> messages) {
        boolean thoughts = false;
        boolean goesOn = false;
        for (Element message : messages) {
            if (message.isFrom("user")) {
                goesOn = message.contents.results;
                thoughts &= goesOn;
            } else if (message.isFrom("assistant")) {
                thoughts |= message.contents.thoughts;
            }
        }
        return goesOn && !thoughts;
    }

    /** Whether it is thinking with a budget; where the model decides itself, nothing need be changed. */
    private static boolean readThinking(JsonParser parser, List<ByteEdit> switchOff) throws IOException {
        int from = JsonBytes.start(parser);
        boolean enabled = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean type = parser.currentName().equals("type");
            enabled |= parser.nextToken() == JsonToken.VALUE_STRING
                    && type
                    && parser.getText().equals("enabled");
            parser.skipChildren();
        }
        switchOff.add(new ByteEdit(from, JsonBytes.end(parser), DISABLED));
        return enabled;
    }

    private static void readContextManagement(JsonParser parser, List<ByteEdit> switchOff) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean list = parser.currentName().equals("edits");
            if (parser.nextToken() == JsonToken.START_ARRAY && list) {
                elements(parser, switchOff, edit -> edit.type().startsWith(CLEARS_THINKING));
            } else {
                parser.skipChildren();
            }
        }
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

    /** Reads an array to its end, and notes what is to be cut out of it. */
    private static List<Element> elements(JsonParser parser, List<ByteEdit> edits, Predicate<Element> goes)
            throws IOException {
        List<Element> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            int from = JsonBytes.start(parser);
            if (token == JsonToken.START_OBJECT) {
                elements.add(element(parser, from, edits, goes));
            } else {
                parser.skipChildren();
                elements.add(new Element(from, JsonBytes.end(parser), Map.of(), Contents.NONE, false));
            }
        }
        if (isNothingLeft(elements)) {
            edits.add(new ByteEdit(elements.get(0).from, elements.get(elements.size() - 1).to, new byte[0]));
        } else {
            edits.addAll(cuts(elements));
        }
        return elements;
    }

    private static boolean isNothingLeft(List<Element> elements) {
        return elements.stream().allMatch(Element::cut) && !elements.isEmpty();
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

    /** Reads an object to its end. */
    private static Element element(JsonParser parser, int from, List<ByteEdit> edits, Predicate<Element> goes)
            throws IOException {
        Map<String, String> said = new HashMap<>();
        Contents contents = Contents.NONE;
        int before = edits.size();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING && TELLING.contains(name)) {
                said.put(name, parser.getText());
            } else if (value == JsonToken.START_ARRAY && name.equals("content")) {
                contents = Contents.of(elements(parser, edits, goes));
            } else {
                parser.skipChildren();
            }
        }
        Element whole = new Element(from, JsonBytes.end(parser), said, contents, false);
        if (!contents.nothingLeft && !goes.test(whole)) {
            return whole;
        }
        // of what goes as a whole nothing need be cut
        edits.subList(before, edits.size()).clear();
        return new Element(from, whole.to, said, contents, true);
    }

    /** Whether it is reasoning that Sidecar has signed itself. */
    private boolean isOwn(Element element) {
        boolean ours = signature.equals(element.said.get("signature"))
                || element.said.getOrDefault("encrypted_content", "").startsWith(signature + '.');
        return ours && (element.type().equals(THINKING) || element.type().equals("reasoning"));
    }
}
