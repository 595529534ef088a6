package sidecar.provider.model;

import java.util.Locale;

/** How the clients of one dialect can use a model. */
public enum DialectSupport {
    /** A provider speaks their dialect: requests and answers pass as they are. */
    NATIVE,
    /** No provider does: requests and answers are translated. */
    TRANSLATED;

    /** The name in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
