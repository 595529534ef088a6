package sidecar.console.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.core.Response;

/** What the resources of every feature read and answer alike. */
public final class Answers {

    private Answers() {}

    /** A request's body; one that is no object is refused with 400. */
    public static ObjectNode object(JsonNode body) {
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw new BadRequestException("The body must be a JSON object");
    }

    /** A no, with its body. */
    public static Response refused(Response.Status status, ObjectNode body) {
        return Response.status(status).entity(body).build();
    }
}
