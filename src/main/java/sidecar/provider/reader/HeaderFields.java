package sidecar.provider.reader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import sidecar.json.Fields;
import sidecar.json.Texts;
import sidecar.provider.Secret;

/** Reads a provider's own {@code headers}: {name: value, or null to drop the header}. */
final class HeaderFields {

    private static final int MAX_HEADERS = 50;
    private static final int MAX_VALUE = 8_192;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]+");

    /** Belong to one connection or to the body's framing: sending other ones would desynchronise the two sides. */
    private static final Set<String> FORBIDDEN = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private HeaderFields() {}

    static Map<String, Optional<Secret>> read(Fields fields, Map<String, Optional<Secret>> current) {
        if (!fields.has("headers")) {
            return current;
        }
        Optional<ObjectNode> object = fields.object("headers");
        if (object.isEmpty()) {
            return Map.of();
        }
        if (object.get().size() > MAX_HEADERS) {
            return fields.refuse("headers", "must have at most " + MAX_HEADERS + " entries", current);
        }
        Map<String, Optional<Secret>> kept = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        kept.putAll(current);
        Fields headers = fields.inside("headers", object.get());
        Map<String, Optional<Secret>> read = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Map<String, Optional<Secret>> ordered = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.get().properties()) {
            String name = entry.getKey();
            Optional<Secret> value = value(headers, name, entry.getValue(), kept.getOrDefault(name, Optional.empty()));
            if (read.put(name, value) != null) {
                headers.refuse(Texts.excerpt(name), "is given twice", value);
            }
            ordered.put(name, value);
        }
        return ordered;
    }

    private static Optional<Secret> value(Fields headers, String name, JsonNode node, Optional<Secret> current) {
        Optional<Secret> none = Optional.empty();
        String shown = Texts.excerpt(name);
        if (!NAME.matcher(name).matches()) {
            return headers.refuse(shown, "is not a header name", none);
        }
        if (FORBIDDEN.contains(name.toLowerCase(Locale.ROOT))) {
            return headers.refuse(shown, "must not be set: it belongs to the connection", none);
        }
        if (node.isNull()) {
            return none;
        }
        String value = node.isTextual() ? node.textValue().strip() : "";
        if (current.isPresent() && value.equals(current.get().mask())) {
            return current;
        }
        if (value.length() > MAX_VALUE || !VALUE.matcher(value).matches()) {
            return headers.refuse(
                    shown,
                    "must be a string of 1 to " + MAX_VALUE + " printable ASCII characters, or null to drop the header",
                    none);
        }
        return Secret.isMask(value)
                ? headers.refuse(shown, "is a mask that fits no stored value; give the value itself", none)
                : Optional.of(new Secret(value));
    }
}
