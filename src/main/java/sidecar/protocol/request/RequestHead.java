package sidecar.protocol.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import sidecar.body.ByteEdit;
import sidecar.body.ByteSource;
import sidecar.body.JsonBytes;
import sidecar.body.RequestBody;
import sidecar.json.Texts;
import sidecar.protocol.ApiError;

/**
 * What a request's body says about where it goes. Found by scanning: the body is never rebuilt, only the spans that must
 * change are replaced. Immutable.
 *
 * @param model as the client wrote it; empty when the body names none
 * @param modelAt the bytes of its value, quotes included
 * @param quoted whether the value is a JSON string, as opposed to a multipart field
 * @param stream whether a stream was asked for, which only {@code true} does
 * @param previous the earlier response it goes on from ({@code previous_response_id}); empty without one
 * @param usage how to ask for usage; empty when the client asked for it itself, or it cannot be asked for
 * @param size what it says about how large its answer may be and how it begins
 */
public record RequestHead(
        Optional<String> model,
        Span modelAt,
        boolean quoted,
        boolean stream,
        Optional<String> previous,
        Optional<ByteEdit> usage,
        Size size) {

    /** A body that says nothing. */
    public static final RequestHead NONE = new RequestHead(
            Optional.empty(), new Span(0, 0), false, false, Optional.empty(), Optional.empty(), Size.UNKNOWN);

    static final int LONGEST_MODEL = 200;

    private static final byte[] INCLUDE = bytes("{\"include_usage\":true}");

    /** Bytes {@code from} up to but not including {@code to}. */
    public record Span(int from, int to) {}

    /**
     * How large an exchange may become.
     *
     * @param output LLM tokens that each choice may have; empty where the client names no bound
     * @param choices how many answers are asked for, at least 1
     * @param opening its first two messages; empty when it has fewer
     */
    public record Size(OptionalLong output, long choices, Optional<Span> opening) {
        static final Size UNKNOWN = new Size(OptionalLong.empty(), 1, Optional.empty());
    }

    /** What came of reading. */
    public sealed interface Reading {
        /** The head. */
        record Read(RequestHead head) implements Reading {}

        /** The body is not one that may be sent on. */
        record Wrong(ApiError error) implements Reading {}
    }

    /**
     * Reads a JSON body, which must be one JSON object in UTF-8 and nothing else.
     *
     * @throws UncheckedIOException if the body is in a file that cannot be read
     */
    public static Reading json(RequestBody body) {
        return json(body.bytes());
    }

    static Reading json(ByteSource body) {
        if (!utf8(body)) {
            return wrong("The request body is not valid UTF-8.", "");
        }
        try (JsonParser parser = JsonBytes.read(body)) {
            return new Scan(parser).object();
        } catch (StreamConstraintsException tooDeep) {
            return wrong("The request body nests deeper than " + JsonBytes.DEPTH + " levels.", "");
        } catch (IOException malformed) {
            return wrong("The request body is not valid JSON" + where(malformed) + ".", "");
        }
    }

    /**
     * Reads a multipart/form-data body.
     *
     * @throws UncheckedIOException if it is in a file that cannot be read
     */
    public static Reading multipart(String contentType, RequestBody body) {
        return MultipartHead.read(contentType, body.bytes());
    }

    /** The changes that send this body to a provider that calls the model {@code nativeId}. */
    public List<ByteEdit> edits(String nativeId, boolean askUsage) {
        List<ByteEdit> edits = new ArrayList<>();
        if (model.isPresent() && !model.get().equals(nativeId)) {
            edits.add(new ByteEdit(modelAt.from, modelAt.to, bytes(quoted ? ApiError.quoted(nativeId) : nativeId)));
        }
        if (askUsage) {
            usage.ifPresent(edits::add);
        }
        edits.sort(Comparator.comparingInt(ByteEdit::from));
        return edits;
    }

    private static String where(IOException malformed) {
        return malformed instanceof com.fasterxml.jackson.core.JsonProcessingException at && at.getLocation() != null
                ? " (near byte " + at.getLocation().getByteOffset() + ")"
                : "";
    }

    static Reading wrong(String message, String param) {
        return new Reading.Wrong(ApiError.invalid(message, param));
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Jackson lets overlong forms and lone surrogates pass inside strings it skips; the decoder does not. */
    private static boolean utf8(ByteSource body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer out = CharBuffer.allocate(Math.min(body.length() + 1, 4096));
        int at = 0;
        while (at < body.length()) {
            ByteBuffer in = body.some(at);
            int from = in.position();
            boolean last = at + in.remaining() == body.length();
            CoderResult result = CoderResult.OVERFLOW;
            while (result.isOverflow()) {
                out.clear();
                result = decoder.decode(in, out, last);
            }
            if (result.isError()) {
                return false;
            }
            // a character that this piece cuts in two is read again with the next
            at += in.position() - from;
        }
        return true;
    }

    /** Why a model name may not be used; empty for a good one. */
    static Optional<String> fault(String model) {
        boolean good = !model.isEmpty()
                && model.codePointCount(0, model.length()) <= LONGEST_MODEL
                && !Texts.hasControls(model);
        return good
                ? Optional.empty()
                : Optional.of("'model' must be 1 to " + LONGEST_MODEL + " characters without control characters.");
    }

    /** One pass over the top level of a body. */
    private static final class Scan {
        private static final int DIGITS = 12;
        private static final long LARGEST = 1_000_000_000;

        private final JsonParser parser;
        private final Set<String> seen = new HashSet<>();
        private Optional<String> model = Optional.empty();
        private Span modelAt = new Span(0, 0);
        private boolean stream;
        private Optional<String> previous = Optional.empty();
        private Optional<ByteEdit> usage = Optional.empty();
        private Optional<Span> opening = Optional.empty();
        // in the order in which they count: the first that is named does
        private final long[] outputs = {-1, -1, -1};
        private long choices = 1;

        Scan(JsonParser parser) {
            this.parser = parser;
        }

        Reading object() throws IOException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return wrong("The request body must be a JSON object.", "");
            }
            int inside = JsonBytes.end(parser);
            usage = Optional.of(new ByteEdit(inside, inside, bytes("\"stream_options\":" + text(INCLUDE) + ",")));
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                Optional<Reading> wrong = field(parser.currentName());
                if (wrong.isPresent()) {
                    return wrong.get();
                }
            }
            if (parser.nextToken() != null) {
                return wrong("The request body has more after its JSON object.", "");
            }
            return new Reading.Read(new RequestHead(model, modelAt, true, stream, previous, usage, size()));
        }

        private Optional<Reading> field(String name) throws IOException {
            boolean ours = name.equals("model") || name.equals("stream") || name.equals("stream_options");
            if (ours && !seen.add(name)) {
                return Optional.of(wrong("'" + name + "' stands twice in the request body.", name));
            }
            JsonToken value = parser.nextToken();
            switch (name) {
                case "model" -> {
                    return model(value);
                }
                case "stream" -> stream = value == JsonToken.VALUE_TRUE;
                case "previous_response_id" ->
                    previous = value == JsonToken.VALUE_STRING ? Optional.of(parser.getText()) : Optional.empty();
                case "stream_options" -> usage = options(value);
                case "max_completion_tokens" -> outputs[0] = number(value);
                case "max_tokens" -> outputs[1] = number(value);
                case "max_output_tokens" -> outputs[2] = number(value);
                case "n" -> choices = Math.max(1, number(value));
                case "messages" -> {
                    messages(value);
                    return Optional.empty();
                }
                default -> {}
            }
            parser.skipChildren();
            return Optional.empty();
        }

        private Size size() {
            return new Size(LongStream.of(outputs).filter(n -> n >= 0).findFirst(), choices, opening);
        }

        /** Small enough that no sum of them overflows; negative for anything else than a number. */
        private long number(JsonToken value) throws IOException {
            if (value != JsonToken.VALUE_NUMBER_INT) {
                return -1;
            }
            return parser.getTextLength() > DIGITS ? LARGEST : Math.min(LARGEST, parser.getLongValue());
        }

        private void messages(JsonToken value) throws IOException {
            if (value != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            int from = -1;
            int message = 0;
            for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                from = message == 0 ? JsonBytes.start(parser) : from;
                parser.skipChildren();
                if (++message == 2) {
                    opening = Optional.of(new Span(from, JsonBytes.end(parser)));
                }
            }
        }

        private Optional<Reading> model(JsonToken value) throws IOException {
            if (value != JsonToken.VALUE_STRING) {
                return Optional.of(wrong("'model' must be a string.", "model"));
            }
            int from = JsonBytes.start(parser);
            String name = parser.getText();
            modelAt = new Span(from, JsonBytes.end(parser));
            model = Optional.of(name);
            return fault(name).map(fault -> wrong(fault, "model"));
        }

        private Optional<ByteEdit> options(JsonToken value) throws IOException {
            int from = JsonBytes.start(parser);
            if (value == JsonToken.VALUE_NULL) {
                return Optional.of(new ByteEdit(from, JsonBytes.end(parser), INCLUDE));
            }
            if (value != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            int inside = JsonBytes.end(parser);
            boolean empty = true;
            Optional<ByteEdit> include = Optional.empty();
            boolean named = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                empty = false;
                boolean ours = parser.currentName().equals("include_usage");
                JsonToken inner = parser.nextToken();
                if (ours) {
                    named = true;
                    include = inner == JsonToken.VALUE_NULL || inner == JsonToken.VALUE_FALSE
                            ? Optional.of(new ByteEdit(JsonBytes.start(parser), JsonBytes.end(parser), bytes("true")))
                            : Optional.empty();
                }
                parser.skipChildren();
            }
            return named
                    ? include
                    : Optional.of(new ByteEdit(inside, inside, bytes("\"include_usage\":true" + (empty ? "" : ","))));
        }

        private static String text(byte[] ascii) {
            return new String(ascii, StandardCharsets.US_ASCII);
        }
    }
}
