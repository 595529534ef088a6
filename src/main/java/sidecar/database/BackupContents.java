package sidecar.database;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/**
 * What a copy of the database was found to hold when all of it was read.
 *
 * @param schema the version of its schema
 * @param rows how many rows each table has, by its name in lower case
 * @param sealed how many providers' keys are stored
 * @param opened how many of these the encryption key opens
 * @param readAt when it was read
 */
public record BackupContents(String schema, Map<String, Long> rows, long sealed, long opened, Instant readAt) {

    public BackupContents {
        rows = Map.copyOf(rows);
    }

    /** All rows together. */
    public long rowsInAll() {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The rows of one table; 0 when there is no such table. */
    public long rows(String table) {
        return rows.getOrDefault(table, 0L);
    }

    /** As JSON, in the form that {@link #read} takes. */
    public ObjectNode json() {
        ObjectNode json = Json.object().put("schema", schema);
        ObjectNode counts = json.putObject("rows");
        new TreeMap<>(rows).forEach(counts::put);
        return json.put("keys", sealed).put("keys_opened", opened).put("verified_at", readAt.toString());
    }

    /** What {@link #json} wrote; empty for any other text. */
    public static Optional<BackupContents> read(String text) {
        try {
            JsonNode json = Json.read(text);
            Map<String, Long> rows = new TreeMap<>();
            json.path("rows")
                    .properties()
                    .forEach(row -> rows.put(row.getKey(), row.getValue().asLong()));
            Instant readAt = Instant.parse(json.path("verified_at").asText());
            return Optional.of(new BackupContents(
                    json.path("schema").asText(),
                    rows,
                    json.path("keys").asLong(),
                    json.path("keys_opened").asLong(),
                    readAt));
        } catch (MalformedJsonException | DateTimeParseException somebodyElses) {
            return Optional.empty();
        }
    }
}
