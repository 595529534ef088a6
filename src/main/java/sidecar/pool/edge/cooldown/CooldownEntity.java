package sidecar.pool.edge.cooldown;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import sidecar.json.Texts;
import sidecar.pool.event.CooldownRecord;

/** A row of the table of cooldowns. */
@Entity
@Table(name = "cooldown_event")
class CooldownEntity {

    @Id
    @Column(name = "id")
    String id;

    @Column(name = "provider_id")
    String provider;

    @Column(name = "provider_name")
    String providerName;

    @Column(name = "quota_group")
    String group;

    @Column(name = "model")
    String model;

    @Column(name = "in_a_row")
    int count;

    @Column(name = "summary")
    String summary;

    @Column(name = "asked")
    boolean asked;

    @Column(name = "started_ms")
    long startedMillis;

    @Column(name = "until_ms")
    long untilMillis;

    /** Null while it lasts. */
    @Column(name = "ended_ms")
    Long endedMillis;

    @Column(name = "settled")
    boolean settled;

    protected CooldownEntity() {}

    CooldownEntity(CooldownRecord event) {
        this.id = event.id();
        this.provider = event.provider();
        this.providerName = event.providerName();
        this.group = event.group();
        this.model = storable(event.model());
        this.count = event.count();
        this.summary = storable(event.summary());
        this.asked = event.asked();
        this.startedMillis = event.startedAt().toEpochMilli();
        this.untilMillis = event.until().toEpochMilli();
        this.endedMillis = event.endedAt().map(Instant::toEpochMilli).orElse(null);
        this.settled = event.settled();
    }

    /** A client may ask a provider that serves every model for one with a name that no database takes. */
    private static String storable(String text) {
        return Texts.hasControls(text) ? Texts.excerpt(text) : text;
    }

    CooldownRecord event() {
        return new CooldownRecord(
                id,
                provider,
                providerName,
                group,
                model,
                count,
                summary,
                asked,
                Instant.ofEpochMilli(startedMillis),
                Instant.ofEpochMilli(untilMillis),
                Optional.ofNullable(endedMillis).map(Instant::ofEpochMilli),
                settled);
    }
}
