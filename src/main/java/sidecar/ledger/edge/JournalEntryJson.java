package sidecar.ledger.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.failure.FailureClass;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.Usage;

/** An entry as one line of the journal, and back. Pure functions. */
final class JournalEntryJson {

    private JournalEntryJson() {}

    static String write(LedgerEntry entry) {
        ObjectNode json = Json.object();
        RequestLogColumns.JOURNAL.forEach(column -> column.write(entry, json));
        ArrayNode attempts = json.putArray("attempts");
        entry.attempts().forEach(attempt -> attempts.add(write(attempt)));
        entry.bill().ifPresent(bill -> json.set("bill", write(bill)));
        return Json.write(json);
    }

    private static ObjectNode write(AttemptEntry attempt) {
        ObjectNode json = Json.object()
                .put("id", attempt.providerId())
                .put("name", RequestLogColumn.wellFormed(attempt.provider()))
                .put("pool", attempt.pool())
                .put("model", RequestLogColumn.wellFormed(attempt.model()))
                .put("answered", attempt.answered());
        attempt.failure().ifPresent(failure -> json.put("failure", failure.name()));
        return json;
    }

    private static ObjectNode write(Bill bill) {
        Usage usage = bill.usage();
        return Json.object()
                .put("prompt", usage.prompt())
                .put("completion", usage.completion())
                .put("cached", usage.cached())
                .put("cacheWritten", usage.cacheWritten())
                .put("reasoning", usage.reasoning())
                .put("certainty", bill.certainty().name())
                .put("cost", bill.cost().toPlainString());
    }

    /** Reads a line; empty for one that is none of ours, or not whole. */
    static Optional<LedgerEntry> read(String line) {
        try {
            return Optional.of(entry(Json.read(line)));
        } catch (MalformedJsonException | IllegalArgumentException cut) {
            return Optional.empty();
        }
    }

    private static LedgerEntry entry(JsonNode json) {
        List<AttemptEntry> attempts = new ArrayList<>();
        json.path("attempts").forEach(attempt -> attempts.add(attempt(attempt)));
        return RequestLogColumns.entry(
                json, attempts, Optional.ofNullable(json.get("bill")).map(JournalEntryJson::bill));
    }

    private static AttemptEntry attempt(JsonNode json) {
        return new AttemptEntry(
                json.required("id").asText(),
                json.required("name").asText(),
                json.required("pool").asText(),
                json.required("model").asText(),
                Optional.ofNullable(json.get("failure")).map(failure -> FailureClass.valueOf(failure.asText())),
                json.required("answered").booleanValue());
    }

    private static Bill bill(JsonNode json) {
        Usage usage = new Usage(
                json.required("prompt").longValue(),
                json.required("completion").longValue(),
                json.required("cached").longValue(),
                json.required("cacheWritten").longValue(),
                json.required("reasoning").longValue());
        return new Bill(
                usage,
                Bill.Certainty.valueOf(json.required("certainty").asText()),
                new BigDecimal(json.required("cost").asText()));
    }
}
