package sidecar.door.edge;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.protocol.ApiError;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ErrorRenderer;

/**
 * An error of last resort as JSON, in the shape that the path's clients read: OpenAI's, Anthropic's below {@code /v1/messages}, V2's
 * {@code detail} for the admin interface.
 *
 * @param status that it is answered with, which is the path's protocol's own for some errors
 */
public record ErrorBody(int status, String json) {
    private static final String ADMIN = "/api/admin";

    /** Of a request that has not got an id, or not one that is known here. */
    private static final String NO_ID = "";

    /** One error; {@code path} decides the shape. */
    static ErrorBody of(int status, String path, String message, String type, Optional<String> code) {
        if (path.equals(ADMIN) || path.startsWith(ADMIN + "/")) {
            return new ErrorBody(status, Json.write(Json.object().put("detail", message)));
        }
        ErrorRenderer renderer = ErrorRenderer.of(ApiPath.of(path), NO_ID);
        ApiError error =
                new ApiError(status, message, type, Optional.empty(), code, Optional.empty(), status >= 500, List.of());
        return new ErrorBody(renderer.status(error), new String(renderer.body(error), StandardCharsets.UTF_8));
    }

    /** Answers {@code status} with one error, with a length so that the connection stays usable; {@code path} decides the shape. */
    public static void send(
            HttpServletResponse response, int status, String path, String message, String type, Optional<String> code)
            throws IOException {
        ErrorBody body = of(status, path, message, type, code);
        json(response, body.status(), body.json());
    }

    /** Answers {@code status} with {@code body}, with a length so that the connection stays usable. */
    static void json(HttpServletResponse response, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
