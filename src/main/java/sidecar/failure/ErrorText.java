package sidecar.failure;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * What an error says in its own words: the code, type and message of a JSON error, without what it repeats of the request. A
 * web page says nothing. Pure functions.
 */
final class ErrorText {

    /** Members that hold the upstream's own words; of OpenAI, Anthropic, Google, NVIDIA, FastAPI, problem+json. */
    private static final Set<String> SAYING = Set.of(
            "code",
            "type",
            "message",
            "status",
            "reason",
            "detail",
            "title",
            "msg",
            "error_code",
            "error_msg",
            "object");

    /** Members that hold more of them, or a list of such. */
    private static final Set<String> HOLDING = Set.of("error", "errors", "details");

    /** Plain text that is longer is no message, and of a message so much counts. */
    private static final int MAX_TEXT = 2_000;

    private static final int MAX_DEPTH = 4;

    private static final Pattern REPEATING = Pattern.compile("^\\[\\{'|'input':");

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private ErrorText() {}

    /**
     * Reads the beginning of an error's body.
     *
     * @param body may be cut off anywhere
     * @return one line for each thing it says; empty when it says nothing that can be believed
     */
    static String of(String body) {
        String text = body.strip();
        if (text.startsWith("{") || text.startsWith("[")) {
            return json(text);
        }
        return text.startsWith("<") || text.length() > MAX_TEXT ? "" : text;
    }

    private static String json(String text) {
        StringJoiner said = new StringJoiner("\n");
        try (JsonParser parser = JSON.createParser(text)) {
            value(parser, parser.nextToken(), said, 0);
        } catch (IOException cut) {
            // what came before counts
        }
        return said.toString();
    }

    /** The value at the current token, of which the members count. Reads it to its end. */
    private static void value(JsonParser parser, JsonToken token, StringJoiner said, int depth) throws IOException {
        if (token == JsonToken.START_ARRAY && depth < MAX_DEPTH) {
            for (JsonToken item = parser.nextToken();
                    item != JsonToken.END_ARRAY && item != null;
                    item = parser.nextToken()) {
                value(parser, item, said, depth + 1);
            }
        } else if (token == JsonToken.START_OBJECT && depth < MAX_DEPTH) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                member(parser, parser.currentName(), parser.nextToken(), said, depth);
            }
        } else if (token == JsonToken.VALUE_STRING && depth > 0) {
            add(parser, said); // "error": "…", or a list of texts
        } else if (token != null) {
            parser.skipChildren();
        }
    }

    private static void add(JsonParser parser, StringJoiner said) throws IOException {
        String text = parser.getText();
        if (REPEATING.matcher(text).find()) {
            return; // a list of faults as Python prints it, each with the input that it is about
        }
        said.add(text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text);
    }

    private static void member(JsonParser parser, String name, JsonToken value, StringJoiner said, int depth)
            throws IOException {
        if (SAYING.contains(name) && value != null && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
            add(parser, said);
        } else if (HOLDING.contains(name)) {
            value(parser, value, said, depth + 1);
        } else if (value != null) {
            parser.skipChildren();
        }
    }
}
