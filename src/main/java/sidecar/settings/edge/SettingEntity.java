package sidecar.settings.edge;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row of the settings table. */
@Entity
@Table(name = "setting")
class SettingEntity {

    @Id
    @Column(name = "name")
    String key;

    @Column(name = "content")
    String text;

    @Column(name = "description")
    String description;

    @Column(name = "updated_ms")
    long updatedMillis;

    protected SettingEntity() {}

    SettingEntity(SettingRow row) {
        this.key = row.key();
        this.text = row.text();
        this.description = row.description();
        this.updatedMillis = row.updatedAt().toEpochMilli();
    }
}
