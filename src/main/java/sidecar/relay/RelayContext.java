package sidecar.relay;

import sidecar.failure.FailureClass;
import sidecar.failure.FailureClassifier;
import sidecar.failure.Verdict;
import sidecar.protocol.ApiPath;
import sidecar.provider.Redactor;

/**
 * What is known of an answer before it comes.
 *
 * @param kind of the path that was asked
 * @param label of the provider
 * @param nativeId the model's name on the wire; empty for a path without one
 * @param clientModel what the client called it
 * @param usage who asked for usage in the stream
 */
public record RelayContext(
        ApiPath.PathKind kind,
        FailureClassifier rules,
        String label,
        String nativeId,
        String clientModel,
        UsageRequest usage,
        Redactor redactor) {

    /** Who asked for usage in a stream. */
    public enum UsageRequest {
        /** The client, or nobody. */
        CLIENTS,
        /** Sidecar did, and the client must not see what it adds to the stream. */
        INJECTED,
        /** Sidecar did, for the translation of the answer. */
        TRANSLATED
    }

    /** Whether usage was asked for although the client did not: a refusal of that is not the client's. */
    boolean injected() {
        return usage != UsageRequest.CLIENTS;
    }

    /** Whether what asking for usage adds to a stream is kept from the client. */
    boolean hidesUsage() {
        return usage == UsageRequest.INJECTED;
    }

    /** Whether the model's name must change on the way to the client. */
    boolean renames() {
        return !nativeId.equals(clientModel);
    }

    /** What an error means that came where a success should have. */
    Verdict errorInSuccess(int status, String body) {
        return rules.inSuccess(status, body, label);
    }

    /** No rule decides this: an upstream that goes away is the wire's fault. */
    static RelayStep.Fail broken(String reason) {
        return RelayStep.Fail.of(FailureClass.NETWORK, reason);
    }
}
