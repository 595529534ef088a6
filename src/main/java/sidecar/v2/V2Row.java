package sidecar.v2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.json.Texts;

/**
 * A row of one of Sidecar V2's tables, by its columns. V2 checked nothing and SQLite keeps any value in any column: what
 * is not as it should be is noted, and read as nothing. Not thread-safe.
 */
public final class V2Row {

    private static final BigDecimal MOST = BigDecimal.TEN.pow(12);

    private final ObjectNode row;
    private final List<String> problems = new ArrayList<>();

    public V2Row(ObjectNode row) {
        this.row = row;
    }

    /** The text of a column, without what surrounds it; empty where it is null or no text. */
    public String text(String column) {
        JsonNode node = row.path(column);
        return node.isNull() ? "" : node.asText("").strip();
    }

    /** Like {@link #text(String)}, with at most {@code max} characters and no control characters. */
    public String text(String column, int max) {
        String text = text(column);
        return text.length() > max || Texts.hasControls(text)
                ? refuse(column + " has control characters, or more than " + max + " in all", "")
                : text;
    }

    /** A count, up to a million million; 0 where it is null. */
    public long count(String column) {
        JsonNode node = row.path(column);
        if (node.isMissingNode() || node.isNull()) {
            return 0;
        }
        boolean fine = node.isIntegralNumber()
                && node.canConvertToLong()
                && node.longValue() >= 0
                && node.longValue() <= MOST.longValue();
        return fine ? node.longValue() : refuse(column + " is not a count", 0L);
    }

    /** A number from 0 to a million million; 0 where it is null. */
    public BigDecimal amount(String column) {
        JsonNode node = row.path(column);
        if (node.isMissingNode() || node.isNull()) {
            return BigDecimal.ZERO;
        }
        boolean fine = node.isNumber()
                && node.decimalValue().signum() >= 0
                && node.decimalValue().compareTo(MOST) <= 0;
        // sqlite3 writes 0.023 as 0.022999999999999999611; the shortest text of the same fraction is what was meant
        return fine ? BigDecimal.valueOf(node.doubleValue()) : refuse(column + " is not an amount", BigDecimal.ZERO);
    }

    /** A moment in either of V2's forms, {@code 2026-11-23T05:30:57Z} or {@code 2026-11-23 05:30:57}; empty where it is null. */
    public Optional<Instant> time(String column) {
        String text = text(column);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            String iso = text.replace(' ', 'T');
            return Optional.of(Instant.parse(iso.endsWith("Z") ? iso : iso + "Z"));
        } catch (DateTimeException unreadable) {
            return refuse(column + " is not a time", Optional.empty());
        }
    }

    private <T> T refuse(String problem, T fallback) {
        problems.add(problem);
        return fallback;
    }

    /** What was not as it should be, so far. */
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
