package sidecar.json;

/** Small rules about texts from outside. */
public final class Texts {

    private static final int EXCERPT = 60;

    private Texts() {}

    /**
     * Whether {@code text} holds a control character, a line separator, half a surrogate pair, or a character that changes
     * the direction of writing: what comes after one of these is not read where it stands, in a log or on a page.
     */
    public static boolean hasControls(String text) {
        return text.codePoints().anyMatch(Texts::isControl);
    }

    private static boolean isControl(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE
                || changesDirection(c);
    }

    /** Unicode's Bidi_Control. */
    private static boolean changesDirection(int c) {
        return c == 0x061C
                || c == 0x200E
                || c == 0x200F
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069);
    }

    /** {@code text} made fit for a field of a log line: without spaces and control characters; {@code -} for nothing. */
    public static String word(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints()
                .forEach(c -> safe.appendCodePoint(
                        isControl(c) || Character.isWhitespace(c) || Character.isSpaceChar(c) ? '_' : c));
        return safe.isEmpty() ? "-" : safe.toString();
    }

    /** {@code text} made fit for a message: short, on one line, without control characters. */
    public static String excerpt(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().limit(EXCERPT).forEach(c -> safe.appendCodePoint(isControl(c) ? '?' : c));
        return text.codePointCount(0, text.length()) > EXCERPT ? safe + "…" : safe.toString();
    }
}
