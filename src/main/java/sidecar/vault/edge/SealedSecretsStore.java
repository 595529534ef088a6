package sidecar.vault.edge;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.vault.KeyVault;
import sidecar.vault.RotationResult;
import sidecar.vault.SealedColumn;

/** Everything in the database that the vault sealed. Every method is one transaction, committed when it returns. */
@Stateless
public class SealedSecretsStore {

    private static final String FINGERPRINTS = "fingerprints";

    @PersistenceContext(unitName = "sidecar")
    private EntityManager entities;

    @Inject
    private KeyVault vault;

    private record Value(SealedColumn column, Object id, String name, String text) {}

    /** Seals with the current key whatever is sealed with another one; all of it, or nothing when one does not open. */
    public RotationResult reseal(List<SealedColumn> columns) {
        List<Value> stale = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        int current = 0;
        for (SealedColumn column : columns) {
            for (Value value : values(column)) {
                if (open(value).isEmpty()) {
                    unreadable.add(column.table() + " " + value.name() + ": " + column.column());
                } else if (vault.isCurrent(value.text())) {
                    current++;
                } else {
                    stale.add(value);
                }
            }
        }
        if (!unreadable.isEmpty()) {
            return new RotationResult.Unreadable(unreadable);
        }
        stale.forEach(this::reseal);
        return new RotationResult.Done(stale.size(), current);
    }

    /** Locked until the transaction ends: whoever changes such a row meanwhile, on whatever machine, waits. */
    private List<Value> values(SealedColumn column) {
        @SuppressWarnings("unchecked") // a native query of three columns answers rows of three
        List<Object[]> rows = entities.createNativeQuery("select " + column.id() + ", " + column.name() + ", "
                        + column.column() + " from " + column.table() + " where " + column.column()
                        + " <> '' order by " + column.id() + " for update")
                .getResultList();
        return rows.stream()
                .map(row -> new Value(column, row[0], String.valueOf(row[1]), String.valueOf(row[2])))
                .toList();
    }

    private Optional<String> open(Value value) {
        return vault.open(record(value), value.text());
    }

    private static String record(Value value) {
        return value.column().record().apply(String.valueOf(value.id()));
    }

    private void reseal(Value value) {
        SealedColumn column = value.column();
        entities.createNativeQuery(
                        "update " + column.table() + " set " + column.column() + " = ? where " + column.id() + " = ?")
                .setParameter(1, vault.seal(record(value), open(value).orElseThrow()))
                .setParameter(2, value.id())
                .executeUpdate();
    }

    /** The stored key of fingerprints, sealed; empty in a database that never had one. */
    public Optional<String> fingerprintKey() {
        List<?> found = entities.createNativeQuery("select sealed from vault_secret where name = ?")
                .setParameter(1, FINGERPRINTS)
                .getResultList();
        return found.stream().findFirst().map(String::valueOf);
    }

    /** Stores the vault's key of fingerprints, once in a database's life. */
    public void keepFingerprintKey() {
        entities.createNativeQuery("insert into vault_secret (name, sealed) values (?, ?)")
                .setParameter(1, FINGERPRINTS)
                .setParameter(2, vault.sealedFingerprintKey())
                .executeUpdate();
    }
}
