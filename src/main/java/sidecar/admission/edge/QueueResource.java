package sidecar.admission.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.admission.Admission;
import sidecar.admission.WaiterView;
import sidecar.json.Json;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** {@code /api/admin/queue}: who waits for a place. */
@Path("/queue")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "queue")
public class QueueResource {

    @Inject
    private Admission admission;

    @Inject
    private Settings settings;

    @GET
    @Operation(summary = "The requests that wait for a place, in the order of their arrival")
    public JsonNode queue() {
        List<WaiterView> waiting = admission.waiting();
        ObjectNode json = Json.object()
                .put("depth", waiting.size())
                .put("max_depth", settings.get(SettingsCatalog.QUEUE_MAX_DEPTH));
        ArrayNode list = json.putArray("waiting");
        waiting.forEach(waiter -> list.add(write(waiter)));
        return json;
    }

    private static ObjectNode write(WaiterView waiter) {
        return Json.object()
                .put("request_id", waiter.request())
                .put("model", waiter.model())
                .put("client", waiter.client())
                .put("waited_ms", waiter.waited().toMillis())
                .put("expected_ms", waiter.expected().toMillis());
    }
}
