package sidecar.provider.edge.model;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row of the model table: what is set for one canonical model. */
@Entity
@Table(name = "model")
class ModelEntity {

    @Id
    @Column(name = "name")
    String name;

    /** A JSON list of names. */
    @Column(name = "aliases")
    String aliases;

    /** In nanoseconds, −1 s for never; null to do as the setting says. */
    @Column(name = "overflow_wait_ns")
    Long overflowWaitNanos;

    /** A JSON list of names, in their order. */
    @Column(name = "fallback_models")
    String fallbackModels;

    @Column(name = "hidden")
    boolean hidden;

    /** A {@code TranslationMode}, by its name in JSON. */
    @Column(name = "translation")
    String translation;

    protected ModelEntity() {}

    ModelEntity(String name) {
        this.name = name;
    }
}
