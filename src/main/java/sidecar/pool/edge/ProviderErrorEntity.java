package sidecar.pool.edge;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Why one provider's credential is not accepted. */
@Entity
@Table(name = "provider_error")
class ProviderErrorEntity {

    @Id
    @Column(name = "provider_id")
    String provider;

    @Column(name = "reason")
    String reason;

    protected ProviderErrorEntity() {}

    ProviderErrorEntity(String provider, String reason) {
        this.provider = provider;
        this.reason = reason;
    }
}
