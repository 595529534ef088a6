package sidecar.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/**
 * A JSON tree that is changed as bytes say. Whoever reads trees is fuzzed with it, since bytes alone hardly ever become JSON: of each four
 * bytes the first says what is done, the next two with which value of the tree, the last with what.
 */
final class MutatedJson {

    private static final int CHANGE = 4;

    /** A tree that grows beyond is not made larger. */
    private static final int MAX_VALUES = 4_000;

    private static final List<JsonNode> VALUES = List.of(
            json("null"),
            json("true"),
            json("false"),
            json("0"),
            json("-1"),
            json("0.5"),
            json("1e400"),
            json("1e999999999"),
            json("-1e-999999999"),
            json("99999999999999999999"),
            json("\"\""),
            json("\" \""),
            json("\"\\ud800\\u0000</think><think>\""),
            json("\"{\\\"a\\\": 1}\""),
            json("\"data:;base64,%\""),
            json("[]"),
            json("[[]]"),
            json("{}"),
            json("{\"type\": \"unheard_of\"}"));

    private final JsonNode tree;
    private final List<String> words;

    /** A member of an object, or an element of an array. */
    private record Slot(ContainerNode<?> parent, String name, int index) {

        JsonNode value() {
            return parent instanceof ObjectNode object ? object.get(name) : parent.get(index);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(name, value);
            } else {
                ((ArrayNode) parent).set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(name);
            } else {
                ((ArrayNode) parent).remove(index);
            }
        }

        void addBeside(JsonNode value, String otherName) {
            if (parent instanceof ObjectNode object) {
                object.set(otherName, value);
            } else {
                ((ArrayNode) parent).insert(index, value);
            }
        }
    }

    private static JsonNode json(String text) {
        try {
            return Json.read(text);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private MutatedJson(JsonNode tree) {
        this.tree = tree;
        TreeSet<String> found = new TreeSet<>();
        slots().forEach(slot -> {
            found.add(slot.name);
            found.add(slot.value().isTextual() ? slot.value().textValue() : "");
        });
        this.words = List.copyOf(found);
    }

    /** The text of {@code sample} in UTF-8, changed as the bytes from {@code from} on say. */
    static byte[] of(JsonNode sample, byte[] bytes, int from) {
        MutatedJson mutated = new MutatedJson(sample.deepCopy());
        for (int at = from; at + CHANGE <= bytes.length; at += CHANGE) {
            mutated.change(
                    bytes[at] & 0xff, (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff), bytes[at + 3] & 0xff);
        }
        return Json.utf8(Json.write(mutated.tree));
    }

    private void change(int what, int which, int with) {
        List<Slot> slots = slots();
        if (slots.isEmpty()) {
            return;
        }
        Slot slot = slots.get(which % slots.size());
        JsonNode other = slots.get((which + with) % slots.size()).value();
        String word = words.get(with % words.size());
        switch (what % 8) {
            case 0 -> slot.remove();
            case 1 -> slot.set(VALUES.get(with % VALUES.size()).deepCopy());
            case 2 -> slot.set(TextNode.valueOf(word));
            case 3 -> slot.addBeside(slot.value().deepCopy(), word);
            case 4 -> {
                JsonNode value = slot.value();
                slot.remove();
                slots().stream().findFirst().ifPresent(first -> first.addBeside(value, word));
            }
            default -> {
                if (slots.size() < MAX_VALUES && size(other) < MAX_VALUES / 8) {
                    slot.set(other.deepCopy());
                }
            }
        }
        if (tree.isEmpty()) {
            ((ObjectNode) tree).put(word, with);
        }
    }

    private static int size(JsonNode value) {
        int size = 1;
        for (JsonNode inner : value) {
            size += size(inner);
        }
        return size;
    }

    private List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        collect(tree, slots);
        return slots;
    }

    private static void collect(JsonNode node, List<Slot> slots) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> member : object.properties()) {
                slots.add(new Slot(object, member.getKey(), -1));
                collect(member.getValue(), slots);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                slots.add(new Slot(array, "", i));
                collect(array.get(i), slots);
            }
        }
    }
}
