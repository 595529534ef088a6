package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import sidecar.json.Json;
import sidecar.provider.Endpoint;
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
        Provider.NAME.write(json, provider);
        Provider.LABEL.write(json, provider);
        json.put("api_base_url", provider.endpoint().url().toString());
        Endpoint.API.write(json, provider.endpoint());
        Endpoint.TIMEOUT_SECONDS.write(json, provider.endpoint());
        Limits.RPM.write(json, provider.limits());
        Provider.POOL.write(json, provider);
        Provider.ENABLED.write(json, provider);
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
        Provider.ATTRIBUTES.stream()
                .filter(attribute -> !json.has(attribute.name()))
                .forEach(attribute -> attribute.write(json, provider));
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
