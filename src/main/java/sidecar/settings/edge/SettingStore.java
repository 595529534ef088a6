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

    /** Stores what Sidecar V2 had, and that this was done: who deletes it later will not get it back. */
    public void adopt(SettingRow row) {
        put(row);
        entities.createNativeQuery("insert into milestone (name, reached_ms) values (?, ?)")
                .setParameter(1, adopted(row.key()))
                .setParameter(2, row.updatedAt().toEpochMilli())
                .executeUpdate();
    }

    /** Whether a setting is there, or V2's was stored before, be it deleted since. */
    public boolean isAdopted(String key) {
        return entities.find(SettingEntity.class, key) != null
                || !entities.createNativeQuery("select name from milestone where name = ?")
                        .setParameter(1, adopted(key))
                        .getResultList()
                        .isEmpty();
    }

    private static String adopted(String key) {
        return "v2 setting " + key;
    }

    /** Removes a row, if it is there. */
    public void delete(String key) {
        entities.createQuery("delete from SettingEntity s where s.key = :key")
                .setParameter("key", key)
                .executeUpdate();
    }
}
