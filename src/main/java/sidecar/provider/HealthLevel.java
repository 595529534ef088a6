package sidecar.provider;

import java.util.Locale;

/** How well attempts on something have gone lately. */
public enum HealthLevel {
    HEALTHY,
    DEGRADED,
    DOWN;

    /** The name in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
