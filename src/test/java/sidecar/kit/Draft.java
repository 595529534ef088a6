package sidecar.kit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicLong;

/** A provider as an operator would enter it, with a key of its own and no rate limit unless told otherwise. */
public final class Draft {

    private static final AtomicLong KEYS = new AtomicLong(System.nanoTime());

    private final ObjectNode json = Json.object();
    private final ObjectNode mappings = Json.object();

    private Draft(String name) {
        json.put("name", name);
        json.put("api_key", "sk-test-" + KEYS.incrementAndGet());
        json.put("rpm_limit", 0);
        json.set("model_mappings", mappings);
    }

    /** A provider of that name. */
    public static Draft of(String name) {
        return new Draft(name);
    }

    /** At that stub. */
    public Draft at(StubUpstream stub) {
        return with("api_base_url", stub.baseUrl());
    }

    /** Serves {@code canonical}, which it calls {@code nativeId}. */
    public Draft serves(String canonical, String nativeId) {
        mappings.set(canonical, Json.object().put("native_id", nativeId));
        return this;
    }

    /** Serves {@code canonical} with a mapping of these fields. */
    public Draft serves(String canonical, ObjectNode mapping) {
        mappings.set(canonical, mapping);
        return this;
    }

    /** In the fallback pool. */
    public Draft fallback() {
        return with("pool", "fallback");
    }

    /** Any text field. */
    public Draft with(String field, String value) {
        json.put(field, value);
        return this;
    }

    /** Any number field. */
    public Draft with(String field, int value) {
        json.put(field, value);
        return this;
    }

    /** Any switch. */
    public Draft with(String field, boolean value) {
        json.put(field, value);
        return this;
    }

    /** The key. */
    public String key() {
        return json.path("api_key").asText();
    }

    /** The name. */
    public String name() {
        return json.path("name").asText();
    }

    /** What goes on the wire. */
    public ObjectNode json() {
        return json.deepCopy();
    }
}
