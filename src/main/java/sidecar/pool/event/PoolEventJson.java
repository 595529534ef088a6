package sidecar.pool.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/**
 * Pool events as JSON, for other nodes: {@code kind} is the event's name, every other member a component of it. Moments are written as milliseconds since it was
 * told, so that they mean the same by clocks that differ; durations in milliseconds. Nodes of two versions read each other as long as names stay.
 */
public final class PoolEventJson {

    private static final String KIND = "kind";

    private static final Map<String, Class<?>> KINDS =
            kinds(PoolEvent.class).collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

    private PoolEventJson() {}

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(PoolEventJson::kinds)
                : Stream.of(type);
    }

    /**
     * Writes one.
     *
     * @param told when it was learned, by the clock that its moments are of
     */
    public static String write(PoolEvent event, Instant told) {
        ObjectNode json = Json.object().put(KIND, event.getClass().getSimpleName());
        write(json, event, told);
        return Json.write(json);
    }

    private static void write(ObjectNode json, Object of, Instant told) {
        for (RecordComponent component : of.getClass().getRecordComponents()) {
            String name = component.getName();
            Object value = value(component, of);
            if (value instanceof Optional<?> optional) {
                value = optional.orElse(null);
            }
            if (value instanceof Instant instant) {
                json.put(name, Duration.between(told, instant).toMillis());
            } else if (value instanceof Duration duration) {
                json.put(name, duration.toMillis());
            } else if (value instanceof CooldownRecord cooldown) {
                write(json.putObject(name), cooldown, told);
            } else if (value != null) {
                json.putPOJO(name, value);
            }
        }
    }

    private static Object value(RecordComponent component, Object of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException notPublic) {
            throw new IllegalStateException(notPublic);
        }
    }

    /**
     * Reads one.
     *
     * @param told when it was told, by this node's clock
     * @return empty when it is of a kind, or has a form, that this version does not know
     */
    public static Optional<PoolEvent> read(String text, Instant told) {
        try {
            JsonNode json = Json.read(text);
            return Optional.ofNullable(KINDS.get(json.path(KIND).asText()))
                    .map(type -> (PoolEvent) read(type, json, told));
        } catch (MalformedJsonException | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private static Object read(Class<?> type, JsonNode json, Instant told) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = read(types[i], json, components[i].getName(), told);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException refused) {
            throw new IllegalArgumentException(refused);
        }
    }

    private static Object read(Class<?> type, JsonNode json, String name, Instant told) {
        JsonNode value = json.path(name);
        if (type == Optional.class) {
            return value.isMissingNode() ? Optional.empty() : Optional.of(told.plusMillis(value.asLong()));
        }
        if (value.isMissingNode()) {
            throw new IllegalArgumentException("no " + name);
        }
        if (type == Instant.class) {
            return told.plusMillis(value.asLong());
        }
        if (type == Duration.class) {
            return Duration.ofMillis(value.asLong());
        }
        if (type == CooldownRecord.class) {
            return read(type, value, told);
        }
        if (type == boolean.class) {
            return value.asBoolean();
        }
        if (type == int.class) {
            return value.asInt();
        }
        return type == long.class ? value.asLong() : value.asText();
    }
}
