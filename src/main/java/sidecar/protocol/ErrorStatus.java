package sidecar.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;
import sidecar.body.JsonBytes;

/** Reads which HTTP status an error speaks of in its own words, such as {@code "code": "rate_limit_exceeded"}. */
final class ErrorStatus {

    private static final int MAX_CODE_LENGTH = 64;

    private ErrorStatus() {}

    /** The status that a code is or stands for; the one known before when it is none. */
    static int read(JsonParser parser, JsonToken value, int known) throws IOException {
        if (value == JsonToken.VALUE_NUMBER_INT) {
            long number = JsonBytes.count(parser);
            return number >= 400 && number < 600 ? (int) number : known;
        }
        if (value != JsonToken.VALUE_STRING || parser.getTextLength() > MAX_CODE_LENGTH) {
            return known;
        }
        String text = parser.getText().toLowerCase(Locale.ROOT);
        if (text.matches("[45]\\d\\d")) {
            return Integer.parseInt(text);
        }
        boolean limited =
                text.contains("rate_limit") || text.equals("resource_exhausted") || text.equals("too_many_requests");
        return limited ? 429 : known;
    }
}
