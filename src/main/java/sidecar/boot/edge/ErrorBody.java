package sidecar.boot.edge;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The errors of last resort as JSON: OpenAI's shape, or V2's {@code detail} for the admin interface. */
final class ErrorBody {
    private static final String ADMIN = "/api/admin";

    private ErrorBody() {}

    /** Answers {@code status} with one error; {@code path} decides the shape. */
    static void send(
            HttpServletResponse response, int status, String path, String message, String type, Optional<String> code)
            throws IOException {
        boolean admin = path.equals(ADMIN) || path.startsWith(ADMIN + "/");
        json(response, status, admin ? detail(message) : openAi(message, type, code));
    }

    private static JsonObject detail(String message) {
        return Json.createObjectBuilder().add("detail", message).build();
    }

    static JsonObject openAi(String message, String type) {
        return openAi(message, type, Optional.empty());
    }

    private static JsonObject openAi(String message, String type, Optional<String> code) {
        return Json.createObjectBuilder()
                .add(
                        "error",
                        Json.createObjectBuilder()
                                .add("message", message)
                                .add("type", type)
                                .add("param", JsonValue.NULL)
                                .add(
                                        "code",
                                        code.<JsonValue>map(Json::createValue).orElse(JsonValue.NULL)))
                .build();
    }

    /** Answers {@code status} with {@code body}, with a length so that the connection stays usable. */
    static void json(HttpServletResponse response, int status, JsonObject body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
