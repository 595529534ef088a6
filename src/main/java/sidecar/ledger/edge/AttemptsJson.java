package sidecar.ledger.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import sidecar.failure.FailureClass;
import sidecar.json.Json;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.LedgerEntry;

/** The attempts of one request, as the request log keeps and tells them. */
final class AttemptsJson {

    private static final String CANCELLED = "cancelled";

    private AttemptsJson() {}

    /** A JSON list of them in their order; null where there is one or none, which the row itself tells. */
    static String write(List<AttemptEntry> attempts) {
        if (attempts.size() < 2) {
            return null;
        }
        ArrayNode list = Json.array();
        attempts.forEach(attempt -> list.addObject()
                .put("provider_id", attempt.providerId())
                .put("provider", attempt.provider())
                .put("pool", attempt.pool())
                .put("model", attempt.model())
                .put("outcome", outcome(attempt)));
        return Json.write(list);
    }

    private static String outcome(AttemptEntry attempt) {
        return attempt.failure().map(FailureClass::wire).orElse(attempt.answered() ? LedgerEntry.OK : CANCELLED);
    }
}
