package sidecar.console.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import sidecar.json.ErrorBodies;
import sidecar.json.FieldError;

/** What the resources of every feature read and answer alike. */
public final class RestResponses {

    private RestResponses() {}

    /** A request's body; one that is no object is refused with 400. */
    public static ObjectNode object(JsonNode body) {
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw new BadRequestException("The body must be a JSON object");
    }

    /** 400, with a message for each bad field. */
    public static Response invalid(List<FieldError> errors) {
        return refused(Response.Status.BAD_REQUEST, ErrorBodies.invalid(errors));
    }

    /** 409, and why. */
    public static Response conflict(String detail) {
        return refused(Response.Status.CONFLICT, ErrorBodies.detail(detail));
    }

    /** A no, with its body. */
    public static Response refused(Response.Status status, ObjectNode body) {
        return Response.status(status).entity(body).build();
    }
}
