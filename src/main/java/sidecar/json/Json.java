package sidecar.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one place that turns text into JSON trees and back. Duplicate names, anything after the value, and nesting deeper
 * than {@value #MAX_DEPTH} are refused; fractions are read exactly. Callable from any thread.
 */
public final class Json {

    /** Deep enough for any configuration, far from exhausting a stack. */
    private static final int MAX_DEPTH = 64;

    private static final int MAX_MESSAGE_DEPTH = 512;

    /** A tree of so many takes some 100 MB at the worst, while its text may have only a few. */
    private static final long MAX_TOKENS = 1_000_000;

    /** Patterns see characters, not their halves: these are alone. */
    private static final Pattern HALF_PAIR = Pattern.compile("[\\x{d800}-\\x{dfff}]");

    private static final JsonMapper STRICT = mapper(false, MAX_DEPTH);
    private static final JsonMapper LENIENT = mapper(true, MAX_DEPTH);
    private static final JsonMapper REQUESTS = mapper(false, MAX_MESSAGE_DEPTH);

    /** Python writes NaN and Infinity; a name that stands twice is the upstream's own business. */
    private static final JsonMapper ANSWERS = JsonMapper.builder(JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_MESSAGE_DEPTH)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    private static JsonMapper mapper(boolean lenient, int maxDepth) {
        JsonFactory factory = JsonFactory.builder()
                .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, true)
                .configure(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION, false)
                .configure(JsonReadFeature.ALLOW_TRAILING_COMMA, lenient)
                .configure(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, lenient)
                .configure(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS, lenient)
                .configure(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS, lenient)
                .configure(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS, lenient)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxTokenCount(MAX_TOKENS)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    /** Reads exactly one JSON value. */
    public static JsonNode read(String text) throws MalformedJsonException {
        return read(STRICT, text);
    }

    /** Reads exactly one JSON value in UTF-8; a byte-order mark is skipped. */
    public static JsonNode read(byte[] utf8) throws MalformedJsonException {
        return read(STRICT, text(utf8));
    }

    /**
     * Reads exactly one JSON value in UTF-8: a client's request, which may nest deeper than what operators write.
     *
     * @throws UncheckedIOException if the bytes cannot be had
     */
    public static JsonNode readRequest(InputStream utf8) throws MalformedJsonException {
        try {
            return present(REQUESTS.readTree(utf8));
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(explain(e));
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        }
    }

    /** Decodes UTF-8 without replacing anything; a byte-order mark is skipped. */
    public static String text(byte[] utf8) throws MalformedJsonException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new MalformedJsonException("not valid UTF-8");
        }
    }

    /**
     * Reads JSON5, which people write by hand (as {@code openclaw.json}): also comments, trailing commas, single quotes,
     * names without quotes, strings over several lines, and numbers such as {@code +1}, {@code .5} and {@code 0x1F}.
     */
    public static JsonNode readLenient(String text) throws MalformedJsonException {
        return read(LENIENT, Json5.toJson(text));
    }

    /** Reads one JSON object in UTF-8 as an upstream wrote it, more generously than what is sent to Sidecar; empty when it is none. */
    public static Optional<ObjectNode> readAnswer(byte[] utf8, int from, int length) {
        try {
            return ANSWERS.readTree(utf8, from, length) instanceof ObjectNode object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static JsonNode read(JsonMapper mapper, String text) throws MalformedJsonException {
        try {
            return present(mapper.readTree(text));
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(explain(e));
        }
    }

    private static JsonNode present(@Nullable JsonNode node) throws MalformedJsonException {
        if (node == null || node.isMissingNode()) {
            throw new MalformedJsonException("empty: expected a JSON value");
        }
        return node;
    }

    private static String explain(JsonProcessingException e) {
        String first = e.getOriginalMessage().lines().findFirst().orElse("malformed");
        // What follows talks to programmers: class names and switches of the parser.
        // A word where a value should be may be a secret that somebody forgot to quote.
        String plain = first.startsWith("Trailing token")
                ? "something follows after the value"
                : first.startsWith("Token count")
                        ? "it has more than " + MAX_TOKENS + " values"
                        : first.replaceFirst("( \\(|: enable |: maybe ).*", "")
                                .replaceFirst("^Unrecognized token '.*", "a word that is no value");
        return e.getLocation() == null
                ? plain
                : plain + " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    /** A new empty object. */
    public static ObjectNode object() {
        return STRICT.createObjectNode();
    }

    /** A new empty array. */
    public static ArrayNode array() {
        return STRICT.createArrayNode();
    }

    /** Adds a number, or null for none. */
    public static void put(ObjectNode object, String name, OptionalInt number) {
        if (number.isPresent()) {
            object.put(name, number.getAsInt());
        } else {
            object.putNull(name);
        }
    }

    /** The tree of a plain value: map, list, string, number, boolean or null. */
    public static JsonNode tree(Object value) {
        return STRICT.valueToTree(value);
    }

    /** An object as a plain map in the same order; values may be null. */
    public static Map<String, Object> map(ObjectNode object) {
        return STRICT.convertValue(object, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    /** The text of {@code node}, on one line. */
    public static String write(JsonNode node) {
        return write(STRICT.writer(), node);
    }

    /** The bytes of {@code node}, as {@link #utf8} makes them. */
    public static byte[] bytes(JsonNode node) {
        try {
            return STRICT.writeValueAsBytes(node);
        } catch (JsonProcessingException halfPair) {
            return utf8(write(node));
        }
    }

    /** The bytes of a JSON text. Half of a surrogate pair, which UTF-8 cannot say and JSON can, is escaped. */
    public static byte[] utf8(String json) {
        String whole = hasSurrogates(json)
                ? HALF_PAIR.matcher(json).replaceAll(half -> {
                    return String.format("\\\\u%04x", (int) half.group().charAt(0));
                })
                : json;
        return whole.getBytes(StandardCharsets.UTF_8);
    }

    /** A loop: it runs for every event of a translated stream. */
    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** The text of {@code node}, on many lines, for people. */
    public static String pretty(JsonNode node) {
        return write(STRICT.writerWithDefaultPrettyPrinter(), node);
    }

    /** The text of {@code node} for a script element of a page: no name in it can end the element. */
    public static String inScript(JsonNode node) {
        return write(node).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }

    private static String write(ObjectWriter writer, JsonNode node) {
        try {
            return writer.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree could not be written", e);
        }
    }
}
