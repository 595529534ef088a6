package sidecar.settings.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.json.FieldError;
import sidecar.json.Fields;
import sidecar.json.Json;
import sidecar.json.Problems;
import sidecar.settings.Declared;
import sidecar.settings.Setting;
import sidecar.settings.Settings;
import sidecar.settings.Source;

/** {@code /api/admin/config}: the settings that the table may hold. */
@Path("/config")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "config")
public class ConfigResource {

    private static final int MAX_DESCRIPTION = 1_000;

    @Inject
    private Settings settings;

    @Inject
    private SettingsAdmin admin;

    @GET
    @Operation(summary = "Every setting with its value in force, source, default, unit and when a change acts")
    public JsonNode list() {
        Map<String, SettingRow> rows =
                admin.rows().stream().collect(Collectors.toMap(SettingRow::key, Function.identity()));
        ArrayNode list = Json.array();
        Declared.all().stream()
                .filter(Setting::inTable)
                .forEach(s -> list.add(entry(s, Optional.ofNullable(rows.get(s.key())))));
        return list;
    }

    private ObjectNode entry(Setting<?> setting, Optional<SettingRow> row) {
        ObjectNode entry = Json.object();
        entry.put("key", setting.key());
        entry.put("value", settings.print(setting));
        entry.put(
                "description",
                row.map(SettingRow::description).filter(d -> !d.isEmpty()).orElse(setting.description()));
        entry.put(
                "updated_at",
                row.map(r -> r.updatedAt().truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse(null));
        entry.put("source", settings.source(setting).wire());
        entry.put("default", setting.preset());
        entry.put("unit", setting.unit());
        entry.put("rule", setting.kind().rule());
        entry.put("env", setting.env());
        entry.put("restart", setting.effect() == Setting.Effect.RESTART);
        entry.put("effect", setting.effect().words());
        return entry;
    }

    @GET
    @Path("/{key}")
    @Operation(summary = "The value in force, as a string")
    public JsonNode get(@PathParam("key") String key) {
        return value(known(key).orElseThrow(() -> new NotFoundException("Config not found")));
    }

    @PUT
    @Path("/{key}")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Stores {\"value\": …, \"description\": …}; acts at once")
    public Response put(@PathParam("key") String key, JsonNode body) {
        if (!(body instanceof ObjectNode object)) {
            throw new BadRequestException("The body must be a JSON object with a value");
        }
        Optional<Setting<?>> setting = known(key);
        if (setting.isEmpty()) {
            return invalid(List.of(new FieldError("key", unknown(key))));
        }
        Fields fields = new Fields(object);
        Optional<String> text = text(fields, setting.get());
        Optional<String> description = fields.has("description") && !fields.isNull("description")
                ? Optional.of(fields.text("description", "", 0, MAX_DESCRIPTION))
                : Optional.empty();
        text.flatMap(setting.get()::refusal).ifPresent(why -> fields.refuse(new FieldError("value", why)));
        if (!fields.errors().isEmpty()) {
            return invalid(fields.errors());
        }
        admin.put(key, text.orElseThrow(), description);
        return Response.ok(value(setting.get())).build();
    }

    private static Optional<String> text(Fields fields, Setting<?> setting) {
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

    private static String unknown(String key) {
        return Declared.byKey(key).isPresent()
                ? key + " can be set in the environment only"
                : "Unknown config key; GET /api/admin/config lists them";
    }

    private static Response invalid(List<FieldError> errors) {
        return Response.status(Response.Status.BAD_REQUEST)
                .entity(Problems.invalid(errors))
                .build();
    }

    @DELETE
    @Path("/{key}")
    @Operation(summary = "Takes the value out of the table; environment or default is in force again")
    public JsonNode delete(@PathParam("key") String key) {
        if (!admin.delete(key)) {
            throw new NotFoundException("Config not found");
        }
        return Json.object().put("status", "deleted").put("key", key);
    }

    private static Optional<Setting<?>> known(String key) {
        return Declared.byKey(key).filter(Setting::inTable);
    }

    private ObjectNode value(Setting<?> setting) {
        ObjectNode value = Json.object().put("key", setting.key()).put("value", settings.print(setting));
        value.put("source", settings.source(setting).wire());
        boolean hidden = settings.source(setting) == Source.ENVIRONMENT
                && admin.row(setting.key()).isPresent();
        if (hidden) {
            value.putArray("warnings").add(setting.env() + " overrides the table's value");
        }
        return value;
    }
}
