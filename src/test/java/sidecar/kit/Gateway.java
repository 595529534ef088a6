package sidecar.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running Sidecar, spoken to over HTTP at 127.0.0.1. */
public final class Gateway {

    private static final Pattern NONCE = Pattern.compile("script[^>]* nonce=\"([^\"]+)\"");

    private final int port;
    private final String contextPath;
    private final String adminToken;
    private final Set<String> changedSettings = new TreeSet<>();

    /**
     * @param port of its main listener
     * @param adminToken for everything under {@code /api/admin}
     */
    public Gateway(int port, String adminToken) {
        this(port, "", adminToken);
    }

    /**
     * One that is deployed below a path.
     *
     * @param contextPath with a slash before it and none after it; empty for the root
     */
    public Gateway(int port, String contextPath, String adminToken) {
        this.port = port;
        this.contextPath = contextPath;
        this.adminToken = adminToken;
    }

    /** The port of its main listener. */
    public int port() {
        return port;
    }

    /** The base URL without {@code /v1}. */
    public String root() {
        return "http://127.0.0.1:" + port + contextPath;
    }

    // --- any request

    /** Sends a request on a connection of its own and reads the whole answer. */
    public Reply call(String method, String target, byte[] body, String... namesAndValues) {
        try (RawClient client = RawClient.to(port)) {
            client.request(method, contextPath + target, body, with(namesAndValues, "Connection", "close"));
            RawClient.Head head = client.head();
            byte[] answer = client.body();
            return new Reply(head.status(), head.headers(), answer, client.end());
        }
    }

    /** Gets. */
    public Reply get(String target, String... namesAndValues) {
        return call("GET", target, new byte[0], namesAndValues);
    }

    /** Posts JSON. */
    public Reply post(String target, String json, String... namesAndValues) {
        return call("POST", target, json.getBytes(UTF_8), with(namesAndValues, "Content-Type", Answers.JSON));
    }

    private static String[] with(String[] namesAndValues, String name, String value) {
        String[] all = java.util.Arrays.copyOf(namesAndValues, namesAndValues.length + 2);
        all[namesAndValues.length] = name;
        all[namesAndValues.length + 1] = value;
        return all;
    }

    // --- as a client of /v1

    /** The body of a small chat request. */
    public static String chatBody(String model, boolean stream) {
        return "{\"model\":" + Json.quoted(model) + ",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello.\"}]}";
    }

    /** A small chat, plain. */
    public Reply chat(String model, String... namesAndValues) {
        return post("/v1/chat/completions", chatBody(model, false), namesAndValues);
    }

    /** A small chat, streamed, read to its end. */
    public Reply chatStream(String model, String... namesAndValues) {
        return post("/v1/chat/completions", chatBody(model, true), namesAndValues);
    }

    // --- as an operator

    /** A request with the admin token. */
    public Reply admin(String method, String path, String json) {
        return call(
                method,
                "/api/admin" + path,
                json.getBytes(UTF_8),
                "Authorization",
                "Bearer " + adminToken,
                "Content-Type",
                Answers.JSON);
    }

    /**
     * Makes a backup, after the one that a new server makes by itself when that is under way.
     *
     * @return what the backup holds, as the call answers it
     */
    public JsonNode backUp() {
        AtomicReference<Reply> made = new AtomicReference<>();
        Await.until(
                () -> {
                    made.set(admin("POST", "/backups", ""));
                    return made.get().status() != 409;
                },
                "the end of the backup that is under way");
        if (made.get().status() != 200) {
            throw new AssertionError("a backup was answered " + made.get());
        }
        return made.get().json();
    }

    /** A GET with the admin token. */
    public Reply adminGet(String path) {
        return call("GET", "/api/admin" + path, new byte[0], "Authorization", "Bearer " + adminToken);
    }

    /** Makes a provider. */
    public JsonNode create(Draft draft) {
        return ok(admin("POST", "/backends", draft.json().toString()));
    }

    /** Changes a provider. */
    public JsonNode update(String id, String json) {
        return ok(admin("PUT", "/backends/" + id, json));
    }

    /** Every provider. */
    public JsonNode providers() {
        return ok(adminGet("/backends"));
    }

    /** The provider of that name. */
    public JsonNode provider(String name) {
        for (JsonNode provider : providers()) {
            if (provider.path("name").asText().equals(name)) {
                return provider;
            }
        }
        throw new AssertionError("no provider is named " + name + " in " + providers());
    }

    /** Changes a setting, until {@link #clear()}. */
    public void set(String key, String value) {
        changedSettings.add(key);
        ok(admin("PUT", "/config/" + key, "{\"value\":" + Json.quoted(value) + "}"));
    }

    /** From now on a place stays taken for an hour, and who finds none waits for one, however long: no test sees the end of either. */
    public void patient() {
        set("window_seconds", "3600");
        set("queue_timeout_seconds", "86400");
        set("request_deadline_seconds", "86400");
    }

    /** From now on nobody waits for a place, and nobody is let through in an emergency. */
    public void impatient() {
        set("queue_timeout_seconds", "0");
        set("cooldown_precheck_threshold_seconds", "0");
        set("emergency_rpm_fraction", "0");
    }

    /**
     * Brings settings and models back to their defaults and deletes every provider and client; only probes stay off, since they
     * would be counted by the stubs.
     */
    public void clear() {
        changedSettings.forEach(key -> admin("DELETE", "/config/" + key, ""));
        changedSettings.clear();
        set("health_probe_mode", "off");
        for (JsonNode model : ok(adminGet("/models"))) {
            if (model.path("stored").asBoolean()) {
                ok(admin("DELETE", "/models/" + model.path("model").asText(), ""));
            }
        }
        for (JsonNode client : ok(adminGet("/clients"))) {
            ok(admin("DELETE", "/clients/" + client.path("id").asText() + "?confirm=open", ""));
        }
        for (JsonNode provider : providers()) {
            ok(admin("DELETE", "/backends/" + provider.path("id").asText(), ""));
        }
    }

    private static JsonNode ok(Reply reply) {
        if (reply.status() != 200) {
            throw new AssertionError("expected 200, was " + reply);
        }
        return reply.json();
    }

    // --- as somebody at the sign-in

    /** Sends the form of the sign-in as a browser does. */
    public Reply signIn(String token, String... namesAndValues) {
        Matcher nonce = NONCE.matcher(get("/login").text());
        if (!nonce.find()) {
            throw new AssertionError("no nonce in the sign-in");
        }
        String form = "login=login&login:token=" + token
                + "&login:enter=&from=/dashboard&jakarta.faces.ViewState=stateless&primefaces.nonce="
                + URLEncoder.encode(nonce.group(1), UTF_8);
        return call(
                "POST",
                "/login",
                form.getBytes(UTF_8),
                with(namesAndValues, "Content-Type", "application/x-www-form-urlencoded"));
    }

    // --- as Prometheus

    /** Every sample of {@code /metrics}, by its name with labels. */
    public Map<String, Double> metrics() {
        Reply reply = get("/metrics", "Accept", "text/plain");
        if (reply.status() != 200) {
            throw new AssertionError("expected 200, was " + reply);
        }
        Map<String, Double> samples = new HashMap<>();
        for (String line : reply.text().split("\n", -1)) {
            int space = line.lastIndexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                samples.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
            }
        }
        return samples;
    }

    /** The sum of a metric over all its labels; 0 when there is none. */
    public double metric(String name) {
        return metrics().entrySet().stream()
                .filter(sample ->
                        sample.getKey().equals(name) || sample.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** The first sample whose name and labels contain all those words. */
    public Optional<Double> sample(String... words) {
        return metrics().entrySet().stream()
                .filter(sample -> java.util.Arrays.stream(words).allMatch(sample.getKey()::contains))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
