package sidecar.pool;

/**
 * When a provider that an exchange has tried is a candidate for it again; untried ones go first in any case.
 *
 * @param fromNanos not before; without meaning for NEVER and ANYTIME
 */
public record Again(Kind kind, long fromNanos) {

    /** Under what condition. */
    public enum Kind {
        NEVER,
        /** Whenever it may be chosen at all. */
        ANYTIME,
        /** From a moment on. */
        LATER,
        /** Only when no other can be had. */
        ALONE
    }

    /** It will not be asked again. */
    public static Again never() {
        return new Again(Kind.NEVER, 0);
    }

    /** It may be asked again whenever it may be chosen at all. */
    public static Again anytime() {
        return new Again(Kind.ANYTIME, 0);
    }

    /** It may be asked again from then on. */
    public static Again from(long nanos) {
        return new Again(Kind.LATER, nanos);
    }

    /** It may be asked again from then on, when no other can be had. */
    public static Again aloneFrom(long nanos) {
        return new Again(Kind.ALONE, nanos);
    }

    /** Nanoseconds until it may be; negative when it may. */
    long in(long now) {
        return kind == Kind.ANYTIME ? 0 : fromNanos - now;
    }
}
