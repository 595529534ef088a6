package sidecar.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The tables of {@code docs/rest.md}, from the OpenAPI description. */
final class RestReference {

    /** What stands above the tables is written by hand. */
    static final String MARK =
            "<!-- from here on made from /openapi: mvn verify -Dit.test=AdminShapesIT -Dupdate.docs=true -->\n";

    private static final String ROOT = "/api/admin";
    private static final List<String> METHODS = List.of("get", "post", "put", "delete");

    private RestReference() {}

    static String of(JsonNode openApi) {
        Map<String, StringBuilder> chapters = new TreeMap<>();
        Map<String, JsonNode> paths = new TreeMap<>();
        openApi.path("paths").properties().forEach(path -> paths.put(path.getKey(), path.getValue()));
        paths.forEach((path, operations) -> METHODS.forEach(method -> {
            JsonNode operation = operations.path(method);
            if (!operation.isMissingNode() && path.startsWith(ROOT)) {
                chapters.computeIfAbsent(operation.path("tags").path(0).asText("other"), tag -> new StringBuilder())
                        .append(line(method, path, operation));
            }
        }));
        StringBuilder text = new StringBuilder();
        chapters.forEach((tag, lines) -> text.append("\n## ")
                .append(tag)
                .append("\n\n")
                .append(description(openApi, tag))
                .append("| | |\n|---|---|\n")
                .append(lines));
        return text.toString();
    }

    private static String line(String method, String path, JsonNode operation) {
        String shown = path.substring(ROOT.length()).replaceAll("\\{(\\w+):[^}]*}", "{$1}");
        return "| `" + method.toUpperCase(Locale.ROOT) + " " + shown + "` | "
                + operation.path("summary").asText().replace("|", "\\|") + " |\n";
    }

    private static String description(JsonNode openApi, String tag) {
        for (JsonNode each : openApi.path("tags")) {
            if (each.path("name").asText().equals(tag) && each.has("description")) {
                return each.path("description").asText() + ".\n\n";
            }
        }
        return "";
    }
}
