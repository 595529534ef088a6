package sidecar.client.edge;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;

/** A row of the client table. */
@Entity
@Table(name = "client")
class ClientEntity {

    @Id
    @Column(name = "id")
    String id;

    @Column(name = "name")
    String name;

    @Column(name = "enabled")
    boolean enabled;

    @Column(name = "sha256")
    String sha256;

    @Column(name = "hint")
    String hint;

    @Column(name = "rpm_limit")
    Integer rpmLimit;

    @Column(name = "tpm_limit")
    Integer tpmLimit;

    @Column(name = "max_concurrency")
    Integer maxConcurrency;

    @Column(name = "budget_day_usd")
    BigDecimal budgetDayUsd;

    @Column(name = "budget_month_usd")
    BigDecimal budgetMonthUsd;

    /** A JSON list of names. */
    @Column(name = "models")
    String models;

    /** A JSON list of ranges. */
    @Column(name = "cidrs")
    String cidrs;

    @Column(name = "expires_ms")
    Long expiresMs;

    @Column(name = "may_pin")
    boolean mayPin;

    @Column(name = "environment")
    boolean environment;

    @Column(name = "created_ms")
    long createdMs;

    @Column(name = "updated_ms")
    long updatedMs;

    protected ClientEntity() {}

    ClientEntity(String id) {
        this.id = id;
    }
}
