package sidecar.relay;

import java.util.List;
import java.util.Optional;
import sidecar.failure.FailureClassifier;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ExpectedBody;
import sidecar.provider.Redactor;

/** What is known of answers before they come, for tests in which little of it matters. */
final class RelayFixture {

    private RelayFixture() {}

    static RelayContext context(FailureClassifier rules, Redactor redactor) {
        return context(ApiPath.PathKind.CHAT, rules, redactor, false);
    }

    static RelayContext context(ApiPath.PathKind kind, FailureClassifier rules, Redactor redactor, boolean injected) {
        return new RelayContext(kind, rules, "lab", "n1", "m", usage(injected), redactor);
    }

    /** Of a chat to which nothing unusual happens. */
    static RelayContext ofChat() {
        return context(FailureClassifier.defaults(), Redactor.of(List.of()));
    }

    /** Of JSON that can be read, and must be an answer. */
    static PlainHead head(int status) {
        return head(status, true, ExpectedBody.KNOWN);
    }

    static PlainHead head(int status, boolean json, ExpectedBody expected) {
        return new PlainHead(status, json, true, expected, -1, true, Optional.empty());
    }

    static RelayContext.UsageRequest usage(boolean injected) {
        return injected ? RelayContext.UsageRequest.INJECTED : RelayContext.UsageRequest.CLIENTS;
    }
}
