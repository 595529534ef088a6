package sidecar.provider;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The two tiers of providers: fallback providers are used where no primary one can be had. */
public enum PoolTier {
    PRIMARY,
    FALLBACK;

    /** The name in JSON and in metrics labels, such as {@code primary}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The pool with that wire name. */
    public static Optional<PoolTier> of(String wire) {
        return Arrays.stream(values()).filter(pool -> pool.wire().equals(wire)).findFirst();
    }
}
