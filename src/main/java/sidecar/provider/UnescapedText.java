package sidecar.provider;

import java.util.Arrays;

/**
 * A text with its JSON escapes undone, and where each of its characters stands in the text as it came. What is no escape
 * stays as it is.
 *
 * @param starts for each character, and for the end, where it begins in the text as it came
 */
record UnescapedText(String text, int[] starts) {

    /** A backslash, the letter u and four hexadecimal digits. */
    private static final int UNICODE_LENGTH = 6;

    /** A text as it came, with nothing undone. */
    static UnescapedText raw(String text) {
        int[] starts = new int[text.length() + 1];
        Arrays.setAll(starts, i -> i);
        return new UnescapedText(text, starts);
    }

    boolean hasEscapes() {
        return text.indexOf('\\') >= 0;
    }

    /** The same with one layer of escapes less: JSON may stand as a string in JSON. */
    UnescapedText unescaped() {
        StringBuilder plain = new StringBuilder(text.length());
        int[] from = new int[text.length() + 1];
        int at = 0;
        while (at < text.length()) {
            from[plain.length()] = starts[at];
            int code = text.charAt(at) == '\\' ? escape(at) : -1;
            plain.append(code < 0 ? text.charAt(at) : (char) code);
            at += code < 0 ? 1 : text.charAt(at + 1) == 'u' ? UNICODE_LENGTH : 2;
        }
        from[plain.length()] = starts[at];
        return new UnescapedText(plain.toString(), Arrays.copyOf(from, plain.length() + 1));
    }

    /** What the escape at {@code at} stands for; −1 when there is none. */
    private int escape(int at) {
        char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal(at + 2);
            default -> -1;
        };
    }

    private int hexadecimal(int from) {
        if (from + 4 > text.length()) {
            return -1;
        }
        int code = 0;
        for (int i = from; i < from + 4; i++) {
            char c = text.charAt(i);
            // Character.digit also knows the digits of other scripts
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            code = code * 16 + digit;
        }
        return code;
    }
}
