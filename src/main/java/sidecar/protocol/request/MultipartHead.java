package sidecar.protocol.request;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.body.ByteCursor;
import sidecar.body.ByteSource;

/** Finds the {@code model} field of a multipart/form-data body, as audio and image edits send it. Pure functions. */
final class MultipartHead {

    private static final Pattern BOUNDARY =
            Pattern.compile("boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))", Pattern.CASE_INSENSITIVE);
    /** One parameter of Content-Disposition; quoted values are taken whole, so that nothing inside them looks like one. */
    private static final Pattern PARAMETER =
            Pattern.compile(";\\s*([^=;\\s\"]+)\\s*=\\s*(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^\\s;\"]*))");

    private static final int LONGEST_PART_HEAD = 8192;
    private static final byte[] HEADERS_END = RequestHead.bytes("\r\n\r\n");

    private MultipartHead() {}

    static RequestHead.Reading read(String contentType, ByteSource bytes) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            return RequestHead.wrong("The Content-Type multipart/form-data has no boundary.", "");
        }
        byte[] delimiter =
                RequestHead.bytes("--" + (boundary.group(1) != null ? boundary.group(1) : boundary.group(2)));
        ByteCursor body = new ByteCursor(bytes);
        RequestHead found = RequestHead.NONE;
        int part = delimiter(body, delimiter, 0);
        while (part >= 0) {
            int headers = part + delimiter.length;
            int next = delimiter(body, delimiter, headers);
            if (next < 0) {
                break;
            }
            int content = find(body, HEADERS_END, headers, next);
            if (content >= 0
                    && content + HEADERS_END.length <= next
                    && name(body, headers, content).equals("model")) {
                if (found.model().isPresent()) {
                    return RequestHead.wrong("'model' stands twice in the form.", "model");
                }
                int from = content + HEADERS_END.length;
                int to = Math.max(from, next - 2);
                Optional<String> model = utf8(body, from, to);
                Optional<String> fault = model.map(RequestHead::fault).orElse(Optional.of("'model' must be UTF-8."));
                if (fault.isPresent()) {
                    return RequestHead.wrong(fault.get(), "model");
                }
                found = new RequestHead(
                        model,
                        new RequestHead.Span(from, to),
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        RequestHead.Size.UNKNOWN);
            }
            part = next;
        }
        return new RequestHead.Reading.Read(found);
    }

    private static String name(ByteCursor body, int from, int to) {
        String headers =
                new String(body.copy(from, Math.min(to, from + LONGEST_PART_HEAD)), StandardCharsets.ISO_8859_1);
        for (String line : headers.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
                Matcher parameter = PARAMETER.matcher(line);
                while (parameter.find()) {
                    if (parameter.group(1).equalsIgnoreCase("name")) {
                        return parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
                    }
                }
                return "";
            }
        }
        return "";
    }

    private static Optional<String> utf8(ByteCursor body, int from, int to) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.copy(from, to)))
                    .toString());
        } catch (CharacterCodingException malformed) {
            return Optional.empty();
        }
    }

    /** The next boundary that stands at the beginning of a line: anywhere else it is content (RFC 2046 §5.1.1). */
    private static int delimiter(ByteCursor cursor, byte[] what, int from) {
        int at = find(cursor, what, from, cursor.length());
        while (at > 0 && (at < 2 || cursor.at(at - 2) != '\r' || cursor.at(at - 1) != '\n')) {
            at = find(cursor, what, at + 1, cursor.length());
        }
        return at;
    }

    private static int find(ByteCursor cursor, byte[] what, int from, int end) {
        for (int i = from; i <= end - what.length; i++) {
            int k = 0;
            while (k < what.length && cursor.at(i + k) == what[k]) {
                k++;
            }
            if (k == what.length) {
                return i;
            }
        }
        return -1;
    }
}
