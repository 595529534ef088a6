package sidecar.admin.edge;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import sidecar.console.edge.AdminRequiredException;
import sidecar.json.ErrorBodies;

/** Every error of the admin API leaves as {@code {"detail": …}}; the unexpected ones are logged here, once. */
@Provider
public class ErrorMapper implements ExceptionMapper<Throwable> {

    private static final System.Logger LOG = System.getLogger(ErrorMapper.class.getName());
    private static final int SERVER_ERROR = 500;

    @Override
    public Response toResponse(Throwable error) {
        if (error instanceof WebApplicationException refusal
                && refusal.getResponse().getStatus() < SERVER_ERROR) {
            return refusal(refusal);
        }
        if (error instanceof AdminRequiredException no) {
            return Response.status(Response.Status.FORBIDDEN)
                    .type(MediaType.APPLICATION_JSON_TYPE)
                    .entity(ErrorBodies.detail(no.getMessage()))
                    .build();
        }
        LOG.log(System.Logger.Level.ERROR, "an admin request failed", error);
        return Response.serverError()
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(ErrorBodies.detail("Internal error; the log says more"))
                .build();
    }

    private static Response refusal(WebApplicationException refusal) {
        Response response = refusal.getResponse();
        if (response.hasEntity()) {
            return response;
        }
        String message = refusal.getMessage();
        boolean own = message != null && !message.startsWith("HTTP ");
        // A copy keeps headers such as Allow.
        return Response.fromResponse(response)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(ErrorBodies.detail(
                        own ? message : response.getStatusInfo().getReasonPhrase()))
                .build();
    }
}
