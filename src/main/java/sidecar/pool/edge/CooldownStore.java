package sidecar.pool.edge;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.pool.CooldownEvent;

/** The tables of cooldowns and of credential errors. Every method is one transaction, committed when it returns. */
@Stateless
public class CooldownStore {

    private static final Duration KEPT = Duration.ofDays(90);
    private static final int MOST = 50_000;

    @PersistenceContext(unitName = "sidecar")
    private EntityManager entities;

    /** What a restart takes up again: those that nothing has done away with, the oldest first. */
    public List<CooldownEvent> unsettled() {
        return entities.createQuery(
                        "select c from CooldownEntity c where c.settled = false order by c.startedMillis",
                        CooldownEntity.class)
                .getResultStream()
                .map(CooldownEntity::event)
                .toList();
    }

    /** The latest, the newest first; only of that provider when one is given. */
    public List<CooldownEvent> latest(Optional<String> provider, int most) {
        return entities.createQuery(
                        "select c from CooldownEntity c where (:every = true or c.provider = :provider)"
                                + " order by c.startedMillis desc, c.id",
                        CooldownEntity.class)
                .setParameter("every", provider.isEmpty())
                .setParameter("provider", provider.orElse(""))
                .setMaxResults(most)
                .getResultStream()
                .map(CooldownEntity::event)
                .toList();
    }

    /** Stores the newest state of each. */
    public void put(List<CooldownEvent> events) {
        events.forEach(event -> entities.merge(new CooldownEntity(event)));
    }

    /** Forgets what is older than 90 days and all but the latest 50,000, but none that lasts. */
    public void prune(Instant now) {
        long old = now.minus(KEPT).toEpochMilli();
        long surplus = entities.createQuery(
                        "select c.startedMillis from CooldownEntity c order by c.startedMillis desc", Long.class)
                .setFirstResult(MOST)
                .setMaxResults(1)
                .getResultStream()
                .findFirst()
                .orElse(old);
        entities.createQuery("delete from CooldownEntity c where c.startedMillis <= :oldest and c.untilMillis < :now")
                .setParameter("oldest", Math.max(old, surplus))
                .setParameter("now", now.toEpochMilli())
                .executeUpdate();
    }

    /** By provider id, why its credential is not accepted. */
    public Map<String, String> errors() {
        Map<String, String> errors = new HashMap<>();
        entities.createQuery("select e from ProviderErrorEntity e", ProviderErrorEntity.class)
                .getResultStream()
                .forEach(row -> errors.put(row.provider, row.reason));
        return errors;
    }

    /** Stores these instead of those before. */
    public void putErrors(Map<String, String> errors) {
        entities.createQuery("delete from ProviderErrorEntity e").executeUpdate();
        errors.forEach((provider, reason) -> entities.persist(new ProviderErrorEntity(provider, reason)));
    }
}
