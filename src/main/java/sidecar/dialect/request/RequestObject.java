package sidecar.dialect.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An object of a client's request, with its path: reads its members by type. One that is absent or null is empty; one of another
 * type is refused. Remembers which members were asked for. Not thread-safe.
 */
public final class RequestObject {

    private final ObjectNode node;
    private final String path;
    private final Set<String> known = new HashSet<>();

    /** @param path empty for the request itself */
    public RequestObject(ObjectNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /** The path of a member. */
    public String at(String name) {
        return path.isEmpty() ? name : path + '.' + name;
    }

    /** Its own path. */
    public String path() {
        return path;
    }

    /** The tree; not to be changed. */
    public ObjectNode node() {
        return node;
    }

    /** A member as it is; empty when it is absent or null. */
    public Optional<JsonNode> member(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    public Optional<String> text(String name) throws InvalidRequestException {
        Optional<JsonNode> value = member(name);
        check(value, JsonNode::isTextual, name, "must be a string");
        return value.map(JsonNode::textValue);
    }

    public String requiredText(String name) throws InvalidRequestException {
        return text(name).orElseThrow(() -> new InvalidRequestException(at(name), "must be a string"));
    }

    public Optional<Boolean> flag(String name) throws InvalidRequestException {
        Optional<JsonNode> value = member(name);
        check(value, JsonNode::isBoolean, name, "must be true or false");
        return value.map(JsonNode::booleanValue);
    }

    public Optional<BigDecimal> number(String name) throws InvalidRequestException {
        Optional<JsonNode> value = member(name);
        check(value, JsonNode::isNumber, name, "must be a number");
        return value.map(JsonNode::decimalValue);
    }

    /** A whole number from {@code min}; 4096.0 is one. */
    public OptionalLong integer(String name, long min) throws InvalidRequestException {
        Optional<JsonNode> value = member(name);
        check(
                value,
                found -> found.isNumber()
                        && found.canConvertToExactIntegral()
                        && found.canConvertToLong()
                        && found.longValue() >= min,
                name,
                "must be an integer from " + min);
        return value.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(value.get().longValue());
    }

    public Optional<RequestObject> object(String name) throws InvalidRequestException {
        Optional<JsonNode> value = member(name);
        check(value, JsonNode::isObject, name, "must be an object");
        return value.map(found -> new RequestObject((ObjectNode) found, at(name)));
    }

    /** The objects of an array; none when it is absent. */
    public List<RequestObject> objects(String name) throws InvalidRequestException {
        Optional<JsonNode> value = member(name);
        check(value, JsonNode::isArray, name, "must be an array");
        List<RequestObject> objects = new ArrayList<>();
        if (value.isPresent()) {
            for (JsonNode item : value.get()) {
                String at = at(name) + '[' + objects.size() + ']';
                if (!(item instanceof ObjectNode object)) {
                    throw new InvalidRequestException(at, "must be an object");
                }
                objects.add(new RequestObject(object, at));
            }
        }
        return objects;
    }

    /** The strings of an array, or a single string; none when it is absent. */
    public List<String> texts(String name) throws InvalidRequestException {
        Optional<JsonNode> value = member(name);
        if (value.isPresent() && value.get().isTextual()) {
            return List.of(value.get().textValue());
        }
        check(value, JsonNode::isArray, name, "must be a string or an array of strings");
        List<String> texts = new ArrayList<>();
        if (value.isPresent()) {
            for (JsonNode item : value.get()) {
                if (!item.isTextual()) {
                    throw new InvalidRequestException(at(name) + '[' + texts.size() + ']', "must be a string");
                }
                texts.add(item.textValue());
            }
        }
        return texts;
    }

    /** Members that mean nothing for the translation and are no loss either. */
    public void ignore(String... names) {
        known.addAll(List.of(names));
    }

    /** Members that nobody asked for. Call last. */
    public List<String> unknown() {
        List<String> names = new ArrayList<>();
        node.properties().forEach(member -> {
            if (!known.contains(member.getKey()) && !member.getValue().isNull()) {
                names.add(member.getKey());
            }
        });
        return names;
    }

    /** A kind of object that is refused; for readers' own rules. */
    public InvalidRequestException invalid(String name, String rule) {
        return new InvalidRequestException(at(name), rule);
    }

    private void check(Optional<JsonNode> value, Predicate<JsonNode> type, String name, String rule)
            throws InvalidRequestException {
        if (value.isPresent() && !type.test(value.get())) {
            throw new InvalidRequestException(at(name), rule);
        }
    }
}
