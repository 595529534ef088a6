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
import sidecar.client.ClientPermissions;
import sidecar.client.ClientToken;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

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
        row.sha256 = client.sha256();
        row.hint = client.hint();
        row.environment = client.environment();
        row.createdMs = client.createdAt().toEpochMilli();
        row.updatedMs = client.updatedAt().toEpochMilli();
        write(client.permissions(), row);
        entities.merge(row);
    }

    private static void write(ClientPermissions permissions, ClientEntity row) {
        ClientLimits limits = permissions.limits();
        row.enabled = permissions.enabled();
        row.rpmLimit = boxed(limits.rpm());
        row.tpmLimit = boxed(limits.tpm());
        row.maxConcurrency = boxed(limits.concurrency());
        row.budgetDayUsd = limits.budgetDay().orElse(null);
        row.budgetMonthUsd = limits.budgetMonth().orElse(null);
        row.models = Json.write(Json.tree(permissions.models()));
        row.cidrs = Json.write(Json.tree(
                permissions.cidrs().stream().map(AddressRange::toString).toList()));
        row.expiresMs = permissions.expiresAt().map(Instant::toEpochMilli).orElse(null);
        row.mayPin = permissions.mayPin();
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
                row.environment,
                row.sha256,
                row.hint,
                rights(row),
                Instant.ofEpochMilli(row.createdMs),
                Instant.ofEpochMilli(row.updatedMs));
    }

    private static ClientPermissions rights(ClientEntity row) {
        ClientLimits limits = new ClientLimits(
                unboxed(row.rpmLimit),
                unboxed(row.tpmLimit),
                unboxed(row.maxConcurrency),
                usd(row.budgetDayUsd),
                usd(row.budgetMonthUsd));
        return new ClientPermissions(
                row.enabled,
                limits,
                texts(row.models),
                texts(row.cidrs).stream().map(AddressRange::of).toList(),
                Optional.ofNullable(row.expiresMs).map(Instant::ofEpochMilli),
                row.mayPin);
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
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("a stored JSON list is damaged", e);
        }
        return texts;
    }
}
