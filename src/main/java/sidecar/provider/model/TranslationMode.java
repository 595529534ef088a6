package sidecar.provider.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether requests may go to providers that do not speak their dialect, translated. */
public enum TranslationMode {
    /** Of a model only: as the setting {@code translation} says. */
    DEFAULT,
    /** They may. */
    ON,
    /** They go to providers that speak their dialect, or to nobody. */
    NATIVE;

    /** The name in JSON and in the settings. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mode with that wire name. */
    public static Optional<TranslationMode> of(String wire) {
        return Arrays.stream(values()).filter(mode -> mode.wire().equals(wire)).findFirst();
    }

    /** What this mode of a model means where {@code setting} is the setting's. */
    public TranslationMode or(TranslationMode setting) {
        return this == DEFAULT ? setting : this;
    }
}
