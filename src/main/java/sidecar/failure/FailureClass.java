package sidecar.failure;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a failed attempt means. */
public enum FailureClass {
    /** The account was asked too often. */
    RATE_LIMITED,
    /** The model's shared workers are all taken: nobody's key is to blame. */
    MODEL_BUSY,
    /** The key is not accepted, or not paid for. */
    CREDENTIAL,
    /** This account does not have the model. */
    MODEL_MISSING,
    /** This account does not serve this request; nothing is known about others. */
    REFUSED,
    /** The upstream could not, although it was asked rightly. */
    OVERLOADED,
    /** The connection failed. */
    NETWORK,
    /** No answer in time. */
    TIMEOUT,
    /** It said success and was none. */
    BAD_SUCCESS,
    /** The request itself was wrong: every provider would say the same. */
    CLIENT;

    /** The name in JSON and in metrics, such as {@code rate_limited}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The class of that name in JSON. */
    public static Optional<FailureClass> of(String wire) {
        return Arrays.stream(values()).filter(kind -> kind.wire().equals(wire)).findFirst();
    }

    /** Whether another provider is worth asking. */
    public boolean retryElsewhere() {
        return this != CLIENT;
    }

    /** Whether it ends the attempt without counting towards the bound on attempts: waiting will help, not blame. */
    public boolean free() {
        return this == RATE_LIMITED || this == MODEL_BUSY;
    }

    /** Whether it speaks against the health of a provider's model. */
    public boolean countsAgainstModel() {
        return this == OVERLOADED || this == TIMEOUT || this == BAD_SUCCESS;
    }
}
