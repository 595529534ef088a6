package sidecar.connect.edge;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.edge.RequestBaseUrl;
import sidecar.transfer.edge.ConfigurationAdmin;
import sidecar.transfer.edge.ConfigurationRequest;

/** {@code /api/admin/export/…}: what others need to know of this Sidecar. */
@Path("/export")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "export")
public class ExportResource {

    @Inject
    private Recipes recipes;

    @Context
    private HttpServletRequest request;

    @Inject
    private ConfigurationAdmin configuration;

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "The whole configuration as one document, for POST /import of this or another Sidecar",
            description =
                    "{\"passphrase\": …} adds the secrets, sealed under it (jasypt AES256TextEncryptor); without one"
                            + " they are left out. History, tokens of the environment and encryption keys are no part of it.")
    public JsonNode export(byte[] body) {
        return configuration.write(new ConfigurationRequest(body).passphrase());
    }

    @GET
    @Path("/openclaw")
    @Operation(
            summary =
                    "The block to paste into openclaw.json: every served model, by the address that was asked. Holds no secret")
    public JsonNode openClaw() {
        return recipes.openClaw(RequestBaseUrl.of(request));
    }
}
