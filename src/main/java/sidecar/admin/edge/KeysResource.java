package sidecar.admin.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.json.ErrorBodies;
import sidecar.json.Json;
import sidecar.vault.RotationResult;

/** {@code /api/admin/keys}: the key with which secrets are sealed. */
@Path("/keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "keys")
public class KeysResource {

    @Inject
    private KeyRotation rotation;

    @POST
    @Path("/rotate")
    @Operation(
            summary = "Seals every stored secret with the current encryption key, in one transaction or not at all",
            description = "The current key is SIDECAR_ENCRYPTION_KEY of the start; or that of sidecar.env, if this file"
                    + " names the one in use as SIDECAR_ENCRYPTION_KEY_PREVIOUS. 409 names the secrets that no known key"
                    + " opens; nothing was changed then. sidecar_env says whether the key in use is the file's.")
    public Response rotate() {
        KeyRotation.Rotation done = rotation.rotate();
        return done.resealing() instanceof RotationResult.Done all
                ? Response.ok(answer(done, all)).build()
                : Response.status(Response.Status.CONFLICT)
                        .entity(refusal(((RotationResult.Unreadable) done.resealing()).unreadable()))
                        .build();
    }

    private static ObjectNode answer(KeyRotation.Rotation done, RotationResult.Done all) {
        return Json.object()
                .put("status", "rotated")
                .put("resealed", all.sealed())
                .put("current_before", all.current())
                .put("key_id", done.keyId())
                .put("sidecar_env", done.file().name().toLowerCase(Locale.ROOT));
    }

    private static ObjectNode refusal(List<String> unreadable) {
        ObjectNode refusal = ErrorBodies.detail("Nothing was changed: no known key opens " + unreadable.get(0)
                + (unreadable.size() > 1 ? " (and " + (unreadable.size() - 1) + " more, see unreadable)" : "")
                + ". Enter these secrets again, or delete their records, and try again");
        ArrayNode list = refusal.putArray("unreadable");
        unreadable.forEach(list::add);
        return refusal;
    }
}
