package sidecar.settings.edge;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;

/** The settings table. Every method is one transaction, committed when it returns. */
@Stateless
public class SettingStore {

    @PersistenceContext(unitName = "sidecar")
    private EntityManager entities;

    public List<SettingRow> all() {
        return entities.createQuery("select s from SettingEntity s order by s.key", SettingEntity.class)
                .getResultStream()
                .map(s -> new SettingRow(s.key, s.text, s.description, Instant.ofEpochMilli(s.updatedMillis)))
                .toList();
    }

    public void put(SettingRow row) {
        entities.merge(new SettingEntity(row));
    }

    /** Whether there was such a row. */
    public boolean delete(String key) {
        return entities.createQuery("delete from SettingEntity s where s.key = :key")
                        .setParameter("key", key)
                        .executeUpdate()
                > 0;
    }
}
