package sidecar.pool;

/**
 * When a provider that an exchange has tried is a candidate for it again; untried ones go first in any case.
 *
 * @param fromNanos not before; without meaning for NEVER and ANYTIME
 */
public record RetryEligibility(Eligibility kind, long fromNanos) {

    /** Under what condition. */
    public enum Eligibility {
        NEVER,
        /** Whenever it may be chosen at all. */
        ANYTIME,
        /** From a moment on. */
        LATER,
        /** Only when no other can be had. */
        ALONE
    }

    /** It will not be asked again. */
    public static RetryEligibility never() {
        return new RetryEligibility(Eligibility.NEVER, 0);
    }

    /** It may be asked again whenever it may be chosen at all. */
    public static RetryEligibility anytime() {
        return new RetryEligibility(Eligibility.ANYTIME, 0);
    }

    /** It may be asked again from then on. */
    public static RetryEligibility from(long nanos) {
        return new RetryEligibility(Eligibility.LATER, nanos);
    }

    /** It may be asked again from then on, when no other can be had. */
    public static RetryEligibility aloneFrom(long nanos) {
        return new RetryEligibility(Eligibility.ALONE, nanos);
    }

    /** Nanoseconds until it may be; negative when it may. */
    long in(long now) {
        return kind == Eligibility.ANYTIME ? 0 : fromNanos - now;
    }
}
