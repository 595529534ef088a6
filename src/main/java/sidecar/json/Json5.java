package sidecar.json;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites what JSON5 writes differently from JSON and the lenient reader does not know: strings, comments, hexadecimal
 * numbers and white space. Names without quotes, trailing commas and the other forms of decimal numbers are left to
 * that reader, and so is every complaint. Infinity and NaN are not read: no field takes them.
 *
 * <p>Why no library: beside what the lenient reader takes, only line continuations, a few escapes and hexadecimal
 * numbers are missing, and a second reader would bring a second set of limits (see ADR 010).
 */
final class Json5 {

    private static final Pattern HEX = Pattern.compile("0[xX]([0-9a-fA-F]{1,256})(?![0-9A-Za-z_$.])");
    private static final Pattern WORD = Pattern.compile("[0-9A-Za-z_$.]++");
    private static final Pattern CODE = Pattern.compile("[0-9a-fA-F]{2}");

    private final String text;
    private final StringBuilder json;
    private int at;

    private Json5(String text) {
        this.text = text;
        this.json = new StringBuilder(text.length() + 16);
    }

    /** The same in JSON, line for line; what is not JSON5 stays and is not JSON either. */
    static String toJson(String text) {
        Json5 rewriting = new Json5(text);
        while (rewriting.at < text.length()) {
            rewriting.next();
        }
        return rewriting.json.toString();
    }

    private void next() {
        char c = text.charAt(at);
        if (c == '"' || c == '\'') {
            string(c);
        } else if (text.startsWith("//", at)) {
            comment(lineEnd());
        } else if (text.startsWith("/*", at) && text.indexOf("*/", at + 2) > 0) {
            comment(text.indexOf("*/", at + 2) + 2);
        } else if (!word()) {
            at++;
            json.append(c != '\n' && c != '\r' && isSpace(c) ? ' ' : c);
        }
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF';
    }

    private int lineEnd() {
        int end = at;
        while (end < text.length() && "\n\r\u2028\u2029".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** Line ends stay, so that complaints name the right line. */
    private void comment(int end) {
        text.substring(at, end).chars().filter(c -> c == '\n').forEach(c -> json.append('\n'));
        json.append(' ');
        at = end;
    }

    private boolean word() {
        Matcher word = WORD.matcher(text).region(at, text.length());
        if (!word.lookingAt()) {
            return false;
        }
        Matcher hex = HEX.matcher(word.group());
        json.append(hex.matches() ? new BigInteger(hex.group(1), 16).toString() : word.group());
        at = word.end();
        return true;
    }

    private void string(char quote) {
        int continued = 0;
        json.append('"');
        for (at++; at < text.length() && text.charAt(at) != quote; at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                continued += escape(text.charAt(at));
            } else if (c == '"') {
                json.append("\\\"");
            } else if (c < ' ' && c != '\n' && c != '\r') {
                code(c);
            } else {
                json.append(c);
            }
        }
        if (at < text.length()) {
            at++;
            json.append('"').append("\n".repeat(continued));
        }
    }

    /** @return how many lines of the text have gone from the string */
    private int escape(char c) {
        switch (c) {
            case '\r' -> {
                at += text.startsWith("\n", at + 1) ? 1 : 0;
                return 1;
            }
            case '\n' -> {
                return 1;
            }
            case '\u2028', '\u2029' -> {}
            case 'b', 'f', 'n', 'r', 't', 'u', '"', '\\' -> json.append('\\').append(c);
            case 'v' -> code('\u000B');
            case '0' -> code('\0');
            case 'x' -> twoDigits();
            default -> json.append(c);
        }
        return 0;
    }

    private void twoDigits() {
        Matcher digits = CODE.matcher(text).region(at + 1, text.length());
        if (digits.lookingAt()) {
            json.append("\\u00").append(digits.group());
            at += 2;
        } else {
            json.append("\\x");
        }
    }

    private void code(char c) {
        json.append("\\u").append("%04x".formatted((int) c));
    }
}
