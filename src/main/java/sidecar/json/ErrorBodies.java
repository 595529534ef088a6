package sidecar.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The bodies of refused admin requests. */
public final class ErrorBodies {

    private ErrorBodies() {}

    /** {@code {"detail": …}}. */
    public static ObjectNode detail(String message) {
        return Json.object().put("detail", message);
    }

    /** {@code {"detail": …, "errors": [{"field", "message"}]}}; the detail is the first message. */
    public static ObjectNode invalid(List<FieldError> errors) {
        String first = errors.isEmpty() ? "invalid" : errors.get(0).message();
        String more = errors.size() > 1 ? " (and " + (errors.size() - 1) + " more, see errors)" : "";
        ObjectNode body = detail(first + more);
        body.set("errors", list(errors));
        return body;
    }

    /** The errors as a JSON list. */
    public static ArrayNode list(List<FieldError> errors) {
        ArrayNode list = Json.array();
        errors.forEach(e -> list.addObject().put("field", e.field()).put("message", e.message()));
        return list;
    }
}
