package sidecar.provider.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import sidecar.json.FieldError;
import sidecar.json.Fields;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Parsed;

/** One request to import: the text and its options. */
public record ImportRequest(String text, ImportOptions options, boolean dryRun) {

    private static final int MAX_TEXT = 4 << 20;
    private static final int MAX_OPTION = 2_048;
    private static final int MAX_MODELS = 200_000;
    private static final List<String> FIELDS =
            List.of("dry_run", "format", "base_url", "models", "pool", "label", "api", "name_prefix", "quota_group");

    /**
     * Reads a body: the text itself with options in the query, or an envelope {@code {"text": …}} with the options in it.
     *
     * @param query gives a parameter's value, or null
     */
    public static Parsed<ImportRequest> read(String body, Function<String, @Nullable String> query) {
        Optional<ObjectNode> envelope = envelope(body);
        ObjectNode options = envelope.orElseGet(Json::object);
        for (String name : FIELDS) {
            String value = query.apply(name);
            if (value != null && !value.isBlank()) {
                options.put(name, value);
            }
        }
        Fields fields = new Fields(options);
        fields.ignore(List.of("text"));
        Optional<ObjectNode> defaults = fields.object("defaults");
        ImportRequest request = new ImportRequest(
                envelope.map(e -> e.path("text").asText()).orElse(body),
                new ImportOptions(
                        format(fields),
                        defaults(fields, defaults.orElseGet(Json::object)),
                        fields.text("name_prefix", "", 0, 80),
                        fields.optionalText("quota_group", Optional.empty(), 100)),
                dryRun(fields));
        fields.reportUnknown();
        fields.unknownFields().forEach(s -> fields.refuse(new FieldError("", s.replace(" and was ignored", ""))));
        return Parsed.of(fields, () -> request);
    }

    private static Optional<ObjectNode> envelope(String body) {
        if (!body.stripLeading().startsWith("{") || body.length() > MAX_TEXT) {
            return Optional.empty();
        }
        try {
            return Json.read(body) instanceof ObjectNode object
                            && object.path("text").isTextual()
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (MalformedJsonException e) {
            // Not an envelope; as an openclaw.json it may still be fine.
            return Optional.empty();
        }
    }

    private static Optional<ImportFormat> format(Fields fields) {
        return fields.has("format")
                ? fields.choice(
                        "format",
                        Optional.empty(),
                        name -> Optional.of(ImportFormat.of(name)).filter(Optional::isPresent),
                        "keys, csv, json, env, openclaw")
                : Optional.empty();
    }

    private static boolean dryRun(Fields fields) {
        JsonNode node = fields.node("dry_run");
        if (node == null || node.isBoolean()) {
            return node != null && node.booleanValue();
        }
        return switch (node.asText()) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> fields.refuse("dry_run", "must be true or false", true);
        };
    }

    /** The short options in the shape of a POST; its rules are applied with the rest of each provider. */
    private static ObjectNode defaults(Fields fields, ObjectNode defaults) {
        copy(fields, "base_url", defaults, "api_base_url");
        copy(fields, "pool", defaults, "pool");
        copy(fields, "label", defaults, "label");
        copy(fields, "api", defaults, "api");
        String models = models(fields);
        if (!models.isBlank()) {
            defaults.set("model_mappings", CsvImport.models(models));
        }
        return defaults;
    }

    private static void copy(Fields fields, String name, ObjectNode to, String as) {
        String text = fields.text(name, "", 0, MAX_OPTION);
        if (!text.isEmpty()) {
            to.put(as, text);
        }
    }

    private static String models(Fields fields) {
        JsonNode node = fields.node("models");
        if (node instanceof ArrayNode array) {
            boolean texts = StreamSupport.stream(array.spliterator(), false).allMatch(JsonNode::isTextual);
            return texts
                    ? StreamSupport.stream(array.spliterator(), false)
                            .map(JsonNode::textValue)
                            .collect(Collectors.joining(","))
                    : fields.refuse("models", "must be a list of model names", "");
        }
        return fields.text("models", "", 0, MAX_MODELS);
    }
}
