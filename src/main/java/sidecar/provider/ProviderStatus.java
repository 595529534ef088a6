package sidecar.provider;

import java.util.Locale;

/** A provider's status as operators see it. Where several hold, the first of error, cooling, healthy under disabled. */
public enum ProviderStatus {
    DISABLED,
    ERROR,
    COOLING,
    HEALTHY;

    /** The name in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
