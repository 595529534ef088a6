package sidecar.ledger.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import sidecar.json.RawJson;
import sidecar.ledger.LedgerEntry;

/**
 * One value that is kept of an entry.
 *
 * @param journalValue for a line of the journal; null for none
 * @param binder sets it as a parameter of the insert
 * @param reader what reports tell of a row
 * @param journal its name in a line of the journal; null where it is not there, or in another form
 * @param table its name in the table; null where only the journal has it
 * @param report its name in JSON and CSV; null where {@code table} is
 */
public record RequestLogColumn(
        Function<LedgerEntry, JsonNode> journalValue,
        ParameterBinder binder,
        ReportReader reader,
        String journal,
        String table,
        String report) {

    /** Reads a column of a row by its name. */
    interface ReportReader {
        Object read(ResultSet row, String column) throws SQLException;
    }

    /** Sets a value of an entry as a parameter. */
    interface ParameterBinder {
        void bind(PreparedStatement insert, int index, LedgerEntry entry) throws SQLException;
    }

    /** {@code VARCHAR}. */
    static RequestLogColumn text(Function<LedgerEntry, String> value) {
        return textUpTo(Integer.MAX_VALUE, value);
    }

    /** {@code VARCHAR} that is given no more than {@code max} characters. */
    static RequestLogColumn textUpTo(int max, Function<LedgerEntry, String> value) {
        return column(
                entry -> TextNode.valueOf(wellFormed(value.apply(entry))),
                (insert, index, entry) -> insert.setString(index, cut(value.apply(entry), max)),
                ResultSet::getString);
    }

    /** {@code VARCHAR} that is empty for most; such a one is left out of the journal. */
    static RequestLogColumn rareText(Function<LedgerEntry, String> value) {
        return column(
                entry -> value.apply(entry).isEmpty() ? null : TextNode.valueOf(wellFormed(value.apply(entry))),
                (insert, index, entry) -> insert.setString(index, value.apply(entry)),
                ResultSet::getString);
    }

    /** {@code VARCHAR} with JSON in it. */
    static RequestLogColumn json(Function<LedgerEntry, String> value) {
        return column(
                entry -> TextNode.valueOf(value.apply(entry)),
                (insert, index, entry) -> insert.setString(index, value.apply(entry)),
                RequestLogColumn::rawJson);
    }

    /** {@code BIGINT} or {@code INTEGER}. */
    static RequestLogColumn number(ToLongFunction<LedgerEntry> value) {
        return column(
                entry -> LongNode.valueOf(value.applyAsLong(entry)),
                (insert, index, entry) -> insert.setLong(index, value.applyAsLong(entry)),
                ResultSet::getLong);
    }

    /** {@code BOOLEAN}. */
    static RequestLogColumn flag(Predicate<LedgerEntry> value) {
        return column(
                entry -> BooleanNode.valueOf(value.test(entry)),
                (insert, index, entry) -> insert.setBoolean(index, value.test(entry)),
                ResultSet::getBoolean);
    }

    /** {@code DECIMAL}. */
    static RequestLogColumn decimal(Function<LedgerEntry, BigDecimal> value) {
        return column(
                entry -> TextNode.valueOf(value.apply(entry).toPlainString()),
                (insert, index, entry) -> insert.setBigDecimal(index, value.apply(entry)),
                ResultSet::getBigDecimal);
    }

    /** {@code BIGINT}, milliseconds since 1970, as in the journal; ISO 8601 in reports. */
    static RequestLogColumn moment(Function<LedgerEntry, Instant> value) {
        return column(
                entry -> LongNode.valueOf(value.apply(entry).toEpochMilli()),
                (insert, index, entry) ->
                        insert.setLong(index, value.apply(entry).toEpochMilli()),
                (row, column) -> Instant.ofEpochMilli(row.getLong(column)).toString());
    }

    /** {@code BIGINT}, microseconds; nanoseconds in the journal, milliseconds in reports. It may be null. */
    static RequestLogColumn duration(Function<LedgerEntry, Duration> value) {
        return column(
                entry -> nanos(value.apply(entry)),
                (insert, index, entry) -> bindMicros(insert, index, value.apply(entry)),
                RequestLogColumn::millis);
    }

    private static RequestLogColumn column(
            Function<LedgerEntry, JsonNode> journalValue, ParameterBinder binder, ReportReader reader) {
        return new RequestLogColumn(journalValue, binder, reader, null, null, null);
    }

    RequestLogColumn journal(String name) {
        return new RequestLogColumn(journalValue, binder, reader, name, table, report);
    }

    RequestLogColumn table(String name) {
        return table(name, name);
    }

    RequestLogColumn table(String name, String reportName) {
        return new RequestLogColumn(journalValue, binder, reader, journal, name, reportName);
    }

    /** Adds it to a line of the journal. */
    void write(LedgerEntry entry, ObjectNode line) {
        JsonNode found = journalValue.apply(entry);
        if (found != null) {
            line.set(journal, found);
        }
    }

    /** Sets it as a parameter of the insert. */
    void bind(PreparedStatement insert, int index, LedgerEntry entry) throws SQLException {
        binder.bind(insert, index, entry);
    }

    /** What reports tell of a row; null where the table has null. */
    public Object reported(ResultSet row) throws SQLException {
        return reader.read(row, table);
    }

    /** Half a surrogate pair, which a client may send as a JSON escape, cannot be written in UTF-8. */
    static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static String cut(String text, int max) {
        return text != null && text.length() > max ? text.substring(0, max) : text;
    }

    private static JsonNode nanos(Duration time) {
        return time == null ? null : LongNode.valueOf(time.toNanos());
    }

    private static void bindMicros(PreparedStatement insert, int index, Duration time) throws SQLException {
        if (time == null) {
            insert.setNull(index, Types.BIGINT);
        } else {
            insert.setLong(index, time.toNanos() / 1_000);
        }
    }

    private static Object rawJson(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : new RawJson(text);
    }

    private static Object millis(ResultSet row, String column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? null : Math.round(micros / 1_000.0);
    }
}
