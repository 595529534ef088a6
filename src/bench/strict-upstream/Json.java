package sidecar.bench;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Just enough strict JSON to read requests and answers: maps, lists, strings, exact decimals, booleans and null. */
final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException if that is not exactly what the text holds
     */
    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.space();
        if (json.at != text.length()) {
            throw json.bad("more after the value");
        }
        return value;
    }

    /** What lies at these names and indexes; null when it, or anything on the way, is absent. */
    static Object at(Object value, Object... path) {
        Object here = value;
        for (Object step : path) {
            if (step instanceof Integer) {
                int index = (Integer) step;
                here = here instanceof List && index < ((List<?>) here).size() ? ((List<?>) here).get(index) : null;
            } else {
                here = here instanceof Map ? ((Map<?, ?>) here).get(step) : null;
            }
        }
        return here;
    }

    /** A string as JSON writes it. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private Object value() {
        space();
        switch (peek()) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            case 't':
                return word("true", true);
            case 'f':
                return word("false", false);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        if (opensEmpty('}')) {
            return object;
        }
        do {
            space();
            String name = string();
            space();
            take(':');
            if (object.put(name, value()) != null) {
                throw bad("a second " + name);
            }
        } while (goesOn('}'));
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        if (opensEmpty(']')) {
            return array;
        }
        do {
            array.add(value());
        } while (goesOn(']'));
        return array;
    }

    private boolean opensEmpty(char end) {
        at++;
        space();
        if (peek() != end) {
            return false;
        }
        at++;
        return true;
    }

    private boolean goesOn(char end) {
        space();
        if (peek() == ',') {
            at++;
            return true;
        }
        take(end);
        return false;
    }

    private String string() {
        take('"');
        StringBuilder string = new StringBuilder();
        for (char c = peek(); c != '"'; c = peek()) {
            at++;
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        int plain = "\"\\/bfnrt".indexOf(c);
        if (plain >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(plain);
        }
        if (c != 'u' || at + 4 > text.length()) {
            throw bad("an unknown escape");
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return new BigDecimal(text.substring(start, at));
    }

    private Object word(String word, Object meaning) {
        if (!text.startsWith(word, at)) {
            throw bad("no value");
        }
        at += word.length();
        return meaning;
    }

    private void take(char wanted) {
        if (peek() != wanted) {
            throw bad("no '" + wanted + "'");
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw bad("its end");
        }
        return text.charAt(at);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException bad(String what) {
        return new IllegalArgumentException("not JSON: " + what + " at " + at);
    }
}
