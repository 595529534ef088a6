package sidecar.json;

/** Small rules about texts from outside. */
public final class Texts {

    private static final int EXCERPT = 60;

    private Texts() {}

    /** Whether {@code text} holds a control character, a line separator or half a surrogate pair. */
    public static boolean hasControls(String text) {
        return text.codePoints().anyMatch(Texts::isControl);
    }

    private static boolean isControl(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    /** {@code text} made fit for a message: short, on one line, without control characters. */
    public static String excerpt(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().limit(EXCERPT).forEach(c -> safe.appendCodePoint(isControl(c) ? '?' : c));
        return text.codePointCount(0, text.length()) > EXCERPT ? safe + "…" : safe.toString();
    }
}
