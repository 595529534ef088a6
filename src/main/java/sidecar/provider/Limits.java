package sidecar.provider;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sidecar.json.Attribute;
import sidecar.json.Fields;
import sidecar.json.Require;

/**
 * How much may be asked of a provider. Shared with the other members of its quota group (smallest value wins).
 *
 * @param rpm requests a minute; 0 = unlimited
 * @param rpd requests a UTC day
 * @param tpm LLM tokens a minute
 * @param concurrency attempts at once
 * @param quotaGroup the operator's name for providers that share one account
 */
public record Limits(
        int rpm,
        OptionalInt rpd,
        OptionalInt tpm,
        OptionalInt concurrency,
        Optional<String> quotaGroup,
        LimiterType limiter,
        CooldownScope cooldownScope) {

    public static final Attribute<Limits, Integer> RPM = Attribute.integer("rpm_limit", 0, 1_000_000, Limits::rpm);
    private static final Attribute<Limits, OptionalInt> RPD = Attribute.optionalInteger("rpd_limit", Limits::rpd);
    private static final Attribute<Limits, OptionalInt> TPM = Attribute.optionalInteger("tpm_limit", Limits::tpm);
    private static final Attribute<Limits, OptionalInt> CONCURRENCY =
            Attribute.optionalInteger("max_concurrency", Limits::concurrency);
    private static final Attribute<Limits, Optional<String>> QUOTA_GROUP =
            Attribute.optionalText("quota_group", 100, Limits::quotaGroup);
    private static final Attribute<Limits, LimiterType> LIMITER =
            Attribute.choice("limiter", LimiterType.values(), LimiterType::wire, Limits::limiter);
    private static final Attribute<Limits, CooldownScope> COOLDOWN_SCOPE =
            Attribute.choice("cooldown_scope", CooldownScope.values(), CooldownScope::wire, Limits::cooldownScope);

    /** All of them, in JSON's order. */
    public static final List<Attribute<Limits, ?>> ATTRIBUTES =
            List.of(RPM, RPD, TPM, CONCURRENCY, QUOTA_GROUP, LIMITER, COOLDOWN_SCOPE);

    public Limits {
        Require.atLeast(0, "rpm", rpm);
        Require.atLeast(1, "rpd", rpd);
        Require.atLeast(1, "tpm", tpm);
        Require.atLeast(1, "concurrency", concurrency);
    }

    /** What {@code fields} say of limits; what {@code old} says where they do not. */
    public static Limits read(Fields fields, Limits old) {
        return new Limits(
                RPM.read(fields, old),
                RPD.read(fields, old),
                TPM.read(fields, old),
                CONCURRENCY.read(fields, old),
                QUOTA_GROUP.read(fields, old),
                LIMITER.read(fields, old),
                COOLDOWN_SCOPE.read(fields, old));
    }

    /** Only a number of requests a minute. */
    public static Limits perMinute(int rpm) {
        return new Limits(
                rpm,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                LimiterType.WINDOW,
                CooldownScope.AUTO);
    }
}
