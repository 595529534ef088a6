package sidecar.door;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.door.HttpFramingValidator.Fault;

/** What the lines of one request's head say of its framing (RFC 9112), and what is wrong with them. Not thread-safe. */
final class RequestFraming {

    /** The server's own limit, beyond which it says only that something is wrong. */
    private static final int MAX_HEADER_LINES = 100;

    private static final Pattern METHOD = Pattern.compile("[A-Za-z]{1,20}");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?");
    private static final Pattern ORIGIN = Pattern.compile("https?://[^/?#]+", Pattern.CASE_INSENSITIVE);

    private enum HostLine {
        /** HTTP/1.0 has none. */
        OPTIONAL,
        MISSING,
        SEEN
    }

    private HostLine host = HostLine.MISSING;
    private Optional<Long> length = Optional.empty();
    private boolean chunked;
    private int lines;
    private String path = "";

    /** How long the body is that follows the head, in bytes; 0 also for one in chunks. */
    long length() {
        return length.orElse(0L);
    }

    boolean isChunked() {
        return chunked;
    }

    /** Without its query; empty while it is not known. */
    String path() {
        return path;
    }

    /** The first line, without its end. */
    Optional<Fault> requestLine(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 3 || !METHOD.matcher(words[0]).matches()) {
            return bad("This is no HTTP request");
        }
        boolean target = isTarget(words[1]);
        path = target ? path(words[1]) : "";
        if (!words[2].equals("HTTP/1.1") && !words[2].equals("HTTP/1.0")) {
            return fault(505, "Sidecar speaks HTTP/1.1");
        }
        if (words[0].equals("CONNECT") || !target) {
            return bad("The request target is not a path, or not a valid one");
        }
        if (WarInternalPath.isInside(path)) {
            return fault(404, "There is nothing at this path");
        }
        host = words[2].equals("HTTP/1.0") ? HostLine.OPTIONAL : HostLine.MISSING;
        return Optional.empty();
    }

    /** A path with its query, perhaps behind an origin, in which every % is what it says; or the asterisk. */
    private static boolean isTarget(String text) {
        Matcher origin = ORIGIN.matcher(text);
        int at = origin.lookingAt() ? origin.end() : 0;
        if (at == text.length() || text.charAt(at) != '/') {
            return text.equals("*");
        }
        for (; at < text.length() && text.charAt(at) != '?'; at++) {
            char c = text.charAt(at);
            if (c <= ' ' || c > '~' || c == '\\' || c == '#' || (c == '%' && !isEscape(text, at))) {
                return false;
            }
        }
        return true;
    }

    /** Of a good target, without origin and query. */
    private static String path(String target) {
        Matcher origin = ORIGIN.matcher(target);
        String path = origin.lookingAt() ? target.substring(origin.end()) : target;
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && Character.digit(text.charAt(at + 1), 16) >= 0
                && Character.digit(text.charAt(at + 2), 16) >= 0
                && !text.startsWith("00", at + 1);
    }

    /** One more line, without its end; not the empty one. */
    Optional<Fault> header(String text) {
        int colon = text.indexOf(':');
        if (++lines > MAX_HEADER_LINES) {
            return fault(431, "The head of a request has more than " + MAX_HEADER_LINES + " lines");
        }
        if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
            return bad("A header line must not be continued on the next one");
        }
        if (colon < 0
                || !HttpFramingValidator.NAME.matcher(text).region(0, colon).matches()) {
            return bad("A header line is a name, a colon and a value");
        }
        return header(
                text.substring(0, colon).toLowerCase(Locale.ROOT),
                text.substring(colon + 1).strip());
    }

    private Optional<Fault> header(String name, String value) {
        switch (name) {
            case "content-length" -> {
                if (length.isPresent() || !LENGTH.matcher(value).matches()) {
                    return bad("A request has one Content-Length, of digits only");
                }
                length = Optional.of(Long.parseLong(value));
            }
            case "transfer-encoding" -> {
                if (chunked || !value.equalsIgnoreCase("chunked")) {
                    return bad("The only Transfer-Encoding of a request is chunked");
                }
                chunked = true;
            }
            case "host" -> {
                if (host == HostLine.SEEN || !HOST.matcher(value).matches()) {
                    return bad("A request has one Host, which is a name or an address, and perhaps a port");
                }
                host = HostLine.SEEN;
            }
            default -> {}
        }
        return Optional.empty();
    }

    /** The empty line. */
    Optional<Fault> headEnd() {
        if (length.isPresent() && chunked) {
            return bad("A request must not have both Content-Length and Transfer-Encoding");
        }
        return host == HostLine.MISSING ? bad("A request must have a Host") : Optional.empty();
    }

    private static Optional<Fault> bad(String message) {
        return fault(400, message);
    }

    private static Optional<Fault> fault(int status, String message) {
        return Optional.of(new Fault(status, message, true));
    }
}
