package sidecar.client.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sidecar.address.AddressRange;
import sidecar.client.ClientLimiter.ClientUsageView;
import sidecar.client.ClientLimits;
import sidecar.client.ClientPermissions;
import sidecar.client.ClientToken;
import sidecar.json.Decimals;
import sidecar.json.Json;

/** A client as JSON; of its token, a hint. */
final class ClientView {

    private ClientView() {}

    static ObjectNode write(ClientToken client, ClientUsageView usage, Instant now, List<String> warnings) {
        ClientPermissions permissions = client.permissions();
        ClientLimits limits = permissions.limits();
        ObjectNode json = Json.object().put("id", client.id()).put("name", client.name());
        ClientPermissions.ENABLED.write(json, permissions);
        json.put("state", state(client, now)).put("hint", client.hint());
        ClientLimits.ATTRIBUTES.forEach(attribute -> attribute.write(json, limits));
        put(json, "budget_day_usd", limits.budgetDay());
        put(json, "budget_month_usd", limits.budgetMonth());
        json.set("models", Json.tree(permissions.models()));
        json.set(
                "cidrs",
                Json.tree(
                        permissions.cidrs().stream().map(AddressRange::toString).toList()));
        json.put("expires_at", permissions.expiresAt().map(Instant::toString).orElse(null));
        ClientPermissions.ATTRIBUTES.stream()
                .filter(attribute -> !json.has(attribute.name()))
                .forEach(attribute -> attribute.write(json, permissions));
        json.put("source", client.environment() ? "env" : "admin");
        json.set("used", used(usage));
        json.put("created_at", client.createdAt().toString());
        json.put("updated_at", client.updatedAt().toString());
        ArrayNode list = json.putArray("warnings");
        warnings.forEach(list::add);
        return json;
    }

    /** What it may do now, in one word. */
    static String state(ClientToken client, Instant now) {
        if (!client.permissions().enabled()) {
            return "disabled";
        }
        return client.permissions().expired(now) ? "expired" : "active";
    }

    private static ObjectNode used(ClientUsageView usage) {
        return Json.object()
                .put("requests_minute", usage.requests())
                .put("tokens_minute", usage.tokens())
                .put("running", usage.running())
                .put("day_usd", Decimals.shortest(usage.day()))
                .put("month_usd", Decimals.shortest(usage.month()))
                .put("reserved_usd", Decimals.shortest(usage.reserved()));
    }

    private static void put(ObjectNode json, String name, Optional<BigDecimal> usd) {
        json.put(name, usd.map(Decimals::shortest).orElse(null));
    }
}
