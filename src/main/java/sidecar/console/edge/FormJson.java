package sidecar.console.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** What was typed into a form as the JSON that the API takes. What makes no sense stays text, so that the one reader of both refuses it in its own words. */
public final class FormJson {

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,18}");
    /** No exponents: their expansion would have no bound. */
    private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]{1,20}(\\.[0-9]{0,40})?|\\.[0-9]{1,40})");

    private static final int PER_MILLION = 6;

    private FormJson() {}

    /** Without spaces around it; a browser's line ends become those that it was given. */
    public static String text(String typed) {
        return typed == null ? "" : typed.replace("\r\n", "\n").strip();
    }

    /** A whole number; null for nothing. */
    public static JsonNode integer(String typed) {
        String text = text(typed);
        if (text.isEmpty()) {
            return JsonNodeFactory.instance.nullNode();
        }
        return INTEGER.matcher(text).matches() ? Json.tree(Long.parseLong(text)) : Json.tree(text);
    }

    /** A number; null for nothing. */
    public static JsonNode decimal(String typed) {
        String text = text(typed);
        if (text.isEmpty()) {
            return JsonNodeFactory.instance.nullNode();
        }
        return DECIMAL.matcher(text).matches() ? Json.tree(new BigDecimal(text)) : Json.tree(text);
    }

    /** USD for a million LLM tokens as USD for one; nothing costs nothing. */
    public static JsonNode price(String perMillion) {
        JsonNode number = decimal(perMillion);
        if (number.isNull()) {
            return Json.tree(BigDecimal.ZERO);
        }
        return number.isNumber() ? Json.tree(number.decimalValue().movePointLeft(PER_MILLION)) : number;
    }

    /** And back; free of charge is an empty field. */
    public static String perMillion(JsonNode perToken) {
        BigDecimal price = perToken.decimalValue();
        return price.signum() == 0
                ? ""
                : price.movePointRight(PER_MILLION).stripTrailingZeros().toPlainString();
    }

    /** An object of free form; nothing is an empty one. */
    public static JsonNode object(String typed) {
        String text = text(typed);
        if (text.isEmpty()) {
            return Json.object();
        }
        try {
            return Json.read(text);
        } catch (MalformedJsonException e) {
            return Json.tree(text);
        }
    }

    /** And back: an empty object is an empty field. */
    public static String shown(JsonNode object) {
        return object instanceof ObjectNode node && !node.isEmpty() ? node.toPrettyString() : "";
    }
}
