package sidecar.settings.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import sidecar.json.FieldError;
import sidecar.json.Fields;
import sidecar.json.Json;
import sidecar.settings.Setting;
import sidecar.settings.SettingsCatalog;

/** Reads {@code {"value": …, "description": …}}, what an operator wants a setting to be. */
final class SettingReader {

    private static final int MAX_DESCRIPTION = 1_000;

    private final Fields fields;
    private final Setting<?> setting;

    SettingReader(Setting<?> setting, ObjectNode body) {
        this.fields = new Fields(body);
        this.setting = setting;
    }

    /** The setting of that key, if it may be in the table. */
    static Optional<Setting<?>> known(String key) {
        return SettingsCatalog.byKey(key).filter(Setting::inTable);
    }

    /** Why there is no such setting. */
    static FieldError unknown(String key) {
        return new FieldError(
                "key",
                SettingsCatalog.byKey(key).isPresent()
                        ? key + " can be set in the environment only"
                        : "Unknown config key; GET /api/admin/config lists them");
    }

    /** The value; one that breaks the setting's rule is among the errors. */
    Optional<String> text() {
        Optional<String> text = raw();
        text.flatMap(setting::refusal).ifPresent(why -> fields.refuse(new FieldError("value", why)));
        return text;
    }

    private Optional<String> raw() {
        JsonNode value = fields.node("value");
        if (value == null || value.isNull()) {
            fields.refuse(new FieldError("value", "Missing required field: value"));
            return Optional.empty();
        }
        if (value.isArray() && setting.kind().json()) {
            return Optional.of(Json.write(value));
        }
        return value.isValueNode()
                ? Optional.of(value.asText())
                : fields.refuse("value", "must be a string, a number or a boolean", Optional.empty());
    }

    /** The operator's own words about it; empty to keep those there are. */
    Optional<String> description() {
        return fields.has("description") && !fields.isNull("description")
                ? Optional.of(fields.text("description", "", 0, MAX_DESCRIPTION))
                : Optional.empty();
    }

    /** Everything that was refused. */
    List<FieldError> errors() {
        return fields.errors();
    }
}
