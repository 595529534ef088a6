package sidecar.settings;

import java.util.Locale;

/** Where a setting's value comes from; the first that gives one wins. */
public enum SettingSource {
    ENVIRONMENT,
    TABLE,
    DEFAULT;

    /** The name in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
