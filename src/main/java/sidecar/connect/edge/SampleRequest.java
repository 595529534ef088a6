package sidecar.connect.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.provider.Dialect;

/**
 * A small request in one dialect, for a command line and for the page's button, which sends the same.
 *
 * @param path below the base URL's {@code /v1}, with a slash before it
 * @param body JSON
 * @param curl what to type; where a token is needed it is read from the environment
 * @param translated whether it is translated for the providers of its model
 */
public record SampleRequest(String path, String body, String curl, boolean translated) implements Serializable {

    /** Room for the reasoning of models that reason before they say hello. */
    private static final int MAX_TOKENS = 1_000;

    /** For the chosen model, or the first that clients of the dialect can use; empty where they can use none. */
    static Optional<SampleRequest> of(RecipeInput input, Dialect dialect) {
        return input.model(dialect).map(model -> {
            String path = path(dialect);
            String body = Json.write(body(dialect, model.canonical()));
            return new SampleRequest(path, body, curl(input, path, body), input.translates(dialect));
        });
    }

    private static String path(Dialect dialect) {
        return switch (dialect) {
            case CHAT -> "/chat/completions";
            case MESSAGES -> "/messages";
            case RESPONSES -> "/responses";
        };
    }

    private static ObjectNode body(Dialect dialect, String model) {
        ObjectNode body = Json.object().put("model", model);
        switch (dialect) {
            case CHAT -> addMessage(body);
            case MESSAGES -> addMessage(body.put("max_tokens", MAX_TOKENS));
            case RESPONSES -> body.put("input", RecipeInput.PROMPT);
        }
        return body;
    }

    private static void addMessage(ObjectNode body) {
        body.putArray("messages").addObject().put("role", "user").put("content", RecipeInput.PROMPT);
    }

    private static String curl(RecipeInput input, String path, String body) {
        String token = input.tokenNeeded() ? " \\\n  -H \"Authorization: Bearer $" + RecipeInput.TOKEN + "\"" : "";
        return "curl -sS " + input.base() + path + token + " \\\n  -H 'Content-Type: application/json' \\\n  -d "
                + RecipeInput.shellWord(body);
    }
}
