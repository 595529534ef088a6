package sidecar.client.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.client.ClientRegistry;
import sidecar.console.Saved;
import sidecar.console.edge.RestResponses;
import sidecar.json.Json;

/** {@code /api/admin/clients}: who may use {@code /v1}, and how much. */
@Path("/clients")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "clients", description = "Client tokens, their limits and budgets")
public class ClientResource {

    private static final String CLIENT = "Client";

    @Inject
    private ClientAdmin admin;

    @Inject
    private ClientRegistry clients;

    @GET
    @Operation(summary = "Every client with its limits and what it has used of them, in the order of their making")
    public JsonNode list() {
        return Json.array().addAll(admin.views());
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Makes a client; its token is in this answer and never again. Needs name")
    public Response create(JsonNode body) {
        return answer(admin.create(RestResponses.object(body)));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One client")
    public JsonNode get(@PathParam("id") String id) {
        return admin.view(clients.get().byId(id).orElseThrow(() -> RestResponses.notFound(CLIENT)), List.of());
    }

    @PUT
    @Path("/{id}")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Changes the fields that are given; null takes a limit away")
    public Response update(@PathParam("id") String id, JsonNode body) {
        return answer(admin.update(id, RestResponses.object(body)));
    }

    @POST
    @Path("/{id}/token")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Gives a client another token, in this answer and never again; the old one is refused at once")
    public Response renew(@PathParam("id") String id) {
        return answer(admin.renew(id));
    }

    @DELETE
    @Path("/{id}")
    @Operation(summary = "Forgets a client and its token; its usage stays. The last one may need confirm=open")
    public Response delete(@PathParam("id") String id, @QueryParam("confirm") String confirm) {
        return RestResponses.deleted(admin.delete(id, "open".equals(confirm)), "id", id, CLIENT);
    }

    private Response answer(Saved<IssuedClient> saved) {
        return RestResponses.saved(saved, this::view, CLIENT);
    }

    private ObjectNode view(IssuedClient issued, List<String> warnings) {
        ObjectNode json = admin.view(issued.client(), warnings);
        issued.secret().ifPresent(secret -> json.put("token", secret));
        return json;
    }
}
