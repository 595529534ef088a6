package sidecar.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.Reply;

/**
 * Every call of the admin side that changes nothing: all GETs that the OpenAPI description lists, each with something that is
 * there, the POSTs that only tell what would be, and what monitoring asks.
 */
final class AdminCalls {

    private static final String ROOT = "/api/admin";
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)[^}]*}");
    private static final String DRY = "?dry_run=true";

    /** One call, and the status that it is answered with. */
    record AdminCall(String name, int status, Supplier<Reply> call) {

        /**
         * Makes it.
         *
         * @throws AssertionError if it is answered otherwise
         */
        void make() {
            expect(Set.of(status));
        }

        /** Makes it beside many others, for which the server may have too few threads. */
        void makeInTheCrowd() {
            expect(Set.of(status, 503));
        }

        private void expect(Set<Integer> statuses) {
            Reply reply = call.get();
            if (!statuses.contains(reply.status())) {
                throw new AssertionError(name + " answered " + reply);
            }
        }
    }

    private final Gateway gateway;
    private final Map<String, String> examples;
    private final List<AdminCall> calls = new ArrayList<>();

    private AdminCalls(Gateway gateway) {
        this.gateway = gateway;
        this.examples = Map.of(
                "/backends", gateway.provider("serving-1").path("id").asText(),
                "/clients",
                        gateway.adminGet("/clients").json().path(0).path("id").asText(),
                "/models", SoakUpstreams.SMALL,
                "/config", "queue_max_depth",
                "/backups", gateway.backUp().path("name").asText());
    }

    /** All of a Sidecar that has a provider named serving-1 and a client; makes it a backup, so that there is one to be read. */
    static List<AdminCall> of(Gateway gateway) {
        AdminCalls all = new AdminCalls(gateway);
        all.described();
        all.add(302, "/api/admin/openapi", () -> gateway.adminGet("/openapi"));
        for (String path : List.of("/openapi", "/metrics", "/health", "/health/live", "/health/ready")) {
            all.add(200, path, () -> gateway.get(path, "Accept", "text/plain, application/json;q=0.5"));
        }
        all.dryRuns();
        return List.copyOf(all.calls);
    }

    private void add(int status, String name, Supplier<Reply> call) {
        calls.add(new AdminCall("GET " + name, status, call));
    }

    private void described() {
        JsonNode paths = gateway.get("/openapi?format=JSON").json().path("paths");
        Set<String> gets = new TreeSet<>();
        paths.properties().forEach(path -> {
            if (path.getKey().startsWith(ROOT) && path.getValue().has("get")) {
                gets.add(path.getKey().substring(ROOT.length()));
            }
        });
        if (gets.isEmpty()) {
            throw new AssertionError("the description lists no GET below " + ROOT + ": " + paths);
        }
        gets.forEach(path -> {
            String concrete = concrete(path) + query(path);
            add(200, ROOT + concrete, () -> gateway.adminGet(concrete));
        });
    }

    private String concrete(String path) {
        Matcher parameter = PARAMETER.matcher(path);
        if (!parameter.find()) {
            return path;
        }
        String example = examples.get(path.substring(0, parameter.start() - 1));
        if (example == null || example.isEmpty()) {
            throw new AssertionError("no example of " + path + ": add one, so that it is called too");
        }
        return parameter.replaceFirst(Matcher.quoteReplacement(example));
    }

    private static String query(String path) {
        return switch (path) {
            case "/route" -> "?model=" + SoakUpstreams.SMALL;
            case "/stats/usage" -> "?by=provider,model&hours=24";
            default -> "";
        };
    }

    private void dryRuns() {
        String document = post("/export", "{}").text();
        String keys = Json.object()
                .put("text", Draft.of("imported").json().path("api_key").asText())
                .toString();
        dryRun("/import" + DRY, document);
        dryRun("/backends/import" + DRY + "&base_url=http://127.0.0.1:1/v1", keys);
        for (String rows : List.of("backends", "config", "cooldowns")) {
            dryRun("/import/v2/" + rows + DRY, "[]");
        }
        dryRun("/import/v2/usage" + DRY, "{\"hourly\":[],\"daily\":[]}");
        dryRun("/export", "{}");
    }

    private void dryRun(String path, String body) {
        calls.add(new AdminCall("POST " + path, 200, () -> post(path, body)));
    }

    private Reply post(String path, String body) {
        return gateway.admin("POST", path, body);
    }
}
