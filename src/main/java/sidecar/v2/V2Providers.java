package sidecar.v2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Parsed;
import sidecar.provider.Provenance;
import sidecar.provider.Provider;
import sidecar.provider.reader.ProviderChange;
import sidecar.provider.reader.ProviderReader;

/**
 * Reads rows of Sidecar V2's table of providers by the rules that an operator's JSON has to keep. Callable from any
 * thread; looks nothing up.
 */
public final class V2Providers {

    private static final String ID = "[A-Za-z0-9_-]{1,40}";

    /** Columns that mean what today's fields of that name mean. */
    private static final List<String> ALIKE =
            List.of("name", "label", "api_base_url", "api", "timeout_seconds", "rpm_limit", "pool", "source");

    private static final List<String> OBJECTS = List.of("model_mappings", "metadata");

    private final ProviderReader reader;
    private final Function<String, Optional<String>> opener;

    /**
     * What a row is.
     *
     * @param id V2's, which is kept
     * @param name V2's, or the id where there is none
     * @param sealed whether it holds a key
     * @param opened whether that key could be opened
     * @param provider empty where there are reasons against it
     * @param reasons sentences without a secret
     * @param notes what was understood otherwise than it stands there
     */
    public record V2ProviderRow(
            String id,
            String name,
            boolean sealed,
            boolean opened,
            Optional<Provider> provider,
            List<String> reasons,
            List<String> notes) {}

    /** @param opener of keys as V2 stores them */
    public V2Providers(ProviderReader reader, Function<String, Optional<String>> opener) {
        this.reader = reader;
        this.opener = opener;
    }

    /** Reads one row. */
    public V2ProviderRow read(ObjectNode columns, Instant now) {
        V2Row row = new V2Row(columns);
        String id = row.text("id");
        String name = row.text("name").isEmpty() ? id : row.text("name");
        String sealed = row.text("api_key");
        Optional<String> key = opener.apply(sealed);
        List<String> notes = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        if (!id.matches(ID)) {
            reasons.add("its id is not one of V2's");
        }
        if (key.isEmpty()) {
            reasons.add(sealed.isEmpty() ? "it has no key" : "its key was sealed with another SIDECAR_ENCRYPTION_KEY");
        }
        ObjectNode body = body(columns, reasons, notes).put("api_key", key.orElse("unopened"));
        Optional<Provider> provider = Optional.empty();
        Parsed<ProviderChange> parsed = reader.create(id, body, now);
        parsed.errors().stream().map(FieldError::message).forEach(reasons::add);
        if (reasons.isEmpty()) {
            provider = parsed.toOptional()
                    .map(ProviderChange::provider)
                    .map(read -> read.withProvenance(dated(read, row)));
            notes.addAll(parsed.warnings());
        }
        return new V2ProviderRow(
                id, name, !sealed.isEmpty(), key.isPresent(), provider, List.copyOf(reasons), List.copyOf(notes));
    }

    /** The columns as an operator would write them; what is null says nothing. */
    private static ObjectNode body(ObjectNode columns, List<String> reasons, List<String> notes) {
        ObjectNode body = Json.object();
        ALIKE.stream().filter(columns::hasNonNull).forEach(column -> body.set(column, columns.get(column)));
        OBJECTS.stream().filter(columns::hasNonNull).forEach(column -> {
            try {
                body.set(column, object(columns.get(column)));
            } catch (MalformedJsonException e) {
                reasons.add(column + " is not JSON: " + e.reason());
            }
        });
        JsonNode enabled = columns.path("enabled");
        body.put("enabled", enabled.isMissingNode() || enabled.isNull() || enabled.asInt() != 0 || enabled.asBoolean());
        if (columns.path("status").asText().equals("disabled")) {
            body.put("enabled", false);
        }
        // V2 let one request through and then none; today 0 is no limit at all, which nobody asked for
        if (body.path("rpm_limit").isIntegralNumber() && body.path("rpm_limit").asInt() <= 0) {
            notes.add("rpm_limit was " + body.path("rpm_limit").asText() + ", which let nothing through; it has the"
                    + " default now");
            body.remove("rpm_limit");
        }
        return body;
    }

    /** SQLite keeps objects as texts. */
    private static JsonNode object(JsonNode column) throws MalformedJsonException {
        if (!column.isTextual()) {
            return column;
        }
        return column.textValue().isBlank() ? Json.object() : Json.read(column.textValue());
    }

    private static Provenance dated(Provider provider, V2Row row) {
        Provenance read = provider.provenance();
        return read.dated(
                row.time("created_at").orElse(read.createdAt()),
                row.time("updated_at").orElse(read.updatedAt()));
    }
}
