package sidecar.pool.edge;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Why one provider's credential is not accepted. */
@Entity
@Table(name = "provider_error")
public class ProviderErrorEntity {

    @Id
    @Column(name = "provider_id")
    public String provider;

    @Column(name = "reason")
    public String reason;

    protected ProviderErrorEntity() {}

    public ProviderErrorEntity(String provider, String reason) {
        this.provider = provider;
        this.reason = reason;
    }
}
