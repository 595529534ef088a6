package sidecar.provider;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who a 429 blames: the whole provider, only the model that was asked for, or whichever the answer suggests. */
public enum CooldownScope {
    AUTO,
    PROVIDER,
    MODEL;

    /** The name in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scope with that wire name. */
    public static Optional<CooldownScope> of(String wire) {
        return Arrays.stream(values()).filter(s -> s.wire().equals(wire)).findFirst();
    }
}
