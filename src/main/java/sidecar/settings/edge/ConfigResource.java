package sidecar.settings.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.edge.RestResponses;
import sidecar.json.Json;
import sidecar.settings.Setting;
import sidecar.settings.SettingSource;
import sidecar.settings.Settings;

/** {@code /api/admin/config}: the settings that the table may hold. */
@Path("/config")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "config")
public class ConfigResource {

    private static final String CONFIG = "Config";

    @Inject
    private Settings settings;

    @Inject
    private SettingsAdmin admin;

    @GET
    @Operation(summary = "Every setting with its value in force, source, default, unit and when a change acts")
    public JsonNode list() {
        return Json.array().addAll(admin.views());
    }

    @GET
    @Path("/{key}")
    @Operation(summary = "The value in force, as a string")
    public JsonNode get(@PathParam("key") String key) {
        return value(SettingReader.known(key).orElseThrow(() -> RestResponses.notFound(CONFIG)));
    }

    @PUT
    @Path("/{key}")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Stores {\"value\": …, \"description\": …}; acts at once")
    public Response put(@PathParam("key") String key, JsonNode body) {
        if (!(body instanceof ObjectNode object)) {
            throw new BadRequestException("The body must be a JSON object with a value");
        }
        return RestResponses.saved(admin.save(key, object), (setting, warnings) -> value(setting), CONFIG);
    }

    @DELETE
    @Path("/{key}")
    @Operation(summary = "Takes the value out of the table; environment or default is in force again")
    public Response delete(@PathParam("key") String key) {
        return RestResponses.deleted(admin.delete(key), "key", key, CONFIG);
    }

    private ObjectNode value(Setting<?> setting) {
        ObjectNode value = Json.object().put("key", setting.key()).put("value", settings.print(setting));
        value.put("source", settings.source(setting).wire());
        boolean hidden = settings.source(setting) == SettingSource.ENVIRONMENT
                && admin.row(setting.key()).isPresent();
        if (hidden) {
            value.putArray("warnings").add(setting.env() + " overrides the table's value");
        }
        return value;
    }
}
