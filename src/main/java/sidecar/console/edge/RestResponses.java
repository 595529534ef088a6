package sidecar.console.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.BiFunction;
import sidecar.console.Saved;
import sidecar.json.ErrorBodies;
import sidecar.json.FieldError;
import sidecar.json.Json;

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

    /**
     * The answer to a change: 200 and what is stored now, 400 with a message for each bad field, or 409 and why.
     *
     * @param view shows what was stored, with its warnings
     * @param thing what it is, such as {@code Client}
     * @throws NotFoundException if there is no such thing
     */
    public static <T> Response saved(Saved<T> saved, BiFunction<? super T, List<String>, JsonNode> view, String thing) {
        return saved.<Response>fold(
                (value, warnings) -> Response.ok(view.apply(value, warnings)).build(),
                RestResponses::invalid,
                conflict -> conflict(conflict.error().message()),
                () -> {
                    throw notFound(thing);
                });
    }

    /** The answer to a deletion: what is gone, or as of {@link #saved}. */
    public static Response deleted(Saved<?> saved, String field, String id, String thing) {
        return saved(
                saved,
                (value, warnings) -> Json.object().put("status", "deleted").put(field, id),
                thing);
    }

    /** 404: there is no such thing. */
    public static NotFoundException notFound(String thing) {
        return new NotFoundException(thing + " not found");
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
