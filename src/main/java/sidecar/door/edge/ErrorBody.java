package sidecar.door.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import sidecar.json.Json;

/** The errors of last resort as JSON: OpenAI's shape, or V2's {@code detail} for the admin interface. */
public final class ErrorBody {
    private static final String ADMIN = "/api/admin";

    private ErrorBody() {}

    /** Answers {@code status} with one error; {@code path} decides the shape. */
    public static void send(
            HttpServletResponse response, int status, String path, String message, String type, Optional<String> code)
            throws IOException {
        boolean admin = path.equals(ADMIN) || path.startsWith(ADMIN + "/");
        json(response, status, admin ? detail(message) : openAi(message, type, code));
    }

    private static ObjectNode detail(String message) {
        return Json.object().put("detail", message);
    }

    static ObjectNode openAi(String message, String type) {
        return openAi(message, type, Optional.empty());
    }

    private static ObjectNode openAi(String message, String type, Optional<String> code) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("message", message)
                .put("type", type)
                .putNull("param")
                .put("code", code.orElse(null));
        return body;
    }

    /** Answers {@code status} with {@code body}, with a length so that the connection stays usable. */
    static void json(HttpServletResponse response, int status, ObjectNode body) throws IOException {
        byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
