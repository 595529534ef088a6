package sidecar.relay;

import java.util.List;
import java.util.Optional;
import sidecar.failure.FailureRules;
import sidecar.provider.Redactor;

/** Shapes of answers for tests, in which little matters. */
final class SomeShape {

    private SomeShape() {}

    /** Of an answer of status 200 to a chat, in JSON that can be read. */
    static PlainRelay.Shape ofChat() {
        return of(200, true, true, PlainRelay.ExpectedBody.KNOWN, FailureRules.defaults(), Redactor.of(List.of()));
    }

    static PlainRelay.Shape of(
            int status,
            boolean json,
            boolean readable,
            PlainRelay.ExpectedBody expected,
            FailureRules rules,
            Redactor redactor) {
        return new PlainRelay.Shape(
                status, json, readable, expected, -1, true, false, rules, "lab", "n1", "m", redactor, Optional.empty());
    }
}
