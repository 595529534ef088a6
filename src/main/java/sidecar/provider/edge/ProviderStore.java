package sidecar.provider.edge;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import sidecar.provider.Provider;
import sidecar.vault.KeyVault;

/** The provider table. Every method is one transaction, committed when it returns. */
@Stateless
public class ProviderStore {

    private static final System.Logger LOG = System.getLogger(ProviderStore.class.getName());

    @PersistenceContext(unitName = "sidecar")
    private EntityManager entities;

    @Inject
    private KeyVault vault;

    private ProviderEntityMapper mapper;

    /**
     * What the table holds.
     *
     * @param providers in creation order
     * @param sealed how many keys are stored: a provider may have none
     * @param opened how many of them could be read
     */
    public record Loaded(List<Provider> providers, int sealed, int opened) {

        /** Whether there are stored keys, and none could be read: they are sealed with another encryption key. */
        public boolean noneOpens() {
            return sealed > 0 && opened == 0;
        }
    }

    @PostConstruct
    void prepare() {
        mapper = new ProviderEntityMapper(vault);
    }

    /** Every provider that can be understood; the log names the others. */
    public Loaded all() {
        List<Provider> providers = new ArrayList<>();
        int sealed = 0;
        int opened = 0;
        List<ProviderEntity> found = entities.createQuery(
                        "select p from ProviderEntity p order by p.seq, p.createdMillis, p.id", ProviderEntity.class)
                .getResultList();
        for (ProviderEntity row : found) {
            sealed += row.sealedKey.isEmpty() ? 0 : 1;
            if (mapper.opens(row)) {
                opened++;
            } else if (!row.sealedKey.isEmpty()) {
                LOG.log(System.Logger.Level.ERROR, "provider {0}: its stored key cannot be opened", row.name);
            }
            try {
                providers.add(mapper.read(row));
            } catch (IllegalArgumentException e) {
                // One damaged row must not keep the others from serving.
                LOG.log(System.Logger.Level.ERROR, "provider " + row.name + " is left out", e);
            }
        }
        return new Loaded(providers, sealed, opened);
    }

    /** Stores new providers, all or none. */
    public void insert(List<Provider> providers) {
        long last = entities.createQuery("select max(p.seq) from ProviderEntity p", Long.class)
                .getResultStream()
                .filter(max -> max != null)
                .findFirst()
                .orElse(0L);
        for (Provider provider : providers) {
            last++;
            ProviderEntity row = new ProviderEntity(provider.id(), last);
            mapper.write(provider, row);
            entities.persist(row);
        }
    }

    /** Stores the new state of existing providers, all or none. */
    public void update(List<Provider> providers) {
        providers.forEach(this::write);
    }

    private void write(Provider provider) {
        ProviderEntity row = entities.find(ProviderEntity.class, provider.id());
        if (row == null) {
            throw new IllegalStateException("provider " + provider.id() + " is gone");
        }
        mapper.write(provider, row);
    }

    /** Removes providers, all or none; history elsewhere keeps their ids and names. */
    public void delete(List<Provider> providers) {
        providers.forEach(provider -> entities.createQuery("delete from ProviderEntity p where p.id = :id")
                .setParameter("id", provider.id())
                .executeUpdate());
    }

    /** Stores providers that Sidecar V2 had, all or none, and that this was done: who deletes one later will not get it back. */
    public void adopt(List<Provider> providers, Instant now) {
        insert(providers);
        providers.forEach(provider -> reach(adopted(provider.id()), now));
    }

    /** Whether a provider of V2's was stored before, be it deleted since. */
    public boolean isAdopted(String id) {
        return isReached(adopted(id)) || entities.find(ProviderEntity.class, id) != null;
    }

    private static String adopted(String id) {
        return "v2 provider " + id;
    }

    private boolean isReached(String milestone) {
        return !entities.createNativeQuery("select name from milestone where name = ?")
                .setParameter(1, milestone)
                .getResultList()
                .isEmpty();
    }

    /** Marks something that happens once; false when it had happened before. */
    public boolean reach(String milestone, Instant now) {
        boolean first = !isReached(milestone);
        if (first) {
            entities.createNativeQuery("insert into milestone (name, reached_ms) values (?, ?)")
                    .setParameter(1, milestone)
                    .setParameter(2, now.toEpochMilli())
                    .executeUpdate();
        }
        return first;
    }
}
