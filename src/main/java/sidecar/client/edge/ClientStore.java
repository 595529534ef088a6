package sidecar.client.edge;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import sidecar.client.ClientToken;

/** The client table. Every method is one transaction, committed when it returns. */
@Stateless
public class ClientStore {

    @PersistenceContext(unitName = "sidecar")
    private EntityManager entities;

    /**
     * Every client, in the order of their making.
     *
     * @throws IllegalArgumentException if a row is damaged: without it, a client might have no limits, or everybody entrance
     */
    public List<ClientToken> all() {
        return entities
                .createQuery("select c from ClientEntity c order by c.createdMs, c.id", ClientEntity.class)
                .getResultList()
                .stream()
                .map(ClientEntity::client)
                .toList();
    }

    /** Stores a client, instead of what was stored of it. */
    public void put(ClientToken client) {
        entities.merge(new ClientEntity(client));
    }

    /** Forgets a client; its usage stays. */
    public void delete(String id) {
        entities.createQuery("delete from ClientEntity c where c.id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }
}
