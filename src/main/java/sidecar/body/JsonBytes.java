package sidecar.body;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads JSON in place: a token stream over bytes that tells at which byte each value begins and ends. */
public final class JsonBytes {

    /** Objects and arrays inside each other, at the most. */
    public static final int DEPTH = 512;

    /** More LLM tokens than any answer has; so small that no sum of some overflows. */
    public static final long LARGEST_COUNT = 1_000_000_000_000L;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            // always UTF-8: with detection on, UTF-16 would be read too, and its byte offsets would be lost
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            // field names come from outside: never into the JVM's own table
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Python writes NaN and Infinity where logarithms of nothing are, and clients in Python read them. */
    private static final JsonFactory ANSWERS = ((JsonFactoryBuilder) FACTORY.rebuild())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private JsonBytes() {}

    /** Reads an answer, more generously than a request: it passes on as it is. */
    public static JsonParser answer(byte[] bytes, int from, int length) throws IOException {
        return ANSWERS.createParser(bytes, from, length);
    }

    /** Reads bytes that may be in a file, of which a piece at a time is taken. */
    public static JsonParser read(ByteSource bytes) throws IOException {
        ByteBuffer first = bytes.some(0);
        return first.remaining() == bytes.length()
                ? read(first.array(), first.arrayOffset(), first.remaining())
                : FACTORY.createParser(bytes.stream());
    }

    private static JsonParser read(byte[] bytes, int from, int length) throws IOException {
        return FACTORY.createParser(bytes, from, length);
    }

    /** The number at the current token as a count: whole, not negative, and bounded. */
    public static long count(JsonParser parser) throws IOException {
        return (long) Math.min(LARGEST_COUNT, Math.max(0, parser.getDoubleValue()));
    }

    /** The byte at which the current token begins, counted from where the reading began. */
    public static int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    /** The byte after the current token, which must be a string, a literal or a closing bracket. */
    public static int end(JsonParser parser) throws IOException {
        parser.finishToken();
        return (int) parser.currentLocation().getByteOffset();
    }

    /** Whether a value is a text or a structure that is not empty. */
    public static boolean isFull(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getTextLength() > 0;
        }
        if (!value.isStructStart()) {
            return false;
        }
        JsonToken token = parser.nextToken();
        boolean full = !token.isStructEnd();
        for (int depth = 1; depth > 0; ) {
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            token = depth > 0 ? parser.nextToken() : token;
        }
        return full;
    }

    /** Goes to the end of a value that was entered with {@code began} and may have been read already. */
    public static void finish(JsonParser parser, JsonToken began) throws IOException {
        boolean stillAtItsBegin = parser.currentToken() == began;
        if (stillAtItsBegin && began.isStructStart()) {
            parser.skipChildren();
        }
    }
}
