package sidecar.provider;

/**
 * A secret that cannot be printed by accident: {@link #toString()} gives its mask.
 *
 * @param reveal the secret itself; never empty, and read only where it goes on the wire or into the vault
 */
public record Secret(String reveal) {

    private static final int SHORT = 10;

    public Secret {
        if (reveal.isEmpty()) {
            throw new IllegalArgumentException("a secret must not be empty");
        }
    }

    /** First 6 + {@code ****} + last 4 characters; first 2 + {@code ****} for secrets of at most 10 (V2's form). */
    public String mask() {
        return reveal.length() <= SHORT
                ? reveal.substring(0, Math.min(2, reveal.length())) + "****"
                : reveal.substring(0, 6) + "****" + reveal.substring(reveal.length() - 4);
    }

    /** Whether {@code text} looks like what {@link #mask()} gives; no real key contains four asterisks. */
    public static boolean isMask(String text) {
        return text.contains("****");
    }

    @Override
    public String toString() {
        return mask();
    }
}
