package sidecar.affinity.edge;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** One remembered id. */
@Entity
@Table(name = "issued_id")
class IssuedIdEntity {

    @Id
    String id;

    @Column(name = "provider_id")
    String providerId;

    long seq;

    protected IssuedIdEntity() {}

    IssuedIdEntity(String id, String providerId, long seq) {
        this.id = id;
        this.providerId = providerId;
        this.seq = seq;
    }
}
