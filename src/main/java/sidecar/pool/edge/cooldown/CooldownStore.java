package sidecar.pool.edge.cooldown;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sidecar.pool.edge.ProviderErrorEntity;
import sidecar.pool.event.CooldownRecord;

/** The tables of cooldowns and of credential errors. Every method is one transaction, committed when it returns. */
@Stateless
public class CooldownStore {

    private static final Duration KEPT = Duration.ofDays(90);
    private static final int MOST = 50_000;

    @PersistenceContext(unitName = "sidecar")
    private EntityManager entities;

    /** What a restart takes up again: those that nothing has done away with, the oldest first. */
    public List<CooldownRecord> unresolved() {
        return entities.createQuery(
                        "select c from CooldownEntity c where c.settled = false order by c.startedMillis",
                        CooldownEntity.class)
                .getResultStream()
                .map(CooldownEntity::event)
                .toList();
    }

    /** The latest, the newest first; only of that provider when one is given. */
    public List<CooldownRecord> latest(Optional<String> provider, int max) {
        return entities.createQuery(
                        "select c from CooldownEntity c where (:every = true or c.provider = :provider)"
                                + " order by c.startedMillis desc, c.id",
                        CooldownEntity.class)
                .setParameter("every", provider.isEmpty())
                .setParameter("provider", provider.orElse(""))
                .setMaxResults(max)
                .getResultStream()
                .map(CooldownEntity::event)
                .toList();
    }

    /** Those that have not ended by then, the newest first. */
    public List<CooldownRecord> current(Instant now, int max) {
        return entities.createQuery(
                        "select c from CooldownEntity c where c.endedMillis is null and c.untilMillis > :now"
                                + " order by c.startedMillis desc, c.id",
                        CooldownEntity.class)
                .setParameter("now", now.toEpochMilli())
                .setMaxResults(max)
                .getResultStream()
                .map(CooldownEntity::event)
                .toList();
    }

    /**
     * An order of the history.
     *
     * @param field by its name in JSON; one that there is no order by counts as {@code started_at}
     */
    public record Order(String field, boolean descending) {

        static final Order NEWEST = new Order("started_at", true);

        private static final Map<String, String> COLUMNS = Map.of(
                "backend_name", "c.providerName",
                "model", "c.model",
                "consecutive_count", "c.count",
                "cooldown_seconds", "c.untilMillis - c.startedMillis");

        String clause() {
            return COLUMNS.getOrDefault(field, "c.startedMillis") + (descending ? " desc" : "")
                    + ", c.startedMillis desc, c.id";
        }
    }

    private static final String HISTORY =
            " from CooldownEntity c where c.startedMillis >= :since and lower(c.providerName) like :provider escape '!'";

    /**
     * A page of those that began at {@code since} or later.
     *
     * @param provider a part of its name; empty for all
     */
    public List<CooldownRecord> page(Instant since, String provider, Order order, int first, int size) {
        return entities.createQuery("select c" + HISTORY + " order by " + order.clause(), CooldownEntity.class)
                .setParameter("since", since.toEpochMilli())
                .setParameter("provider", like(provider))
                .setFirstResult(first)
                .setMaxResults(size)
                .getResultStream()
                .map(CooldownEntity::event)
                .toList();
    }

    /** How many there are in all pages. */
    public int count(Instant since, String provider) {
        return entities.createQuery("select count(c)" + HISTORY, Long.class)
                .setParameter("since", since.toEpochMilli())
                .setParameter("provider", like(provider))
                .getSingleResult()
                .intValue();
    }

    private static String like(String part) {
        return "%" + part.strip().toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
    }

    /** Stores what is known of each here beside what another node has stored of it meanwhile. */
    public void put(List<CooldownRecord> events) {
        events.forEach(this::put);
    }

    private void put(CooldownRecord event) {
        CooldownEntity stored = entities.find(CooldownEntity.class, event.id(), LockModeType.PESSIMISTIC_WRITE);
        if (stored == null) {
            entities.persist(new CooldownEntity(event));
        } else {
            entities.merge(new CooldownEntity(event.and(stored.event())));
        }
    }

    /** Those of the ids that there are. */
    public Set<String> known(Set<String> ids) {
        return ids.isEmpty()
                ? Set.of()
                : Set.copyOf(entities.createQuery("select c.id from CooldownEntity c where c.id in :ids", String.class)
                        .setParameter("ids", ids)
                        .getResultList());
    }

    /** Whether one that began then would be forgotten by {@link #prune}. */
    public static boolean isTooOld(Instant started, Instant now) {
        return !started.isAfter(now.minus(KEPT));
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

    /**
     * Stores what is known of these providers, and leaves the others as they are.
     *
     * @param errors by provider id, why its credential is not accepted; of others of them it is
     */
    public void putErrors(Set<String> providers, Map<String, String> errors) {
        for (String provider : providers) {
            String reason = errors.get(provider);
            ProviderErrorEntity stored = entities.find(ProviderErrorEntity.class, provider);
            if (reason != null) {
                entities.merge(new ProviderErrorEntity(provider, reason));
            } else if (stored != null) {
                entities.remove(stored);
            }
        }
    }
}
