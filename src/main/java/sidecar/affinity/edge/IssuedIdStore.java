package sidecar.affinity.edge;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sidecar.affinity.IssuedIds;

/** The table of remembered ids. Every method is one transaction, committed when it returns. */
@Stateless
public class IssuedIdStore {

    @PersistenceContext(unitName = "sidecar")
    private EntityManager entities;

    /** All of them, the oldest first. */
    public Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        entities.createQuery("select i from IssuedIdEntity i order by i.seq", IssuedIdEntity.class)
                .getResultStream()
                .forEach(row -> all.put(row.id, row.providerId));
        return all;
    }

    /** Adds them, and forgets all but the latest {@link IssuedIds#MOST}. */
    public void add(List<IssuedIds.Issued> issued) {
        long seq = entities.createQuery("select coalesce(max(i.seq), 0) from IssuedIdEntity i", Long.class)
                .getSingleResult();
        for (IssuedIds.Issued one : issued) {
            entities.merge(new IssuedIdEntity(one.id(), one.providerId(), ++seq));
        }
        entities.flush();
        entities.createQuery("delete from IssuedIdEntity i where i.seq <= :oldest")
                .setParameter("oldest", seq - IssuedIds.MOST)
                .executeUpdate();
    }
}
