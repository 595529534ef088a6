package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
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

/** A row of the provider table. Secrets are in it only as the vault seals them. */
@Entity
@Table(name = "provider")
class ProviderEntity {

    @Id
    @Column(name = "id")
    String id;

    /** Creation order. */
    @Column(name = "seq")
    long seq;

    @Column(name = "name")
    String name;

    @Column(name = "label")
    String label;

    @Column(name = "api_base_url")
    String baseUrl;

    @Column(name = "api")
    String api;

    /** Sealed for the provider's id; empty for none. */
    @Column(name = "api_key")
    String sealedKey = "";

    /** A JSON object, sealed as a whole; empty for none. */
    @Column(name = "headers")
    String sealedHeaders = "";

    @Column(name = "timeout_seconds")
    int timeoutSeconds;

    @Column(name = "rpm_limit")
    int rpm;

    @Column(name = "rpd_limit")
    Integer rpd;

    @Column(name = "tpm_limit")
    Integer tpm;

    @Column(name = "max_concurrency")
    Integer concurrency;

    @Column(name = "quota_group")
    String quotaGroup;

    @Column(name = "limiter")
    String limiter;

    @Column(name = "cooldown_scope")
    String cooldownScope;

    @Column(name = "pool")
    String pool;

    @Column(name = "weight")
    int weight;

    @Column(name = "enabled")
    boolean enabled;

    @Column(name = "model_mappings")
    String mappings;

    @Column(name = "source")
    String source;

    @Column(name = "notes")
    String notes;

    @Column(name = "metadata")
    String metadata;

    @Column(name = "created_ms")
    long createdMillis;

    @Column(name = "updated_ms")
    long updatedMillis;

    protected ProviderEntity() {}

    ProviderEntity(String id, long seq) {
        this.id = id;
        this.seq = seq;
    }

    /** Takes over everything but the secrets. */
    void take(Provider provider) {
        Endpoint endpoint = provider.endpoint();
        name = provider.name();
        label = provider.label();
        baseUrl = endpoint.url().toString();
        api = endpoint.api().wire();
        timeoutSeconds = (int) endpoint.timeout().toSeconds();
        takeLimits(provider.limits());
        pool = provider.pool().wire();
        weight = provider.weight();
        enabled = provider.enabled();
        mappings = Json.write(Mappings.write(provider.mappings()));
        source = provider.provenance().source();
        notes = provider.provenance().notes();
        metadata = Json.write(Json.tree(provider.provenance().metadata()));
        createdMillis = provider.provenance().createdAt().toEpochMilli();
        updatedMillis = provider.provenance().updatedAt().toEpochMilli();
    }

    private void takeLimits(Limits limits) {
        rpm = limits.rpm();
        rpd = boxed(limits.rpd());
        tpm = boxed(limits.tpm());
        concurrency = boxed(limits.concurrency());
        quotaGroup = limits.quotaGroup().orElse(null);
        limiter = limits.limiter().wire();
        cooldownScope = limits.cooldownScope().wire();
    }

    /**
     * The provider of this row, with its secrets.
     *
     * @throws IllegalArgumentException when something in the row is not as {@link #take} leaves it
     */
    Provider provider(Optional<Secret> key, Map<String, Optional<Secret>> headers, AccountIdentity identity) {
        UpstreamUrl url = UpstreamUrl.parse(baseUrl).toOptional().orElseThrow(() -> bad("api_base_url"));
        Endpoint endpoint = new Endpoint(
                url,
                ApiProtocol.of(api).orElseThrow(() -> bad("api")),
                key,
                Duration.ofSeconds(timeoutSeconds),
                headers,
                identity.of(url, key, id));
        Provenance provenance = new Provenance(
                source,
                notes,
                Json.map(object(metadata)),
                Instant.ofEpochMilli(createdMillis),
                Instant.ofEpochMilli(updatedMillis));
        return new Provider(
                id,
                name,
                label,
                endpoint,
                limits(),
                PoolTier.of(pool).orElseThrow(() -> bad("pool")),
                weight,
                enabled,
                Mappings.stored(object(mappings)),
                provenance);
    }

    private Limits limits() {
        return new Limits(
                rpm,
                unboxed(rpd),
                unboxed(tpm),
                unboxed(concurrency),
                Optional.ofNullable(quotaGroup),
                LimiterType.of(limiter).orElseThrow(() -> bad("limiter")),
                CooldownScope.of(cooldownScope).orElseThrow(() -> bad("cooldown_scope")));
    }

    private static Integer boxed(OptionalInt number) {
        return number.isPresent() ? (Integer) number.getAsInt() : null;
    }

    private static OptionalInt unboxed(Integer number) {
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** A stored JSON object. */
    static ObjectNode object(String text) {
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
