package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import sidecar.json.Json;
import sidecar.provider.Limits;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatusView;
import sidecar.provider.Secret;
import sidecar.provider.reader.Mappings;

/** A provider as JSON: V2's fields in V2's order, then the newer ones. Secrets appear only as their masks. */
public final class ProviderView {

    private ProviderView() {}

    /**
     * A provider as the API answers it.
     *
     * @param warnings about what was just done, put before those about its status
     */
    public static ObjectNode write(Provider provider, ProviderStatusView statusView, List<String> warnings) {
        ObjectNode json = Json.object();
        json.put("id", provider.id());
        json.put("name", provider.name());
        json.put("label", provider.label());
        json.put("api_base_url", provider.endpoint().url().toString());
        json.put("api", provider.endpoint().api().wire());
        json.put("timeout_seconds", provider.endpoint().timeout().toSeconds());
        json.put("rpm_limit", provider.limits().rpm());
        json.put("pool", provider.pool().wire());
        json.put("enabled", provider.enabled());
        json.put("status", statusView.status().wire());
        json.set("model_mappings", Mappings.write(provider.mappings()));
        json.put("source", provider.provenance().source());
        json.put(
                "cooldown_until",
                statusView.cooldownUntil().map(ProviderView::time).orElse(null));
        json.put("consecutive_429_count", statusView.consecutive429());
        json.set("metadata", Json.tree(provider.provenance().metadata()));
        json.put("created_at", time(provider.provenance().createdAt()));
        json.put("updated_at", time(provider.provenance().updatedAt()));
        json.put("api_key", provider.endpoint().key().map(Secret::mask).orElse(""));
        newer(json, provider, statusView);
        ArrayNode list = json.putArray("warnings");
        warnings.forEach(list::add);
        statusView.warnings().forEach(list::add);
        return json;
    }

    private static void newer(ObjectNode json, Provider provider, ProviderStatusView statusView) {
        Limits limits = provider.limits();
        Json.put(json, "rpd_limit", limits.rpd());
        Json.put(json, "tpm_limit", limits.tpm());
        Json.put(json, "max_concurrency", limits.concurrency());
        json.put("quota_group", limits.quotaGroup().orElse(null));
        json.put("limiter", limits.limiter().wire());
        json.put("cooldown_scope", limits.cooldownScope().wire());
        json.put("weight", provider.weight());
        json.put("health", statusView.health().wire());
        json.put("reason", statusView.reason());
        lately(json, statusView);
        ObjectNode headers = json.putObject("headers");
        provider.endpoint()
                .headers()
                .forEach((name, value) ->
                        headers.put(name, value.map(Secret::mask).orElse(null)));
        json.put("notes", provider.provenance().notes());
        json.put(
                "request_url",
                provider.endpoint().url().chatUrl(provider.endpoint().api()));
    }

    private static void lately(ObjectNode json, ProviderStatusView statusView) {
        ProviderStatusView.Lately lately = statusView.lately();
        json.put("window_used", statusView.used());
        json.put("window_limit", statusView.limit());
        json.put("in_flight", statusView.inFlight());
        json.put("success_rate", lately.successRate().orElse(null));
        json.put("consecutive_failures", lately.failuresInARow());
        json.put("last_latency_ms", lately.latency().toMillis());
        json.put("last_status", lately.lastStatus());
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
