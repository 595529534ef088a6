package sidecar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import sidecar.kit.Json;

/** A running Sidecar, as its operator sees it. */
class Gateway implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 30_000;

    private final String host;
    private final int port;
    private final String adminToken;
    private final List<String> created = new ArrayList<>();

    Gateway(String host, int port, String adminToken) {
        this.host = host;
        this.port = port;
        this.adminToken = adminToken;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** A provider as its operator enters it; {@code more} are further fields, each with a comma before it. */
    void create(String name, String baseUrl, String key, int rpm, String mappings, String more) {
        String answer = admin(
                "POST",
                "/backends",
                "{\"name\":" + Json.quoted(name) + ",\"label\":\"bench\",\"api_base_url\":" + Json.quoted(baseUrl)
                        + ",\"api_key\":" + Json.quoted(key) + ",\"rpm_limit\":" + rpm + ",\"model_mappings\":{"
                        + mappings + "}" + more + "}");
        created.add(Json.read(answer).path("id").asText());
    }

    /** The providers that were created here and are not healthy, or have counted a 429: "name status n". */
    List<String> unhealthy() {
        List<String> unhealthy = new ArrayList<>();
        for (JsonNode provider : Json.read(admin("GET", "/backends", ""))) {
            String status = provider.path("status").asText();
            int count = provider.path("consecutive_429_count").asInt(-1);
            boolean well = status.equals("healthy") && count == 0;
            if (created.contains(provider.path("id").asText()) && !well) {
                unhealthy.add(provider.path("name").asText() + " " + status + " " + count);
            }
        }
        return unhealthy;
    }

    /** Asks the admin REST; any answer but 200 is an IllegalStateException. */
    String admin(String method, String path, String body) {
        return ask(method, "/api/admin" + path, body);
    }

    /** What {@code /metrics} says. */
    String metrics() {
        return ask("GET", "/metrics", "");
    }

    private String ask(String method, String path, String body) {
        try (HttpConnection wire = HttpConnection.to(host, port, PATIENCE_MILLIS)) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            wire.send(method + " " + path + " HTTP/1.1\r\nHost: " + host + ":" + port
                    + "\r\nAuthorization: Bearer " + adminToken
                    + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + bytes.length + "\r\nConnection: close\r\n\r\n" + body);
            HttpConnection.Head head = wire.head();
            String answer = head == null ? "" : wire.answerBody(head).text();
            if (head == null || !head.second().equals("200")) {
                throw new IllegalStateException(
                        method + " " + path + ": " + (head == null ? "no answer" : head.start() + " " + answer));
            }
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path + ": " + e, e);
        }
    }

    /** Whether it says it is ready. */
    boolean ready() {
        return health("/health", "\"ok\"");
    }

    /** Whether it wants to be given requests, as a load balancer asks. */
    boolean inService() {
        return health("/health/ready", "");
    }

    private boolean health(String path, String part) {
        try (HttpConnection wire = HttpConnection.to(host, port, PATIENCE_MILLIS)) {
            wire.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            HttpConnection.Head head = wire.head();
            return head != null
                    && head.second().equals("200")
                    && wire.answerBody(head).text().contains(part);
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Ends it with SIGKILL. */
    void kill() {
        throw new IllegalArgumentException("a gateway that was started elsewhere (--url) cannot be killed");
    }

    /** Starts it again on the same data and port, and returns when it is ready. */
    void start() {
        throw new IllegalArgumentException("a gateway that was started elsewhere (--url) cannot be started");
    }

    /** Lines of its log that contain one of those; empty when its log is not ours to read. */
    List<String> log(String... words) {
        return List.of();
    }

    /** What it cost the machine; empty when it is not ours. */
    String cost() {
        return "";
    }

    /** CPU time so far in seconds; NaN when it is not ours. */
    double cpuSeconds() {
        return Double.NaN;
    }

    /** Takes away what was created here. */
    @Override
    public void close() {
        for (String id : created) {
            admin("DELETE", "/backends/" + id, "");
        }
    }
}
