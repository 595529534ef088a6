package sidecar.provider.edge.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import sidecar.provider.edge.ProviderTestService;

/** A provider in a table: the very object that the REST API answers, with names for the pages. */
public final class ProviderRow implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final double PERCENT = 100;

    private final ObjectNode json;
    private final String state;
    private final Instant seen;
    private final @Nullable Instant testedAt;
    private final String testFailure;
    private final String testMessage;

    public ProviderRow(ObjectNode json, String state, Instant seen, Optional<ProviderTestService.Tested> tested) {
        this.json = json;
        this.state = state;
        this.seen = seen;
        this.testedAt = tested.map(ProviderTestService.Tested::at).orElse(null);
        this.testFailure = tested.map(ProviderTestService.Tested::failure).orElse("");
        this.testMessage = tested.map(ProviderTestService.Tested::message).orElse("");
    }

    private String text(String name) {
        return json.path(name).asText("");
    }

    public String getId() {
        return text("id");
    }

    public String getName() {
        return text("name");
    }

    public String getLabel() {
        return text("label");
    }

    public String getUrl() {
        return text("api_base_url");
    }

    /** Masked. */
    public String getKey() {
        return text("api_key");
    }

    public String getPool() {
        return text("pool");
    }

    public String getSource() {
        return text("source");
    }

    public String getStatus() {
        return text("status");
    }

    /** What the table shows first: degraded or down where the status alone would say healthy. */
    public String getState() {
        return state;
    }

    public String getReason() {
        return text("reason");
    }

    public boolean isEnabled() {
        return json.path("enabled").asBoolean();
    }

    /** Whether there is a cooldown or an error to clear. */
    public boolean isClearable() {
        return List.of("cooling", "error").contains(getStatus());
    }

    /** For the countdown in the browser; empty unless cooling. */
    public String getCooldownUntil() {
        return json.path("cooldown_until").isTextual() ? text("cooldown_until") : "";
    }

    /** Seconds of the cooldown that were left when the row was made. */
    public long getCooldownLeft() {
        String until = getCooldownUntil();
        return until.isEmpty()
                ? 0
                : Math.max(0, Duration.between(seen, Instant.parse(until)).toSeconds());
    }

    public int getRpm() {
        return json.path("rpm_limit").asInt();
    }

    public int getUsed() {
        return json.path("window_used").asInt();
    }

    /** Requests a minute that its quota group may take; 0 = unlimited. */
    public int getLimit() {
        return json.path("window_limit").asInt();
    }

    /** How full its window is, 0 to 100; 0 without a limit. */
    public long getFull() {
        return getLimit() == 0 ? 0 : Math.min(100, Math.round(PERCENT * getUsed() / getLimit()));
    }

    public int getModels() {
        return json.path("model_mappings").size();
    }

    /** Canonical names, one a line: for a tooltip. */
    public String getModelNames() {
        return json.path("model_mappings").properties().stream()
                .map(Map.Entry::getKey)
                .collect(Collectors.joining("\n"));
    }

    /** When it was tested last; null when it was not since it is reached as it is now. */
    public @Nullable Instant getTestedAt() {
        return testedAt;
    }

    /** The class of the last test's failure; empty when it passed. */
    public String getTestFailure() {
        return testFailure;
    }

    public String getTestMessage() {
        return testMessage;
    }

    /** In percent over five minutes; null when there was nothing. */
    public Long getSuccess() {
        JsonNode rate = json.path("success_rate");
        return rate.isNumber() ? Math.round(rate.asDouble() * PERCENT) : null;
    }

    public long getLatency() {
        return json.path("last_latency_ms").asLong();
    }

    /** What an operator should look at, one a line; empty when there is nothing. */
    public String getWarnings() {
        return String.join(
                "\n",
                StreamSupport.stream(json.path("warnings").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
    }
}
