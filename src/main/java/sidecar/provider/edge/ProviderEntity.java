package sidecar.provider.edge;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

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
}
