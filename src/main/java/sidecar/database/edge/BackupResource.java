package sidecar.database.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.edge.ConsoleRole;
import sidecar.console.edge.RestResponses;
import sidecar.database.Backup;
import sidecar.database.BackupContents;
import sidecar.database.BackupFailedException;
import sidecar.json.ErrorBodies;
import sidecar.json.Json;

/** {@code /api/admin/backups}: the backups of the database. */
@Path("/backups")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "backups", description = "Backups of the database; the encryption key is in none of them")
public class BackupResource {

    @Inject
    private Backups backups;

    @GET
    @Operation(
            summary = "All backups, the newest first, where they lie, when the next one is due, how the last one went")
    public JsonNode list() throws IOException {
        return BackupView.write(backups.state());
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Makes a backup now, and answers when it has been opened and read")
    public Response create() throws InterruptedException {
        Optional<String> refusal = backups.refusal();
        if (refusal.isPresent()) {
            return RestResponses.conflict(refusal.get());
        }
        Optional<CompletableFuture<Backup>> started = backups.start();
        if (started.isEmpty()) {
            return RestResponses.conflict("A backup is being made already; GET /backups says how far it is");
        }
        try {
            return Response.ok(BackupView.write(started.get().get())).build();
        } catch (ExecutionException e) {
            return failure(e.getCause());
        }
    }

    @GET
    @Path("/{name}")
    @Produces({"application/zip", MediaType.APPLICATION_JSON})
    @Operation(summary = "The file itself; with the admin token only, since it holds everything")
    public Response download(@PathParam("name") String name, @Context SecurityContext caller) {
        if (!caller.isUserInRole(ConsoleRole.ADMIN)) {
            throw new ForbiddenException("The viewer token does not open backups: they hold everything there is");
        }
        java.nio.file.Path file = backups.file(name).orElseThrow(BackupResource::unknown);
        return Response.ok(file.toFile(), "application/zip")
                .header("Content-Disposition", "attachment; filename=\"" + file.getFileName() + '"')
                .header("Content-Length", file.toFile().length())
                .build();
    }

    @DELETE
    @Path("/{name}")
    @Operation(summary = "Deletes a backup")
    public JsonNode delete(@PathParam("name") String name) throws IOException {
        if (!backups.delete(name)) {
            throw unknown();
        }
        return Json.object().put("status", "deleted").put("name", name);
    }

    @POST
    @Path("/{name}/restore")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary =
                    "Never restores: opens and reads the backup, and answers 409 with the command to type, since a restore needs"
                            + " the server stopped")
    public Response restore(@PathParam("name") String name) throws IOException {
        try {
            BackupContents contents = backups.verify(name).orElseThrow(BackupResource::unknown);
            String command = backups.restoreCommand(name);
            ObjectNode body = ErrorBodies.detail(
                    "A restore needs the server stopped. This backup was opened and read just now and can be"
                            + " restored; type: " + command);
            body.put("command", command).set("contents", contents.json());
            return RestResponses.refused(Response.Status.CONFLICT, body);
        } catch (BackupFailedException e) {
            return RestResponses.conflict(name + " cannot be restored: " + e.getMessage());
        }
    }

    private static Response failure(Throwable cause) {
        String detail =
                cause instanceof BackupFailedException ? cause.getMessage() : "Internal error; the log says more";
        return Response.serverError().entity(ErrorBodies.detail(detail)).build();
    }

    private static NotFoundException unknown() {
        return new NotFoundException("Backup not found");
    }
}
