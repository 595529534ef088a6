package sidecar.client.edge;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
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
import sidecar.client.HeartbeatForm;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** A row of the client table, and what its columns mean. */
@Entity
@Table(name = "client")
class ClientEntity {

    @Id
    @Column(name = "id")
    String id;

    @Column(name = "name")
    String name;

    @Column(name = "enabled")
    boolean enabled;

    @Column(name = "sha256")
    String sha256;

    @Column(name = "hint")
    String hint;

    @Column(name = "rpm_limit")
    Integer rpmLimit;

    @Column(name = "tpm_limit")
    Integer tpmLimit;

    @Column(name = "max_concurrency")
    Integer maxConcurrency;

    @Column(name = "budget_day_usd")
    BigDecimal budgetDayUsd;

    @Column(name = "budget_month_usd")
    BigDecimal budgetMonthUsd;

    /** A JSON list of names. */
    @Column(name = "models")
    String models;

    /** A JSON list of ranges. */
    @Column(name = "cidrs")
    String cidrs;

    @Column(name = "expires_ms")
    Long expiresMs;

    @Column(name = "may_pin")
    boolean mayPin;

    @Column(name = "strict_translation")
    boolean strictTranslation;

    @Column(name = "heartbeat")
    String heartbeat;

    @Column(name = "environment")
    boolean environment;

    @Column(name = "created_ms")
    long createdMs;

    @Column(name = "updated_ms")
    long updatedMs;

    protected ClientEntity() {}

    ClientEntity(ClientToken client) {
        id = client.id();
        name = client.name();
        environment = client.environment();
        sha256 = client.sha256();
        hint = client.hint();
        take(client.permissions());
        createdMs = client.createdAt().toEpochMilli();
        updatedMs = client.updatedAt().toEpochMilli();
    }

    private void take(ClientPermissions permissions) {
        ClientLimits limits = permissions.limits();
        enabled = permissions.enabled();
        rpmLimit = boxed(limits.rpm());
        tpmLimit = boxed(limits.tpm());
        maxConcurrency = boxed(limits.concurrency());
        budgetDayUsd = limits.budgetDay().orElse(null);
        budgetMonthUsd = limits.budgetMonth().orElse(null);
        models = Json.write(Json.tree(permissions.models()));
        cidrs = Json.write(Json.tree(
                permissions.cidrs().stream().map(AddressRange::toString).toList()));
        expiresMs = permissions.expiresAt().map(Instant::toEpochMilli).orElse(null);
        mayPin = permissions.mayPin();
        strictTranslation = permissions.strictTranslation();
        heartbeat = permissions.heartbeat().wire();
    }

    /**
     * The client of this row.
     *
     * @throws IllegalArgumentException when something in the row is not as a client leaves it
     */
    ClientToken client() {
        return new ClientToken(
                id,
                name,
                environment,
                sha256,
                hint,
                permissions(),
                Instant.ofEpochMilli(createdMs),
                Instant.ofEpochMilli(updatedMs));
    }

    private ClientPermissions permissions() {
        ClientLimits limits = new ClientLimits(
                unboxed(rpmLimit), unboxed(tpmLimit), unboxed(maxConcurrency), usd(budgetDayUsd), usd(budgetMonthUsd));
        return new ClientPermissions(
                enabled,
                limits,
                texts(models),
                texts(cidrs).stream().map(AddressRange::of).toList(),
                Optional.ofNullable(expiresMs).map(Instant::ofEpochMilli),
                mayPin,
                strictTranslation,
                HeartbeatForm.of(heartbeat)
                        .orElseThrow(() -> new IllegalArgumentException("the stored heartbeat breaks its rule")));
    }

    private static Integer boxed(OptionalInt number) {
        return number.isPresent() ? (Integer) number.getAsInt() : null;
    }

    private static OptionalInt unboxed(Integer number) {
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
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
