package sidecar.ledger.edge;

import static sidecar.ledger.edge.RequestLogColumn.decimal;
import static sidecar.ledger.edge.RequestLogColumn.duration;
import static sidecar.ledger.edge.RequestLogColumn.flag;
import static sidecar.ledger.edge.RequestLogColumn.json;
import static sidecar.ledger.edge.RequestLogColumn.moment;
import static sidecar.ledger.edge.RequestLogColumn.number;
import static sidecar.ledger.edge.RequestLogColumn.rareText;
import static sidecar.ledger.edge.RequestLogColumn.text;
import static sidecar.ledger.edge.RequestLogColumn.textUpTo;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.TranslationNote;
import sidecar.ledger.Usage;

/**
 * The columns of the request log: this list makes the insert and the query of the table, the objects of JSON and the lines of
 * CSV, all in its order, and the lines of the journal, but for attempts and bill.
 *
 * <p>A new column is a component of {@link LedgerEntry}, which {@code LedgerRecorder} fills, a line of the list, one in {@link #entry}, which
 * must not require it (lines that an earlier version wrote lack it), and a migration; on the page, an entry in {@code requests.xhtml} and its texts.
 */
public final class RequestLogColumns {

    private static final String COMMA = ",";

    private static final AttemptEntry NOBODY = new AttemptEntry("", "", "", "", Optional.empty(), false);

    private static final List<RequestLogColumn> ALL = List.of(
            moment(LedgerEntry::endedAt).journal("at").table("at_ms", "at"),
            text(LedgerEntry::requestId).journal("id").table("request_id"),
            text(LedgerEntry::client).journal("client").table("client"),
            textUpTo(300, LedgerEntry::path).journal("path").table("path"),
            flag(LedgerEntry::stream).journal("stream").table("stream"),
            text(LedgerEntry::model).journal("model").table("model"),
            text(entry -> last(entry).providerId()).table("provider_id"),
            text(entry -> last(entry).provider()).table("provider_name", "provider"),
            text(entry -> last(entry).pool()).table("pool"),
            number(entry -> entry.attempts().size()).table("attempts"),
            text(LedgerEntry::outcome).journal("outcome").table("outcome"),
            number(LedgerEntry::status).journal("status").table("status"),
            duration(entry -> entry.times().took()).journal("took").table("took_us", "latency_ms"),
            duration(entry -> entry.times().waited()).journal("waited").table("waited_us", "queue_wait_ms"),
            duration(entry -> entry.times().own()).journal("own"),
            duration(entry -> entry.times().served()).journal("served"),
            duration(RequestLogColumns::first).journal("first").table("first_us", "ttft_ms"),
            text(RequestLogColumns::certainty).table("certainty", "usage"),
            number(entry -> usage(entry).prompt()).table("prompt", "prompt_tokens"),
            number(entry -> usage(entry).completion()).table("completion", "completion_tokens"),
            number(entry -> usage(entry).cached()).table("cached", "cached_tokens"),
            number(entry -> usage(entry).cacheWritten()).table("cache_written", "cache_written_tokens"),
            number(entry -> usage(entry).reasoning()).table("reasoning", "reasoning_tokens"),
            decimal(RequestLogColumns::cost).table("cost"),
            json(entry -> AttemptsJson.write(entry.attempts())).table("tries"),
            rareText(entry -> entry.translation().dialects())
                    .journal("dialects")
                    .table("dialects"),
            rareText(RequestLogColumns::losses).journal("losses").table("losses"));

    /** Those of a line of the journal. */
    static final List<RequestLogColumn> JOURNAL =
            ALL.stream().filter(column -> column.journal() != null).toList();

    /** Those of the table, but for the id. */
    public static final List<RequestLogColumn> TABLE =
            ALL.stream().filter(column -> column.table() != null).toList();

    /** The names of {@link #TABLE}, as SQL lists them. */
    public static final String NAMES =
            TABLE.stream().map(RequestLogColumn::table).collect(Collectors.joining(", "));

    private RequestLogColumns() {}

    private static AttemptEntry last(LedgerEntry entry) {
        return entry.last().orElse(NOBODY);
    }

    private static Duration first(LedgerEntry entry) {
        return entry.times().firstContent().orElse(null);
    }

    private static String certainty(LedgerEntry entry) {
        return entry.bill().map(bill -> bill.certainty().wire()).orElse(null);
    }

    private static Usage usage(LedgerEntry entry) {
        return entry.bill().map(Bill::usage).orElse(Usage.NOTHING);
    }

    private static BigDecimal cost(LedgerEntry entry) {
        return entry.bill().map(Bill::cost).orElse(BigDecimal.ZERO);
    }

    private static String losses(LedgerEntry entry) {
        return String.join(COMMA, entry.translation().losses());
    }

    /** The entry of a line of the journal. @throws IllegalArgumentException if the line is not whole */
    static LedgerEntry entry(JsonNode line, List<AttemptEntry> attempts, Optional<Bill> bill) {
        return new LedgerEntry(
                Instant.ofEpochMilli(line.required("at").longValue()),
                line.required("id").asText(),
                line.required("client").asText(),
                line.required("path").asText(),
                line.required("stream").booleanValue(),
                line.required("model").asText(),
                attempts,
                line.required("outcome").asText(),
                line.required("status").intValue(),
                new LedgerEntry.Times(
                        nanos(line.required("took")),
                        nanos(line.required("waited")),
                        nanos(line.required("own")),
                        nanos(line.required("served")),
                        Optional.ofNullable(line.get("first")).map(RequestLogColumns::nanos)),
                bill,
                translation(line));
    }

    private static TranslationNote translation(JsonNode line) {
        String losses = line.path("losses").asText();
        return new TranslationNote(
                line.path("dialects").asText(), losses.isEmpty() ? List.of() : List.of(losses.split(COMMA, -1)));
    }

    private static Duration nanos(JsonNode number) {
        return Duration.ofNanos(number.longValue());
    }
}
