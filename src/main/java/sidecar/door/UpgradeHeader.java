package sidecar.door;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Hides what clients offer to speak instead of HTTP/1.1, so that it is ignored, as RFC 9110 §7.8 allows: the server (Grizzly
 * 4.0.2) takes every offer for accepted. It then waits in vain for a body that comes in a packet of its own, or in chunks, leaves
 * out how long a stream's answer is, and closes the connection behind it. Java's own HTTP client offers HTTP/2 with every
 * request. WebSocket stays, for whoever answers the path. Pure functions.
 */
final class UpgradeHeader {

    private static final String NAME = "upgrade";

    private UpgradeHeader() {}

    /**
     * Changes the last letter of the name, where these bytes are those of an offer: the server knows the line by its name only. A
     * line of which more is to come is taken for an offer as soon as it may be one, since bytes that were passed on cannot be
     * called back.
     *
     * @param from begins the line, or goes on with it
     * @param to behind the last byte of it that has come, without its line end
     * @param before what came of the line earlier
     * @param whole whether nothing more comes of it
     */
    static void hide(byte[] bytes, int from, int to, String before, boolean whole) {
        int last = from + NAME.length() - 1 - before.length();
        boolean here = last >= from && last < to && (last + 1 == to || bytes[last + 1] == ':');
        if (!here || !NAME.equalsIgnoreCase(before + text(bytes, from, last + 1))) {
            return;
        }
        if (!whole || !text(bytes, last, to).toLowerCase(Locale.ROOT).contains("websocket")) {
            bytes[last] = '_';
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
