package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.provider.AccountIdentity;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CooldownScope;
import sidecar.provider.Endpoint;
import sidecar.provider.LimiterType;
import sidecar.provider.Limits;
import sidecar.provider.PoolTier;
import sidecar.provider.Provenance;
import sidecar.provider.Provider;
import sidecar.provider.Secret;
import sidecar.provider.UpstreamUrl;
import sidecar.provider.reader.Mappings;
import sidecar.vault.KeyVault;

/** Translates between rows and providers; the only place that seals and opens their secrets. */
final class ProviderEntityMapper {

    private final KeyVault vault;
    private final AccountIdentity identity;

    ProviderEntityMapper(KeyVault vault) {
        this.vault = vault;
        this.identity = new AccountIdentity(vault::fingerprint);
    }

    void write(Provider provider, ProviderEntity row) {
        Endpoint endpoint = provider.endpoint();
        row.name = provider.name();
        row.label = provider.label();
        row.baseUrl = endpoint.url().toString();
        row.api = endpoint.api().wire();
        // A key, or headers, that could not be read stay as they are stored: the right vault key may come back.
        endpoint.key()
                .ifPresent(key -> row.sealedKey = vault.forRecord(provider.id()).encrypt(key.reveal()));
        if (!endpoint.headers().isEmpty() || headersOpen(row)) {
            row.sealedHeaders = sealHeaders(provider.id(), endpoint.headers());
        }
        row.timeoutSeconds = (int) endpoint.timeout().toSeconds();
        writeLimits(provider.limits(), row);
        row.pool = provider.pool().wire();
        row.weight = provider.weight();
        row.enabled = provider.enabled();
        row.mappings = Json.write(Mappings.write(provider.mappings()));
        row.source = provider.provenance().source();
        row.notes = provider.provenance().notes();
        row.metadata = Json.write(Json.tree(provider.provenance().metadata()));
        row.createdMillis = provider.provenance().createdAt().toEpochMilli();
        row.updatedMillis = provider.provenance().updatedAt().toEpochMilli();
    }

    private static void writeLimits(Limits limits, ProviderEntity row) {
        row.rpm = limits.rpm();
        row.rpd = boxed(limits.rpd());
        row.tpm = boxed(limits.tpm());
        row.concurrency = boxed(limits.concurrency());
        row.quotaGroup = limits.quotaGroup().orElse(null);
        row.limiter = limits.limiter().wire();
        row.cooldownScope = limits.cooldownScope().wire();
    }

    private static Integer boxed(OptionalInt number) {
        return number.isPresent() ? (Integer) number.getAsInt() : null;
    }

    private static OptionalInt unboxed(Integer number) {
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** Whether the row's key opens. */
    boolean opens(ProviderEntity row) {
        return vault.open(row.id, row.sealedKey).isPresent();
    }

    private boolean headersOpen(ProviderEntity row) {
        return row.sealedHeaders.isEmpty()
                || vault.open(headersOf(row.id), row.sealedHeaders).isPresent();
    }

    /**
     * The provider of a row; without a key when it does not open.
     *
     * @throws IllegalArgumentException when something else in the row is not as {@link #write} leaves it
     */
    Provider read(ProviderEntity row) {
        UpstreamUrl url = UpstreamUrl.parse(row.baseUrl).toOptional().orElseThrow(() -> bad("api_base_url"));
        Optional<Secret> key = vault.open(row.id, row.sealedKey).map(Secret::new);
        Endpoint endpoint = new Endpoint(
                url,
                ApiProtocol.of(row.api).orElseThrow(() -> bad("api")),
                key,
                Duration.ofSeconds(row.timeoutSeconds),
                openHeaders(row),
                identity.of(url, key, row.id));
        Provenance provenance = new Provenance(
                row.source,
                row.notes,
                Json.map(object(row.metadata)),
                Instant.ofEpochMilli(row.createdMillis),
                Instant.ofEpochMilli(row.updatedMillis));
        return new Provider(
                row.id,
                row.name,
                row.label,
                endpoint,
                limits(row),
                PoolTier.of(row.pool).orElseThrow(() -> bad("pool")),
                row.weight,
                row.enabled,
                Mappings.stored(object(row.mappings)),
                provenance);
    }

    private static Limits limits(ProviderEntity row) {
        return new Limits(
                row.rpm,
                unboxed(row.rpd),
                unboxed(row.tpm),
                unboxed(row.concurrency),
                Optional.ofNullable(row.quotaGroup),
                LimiterType.of(row.limiter).orElseThrow(() -> bad("limiter")),
                CooldownScope.of(row.cooldownScope).orElseThrow(() -> bad("cooldown_scope")));
    }

    /** Headers are another use than the key, so they are sealed for another record. */
    static String headersOf(String id) {
        return id + "/headers";
    }

    private String sealHeaders(String id, Map<String, Optional<Secret>> headers) {
        if (headers.isEmpty()) {
            return "";
        }
        ObjectNode object = Json.object();
        headers.forEach(
                (name, value) -> object.put(name, value.map(Secret::reveal).orElse(null)));
        return vault.forRecord(headersOf(id)).encrypt(Json.write(object));
    }

    private Map<String, Optional<Secret>> openHeaders(ProviderEntity row) {
        Map<String, Optional<Secret>> headers = new LinkedHashMap<>();
        vault.open(headersOf(row.id), row.sealedHeaders)
                .ifPresent(text -> object(text)
                        .properties()
                        .forEach(e -> headers.put(
                                e.getKey(),
                                Optional.ofNullable(e.getValue().textValue()).map(Secret::new))));
        return headers;
    }

    private static ObjectNode object(String text) {
        try {
            return (ObjectNode) Json.read(text);
        } catch (MalformedJsonException | ClassCastException e) {
            throw new IllegalArgumentException("a stored JSON object is damaged", e);
        }
    }

    private static IllegalArgumentException bad(String field) {
        return new IllegalArgumentException("the stored " + field + " breaks its rule");
    }
}
