package sidecar.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object's fields by type and rule, and collects one message per bad field instead of stopping at the first. A
 * field that is absent, or bad, yields the fallback; whoever asks looks at {@link #errors()} before using anything. Not
 * thread-safe.
 */
public final class Fields {

    private final ObjectNode object;
    private final String path;
    private final List<FieldError> errors;
    private final List<String> unknownFields;
    private final Set<String> known = new LinkedHashSet<>();

    public Fields(ObjectNode object) {
        this(object, "", new ArrayList<>(), new ArrayList<>());
    }

    private Fields(ObjectNode object, String path, List<FieldError> errors, List<String> strangers) {
        this.object = object;
        this.path = path;
        this.errors = errors;
        this.unknownFields = strangers;
    }

    /** The fields of an object inside this one; its errors and strangers are collected here. */
    public Fields inside(String name, ObjectNode child) {
        return new Fields(child, at(name) + ".", errors, unknownFields);
    }

    /** The full path of a field. */
    public String at(String name) {
        return path + name;
    }

    /** Whether the field is there, be it null. */
    public boolean has(String name) {
        return object.has(name);
    }

    /** Whether the field is there and null. */
    public boolean isNull(String name) {
        return object.has(name) && object.get(name).isNull();
    }

    /** The field as it is; null when absent. It counts as known from now on. */
    public @Nullable JsonNode node(String name) {
        known.add(name);
        return object.get(name);
    }

    /** Declares fields that are neither read nor strange. */
    public void ignore(List<String> names) {
        known.addAll(names);
    }

    /** A stripped text without control characters, {@code min} to {@code max} characters long. */
    public String text(String name, String fallback, int min, int max) {
        JsonNode node = node(name);
        if (node == null) {
            return fallback;
        }
        if (!node.isTextual()) {
            return refuse(name, "must be a string", fallback);
        }
        String text = node.textValue().strip();
        if (text.length() < min || text.length() > max) {
            return refuse(name, "must have " + min + " to " + max + " characters, has " + text.length(), fallback);
        }
        return Texts.hasControls(text) ? refuse(name, "must not contain control characters", fallback) : text;
    }

    /** Like {@link #text} where null or an empty text stands for none. */
    public Optional<String> optionalText(String name, Optional<String> fallback, int max) {
        if (isNull(name)) {
            known.add(name);
            return Optional.empty();
        }
        return Optional.of(text(name, fallback.orElse(""), 0, max)).filter(text -> !text.isEmpty());
    }

    public boolean flag(String name, boolean fallback) {
        JsonNode node = node(name);
        if (node == null) {
            return fallback;
        }
        return node.isBoolean() ? node.booleanValue() : refuse(name, "must be true or false", fallback);
    }

    public int integer(String name, int fallback, int min, int max) {
        JsonNode node = node(name);
        if (node == null) {
            return fallback;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
            return refuse(name, "must be an integer from " + min + " to " + max + was(node), fallback);
        }
        return node.intValue();
    }

    /** Like {@link #integer} from 1, where null or 0 stands for none. */
    public OptionalInt optionalInteger(String name, OptionalInt fallback) {
        if (isNull(name)) {
            known.add(name);
            return OptionalInt.empty();
        }
        int number = integer(name, fallback.orElse(0), 0, Integer.MAX_VALUE);
        return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** One of several names. */
    public <E> E choice(String name, E fallback, Function<String, Optional<E>> of, String names) {
        JsonNode node = node(name);
        if (node == null) {
            return fallback;
        }
        Optional<E> choice = node.isTextual() ? of.apply(node.textValue().strip()) : Optional.empty();
        return choice.orElseGet(() -> refuse(name, "must be one of " + names, fallback));
    }

    /** What {@code read} makes of the field, where null stands for none; a value of which it makes nothing breaks {@code rule}. */
    public <T> Optional<T> optional(
            String name, Optional<T> fallback, Function<JsonNode, Optional<T>> read, String rule) {
        JsonNode node = node(name);
        if (node == null) {
            return fallback;
        }
        if (node.isNull()) {
            return Optional.empty();
        }
        return read.apply(node).or(() -> refuse(name, rule, fallback));
    }

    /** An object; empty when the field is absent or null, or refused. */
    public Optional<ObjectNode> object(String name) {
        JsonNode node = node(name);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        return node instanceof ObjectNode found
                ? Optional.of(found)
                : refuse(name, "must be an object", Optional.<ObjectNode>empty());
    }

    /** Notes an error; {@code rule} goes on after the field's path. */
    public <T> T refuse(String name, String rule, T fallback) {
        errors.add(new FieldError(at(name), at(name) + " " + rule));
        return fallback;
    }

    /** Notes an error in its own words. */
    public void refuse(FieldError error) {
        errors.add(error);
    }

    /** To be called once every known field was asked for: what is left was never heard of. */
    public void reportUnknown() {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                unknownFields.add(at(Texts.excerpt(name)) + " is unknown and was ignored");
            }
        });
    }

    public List<FieldError> errors() {
        return List.copyOf(errors);
    }

    /** One sentence for each unknown field. */
    public List<String> unknownFields() {
        return List.copyOf(unknownFields);
    }

    private static String was(JsonNode node) {
        return ", was " + Texts.excerpt(node.isTextual() ? '"' + node.textValue() + '"' : Json.write(node));
    }
}
