package sidecar.relay;

import sidecar.failure.FailureClass;
import sidecar.failure.FailureRules;
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
 * @param injected whether usage was asked for by us, so that the client must not see it
 */
public record RelayContext(
        ApiPath.PathKind kind,
        FailureRules rules,
        String label,
        String nativeId,
        String clientModel,
        boolean injected,
        Redactor redactor) {

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
