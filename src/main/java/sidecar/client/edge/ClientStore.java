package sidecar.client.edge;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sidecar.address.AddressRange;
import sidecar.client.ClientLimits;
import sidecar.client.ClientToken;
import sidecar.json.Json;
import sidecar.json.MalformedJson;

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
                .map(ClientStore::read)
                .toList();
    }

    /** Stores a client, instead of what was stored of it. */
    public void put(ClientToken client) {
        ClientEntity row = new ClientEntity(client.id());
        row.name = client.name();
        row.enabled = client.enabled();
        row.sha256 = client.sha256();
        row.hint = client.hint();
        row.rpmLimit = boxed(client.limits().rpm());
        row.tpmLimit = boxed(client.limits().tpm());
        row.maxConcurrency = boxed(client.limits().concurrency());
        row.budgetDayUsd = client.limits().budgetDay().orElse(null);
        row.budgetMonthUsd = client.limits().budgetMonth().orElse(null);
        row.models = Json.write(Json.tree(client.models()));
        row.cidrs = Json.write(
                Json.tree(client.cidrs().stream().map(AddressRange::toString).toList()));
        row.expiresMs = client.expiresAt().map(Instant::toEpochMilli).orElse(null);
        row.mayPin = client.mayPin();
        row.environment = client.environment();
        row.createdMs = client.createdAt().toEpochMilli();
        row.updatedMs = client.updatedAt().toEpochMilli();
        entities.merge(row);
    }

    /** Forgets a client; its usage stays. */
    public void delete(String id) {
        entities.createQuery("delete from ClientEntity c where c.id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }

    private static Integer boxed(OptionalInt number) {
        return number.isPresent() ? number.getAsInt() : null;
    }

    private static OptionalInt unboxed(Integer number) {
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static ClientToken read(ClientEntity row) {
        return new ClientToken(
                row.id,
                row.name,
                row.enabled,
                row.sha256,
                row.hint,
                new ClientLimits(
                        unboxed(row.rpmLimit),
                        unboxed(row.tpmLimit),
                        unboxed(row.maxConcurrency),
                        usd(row.budgetDayUsd),
                        usd(row.budgetMonthUsd)),
                texts(row.models),
                texts(row.cidrs).stream().map(AddressRange::of).toList(),
                Optional.ofNullable(row.expiresMs).map(Instant::ofEpochMilli),
                row.mayPin,
                row.environment,
                Instant.ofEpochMilli(row.createdMs),
                Instant.ofEpochMilli(row.updatedMs));
    }

    private static Optional<BigDecimal> usd(BigDecimal stored) {
        return Optional.ofNullable(stored).map(BigDecimal::stripTrailingZeros);
    }

    private static List<String> texts(String json) {
        List<String> texts = new ArrayList<>();
        try {
            for (JsonNode text : Json.read(json)) {
                texts.add(text.asText());
            }
        } catch (MalformedJson e) {
            throw new IllegalArgumentException("a stored JSON list is damaged", e);
        }
        return texts;
    }
}
