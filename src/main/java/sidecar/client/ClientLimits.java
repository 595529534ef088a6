package sidecar.client;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sidecar.json.Attribute;
import sidecar.json.Require;

/**
 * How much one client may use. Immutable; empty means unlimited.
 *
 * @param rpm requests within any 60 seconds
 * @param tpm LLM tokens within any 60 seconds
 * @param concurrency requests at once
 * @param budgetDay USD a day, in UTC
 * @param budgetMonth USD a calendar month, in UTC
 */
public record ClientLimits(
        OptionalInt rpm,
        OptionalInt tpm,
        OptionalInt concurrency,
        Optional<BigDecimal> budgetDay,
        Optional<BigDecimal> budgetMonth) {

    static final Attribute<ClientLimits, OptionalInt> RPM = Attribute.optionalInteger("rpm_limit", ClientLimits::rpm);
    static final Attribute<ClientLimits, OptionalInt> TPM = Attribute.optionalInteger("tpm_limit", ClientLimits::tpm);
    static final Attribute<ClientLimits, OptionalInt> CONCURRENCY =
            Attribute.optionalInteger("max_concurrency", ClientLimits::concurrency);

    /** Those that have one rule each, in JSON's order. Budgets are read and written in their own way. */
    public static final List<Attribute<ClientLimits, ?>> ATTRIBUTES = List.of(RPM, TPM, CONCURRENCY);

    public ClientLimits {
        Require.atLeast(1, "rpm", rpm);
        Require.atLeast(1, "tpm", tpm);
        Require.atLeast(1, "concurrency", concurrency);
        Require.positive("budgetDay", budgetDay);
        Require.positive("budgetMonth", budgetMonth);
    }

    public static final ClientLimits NONE = new ClientLimits(
            OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty());
}
