package sidecar.provider;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a request limit is paced: an exact window, or Sidecar V2's refilling bucket. */
public enum LimiterType {
    WINDOW,
    BUCKET;

    /** The name in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The limiter with that wire name. */
    public static Optional<LimiterType> of(String wire) {
        return Arrays.stream(values()).filter(l -> l.wire().equals(wire)).findFirst();
    }
}
