package sidecar.provider;

/**
 * For what kind of path a model is asked: it may serve one and not another.
 *
 * @param kind tells kinds apart, such as {@code CHAT}; may be empty
 * @param textual whether every account that works is served there: what a key lacks for other kinds says nothing of these
 */
public record PathUse(String kind, boolean textual) {

    /** No kind in particular. */
    public static final PathUse ANY = new PathUse("", true);

    /** A chat. */
    public static final PathUse CHAT = new PathUse("CHAT", true);

    /** A message in Anthropic's dialect. */
    public static final PathUse MESSAGES = new PathUse("MESSAGES", true);
}
