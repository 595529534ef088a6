package sidecar.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.json.FieldError;
import sidecar.json.Parsed;

/**
 * The entries of one field of a configuration, and what is found while they are read one after the other. Not
 * thread-safe.
 */
public final class SectionReader {

    private final String field;
    private final List<SectionEntry> entries = new ArrayList<>();
    private final Map<Kind, Integer> counts = new HashMap<>();
    private final List<FieldError> errors = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** What an entry is to what is here. */
    public enum Kind {
        CREATED,
        UPDATED,
        UNCHANGED
    }

    /**
     * One of them.
     *
     * @param where it stands, such as {@code providers[3]}
     */
    public record SectionEntry(String where, ObjectNode body) {}

    /** The entries of a field; none when it is not there. */
    public SectionReader(ObjectNode document, String field) {
        this.field = field;
        JsonNode list = document.path(field);
        if (!list.isMissingNode() && !list.isArray()) {
            errors.add(new FieldError(field, field + " must be a list"));
        }
        for (JsonNode entry : list) {
            String where = field + "[" + entries.size() + "]";
            if (entry instanceof ObjectNode body) {
                entries.add(new SectionEntry(where, body));
            } else {
                errors.add(new FieldError(field, field + " must hold objects only"));
            }
        }
    }

    public List<SectionEntry> all() {
        return List.copyOf(entries);
    }

    public void refuse(SectionEntry entry, String rule) {
        errors.add(new FieldError(entry.where(), entry.where() + ": " + rule));
    }

    public void refuse(SectionEntry entry, List<FieldError> refused) {
        refused.forEach(error -> refuse(entry, error.message()));
    }

    /** What was read of an entry, whose warnings are noted; empty when it was rejected, which is noted too. */
    public <T> Optional<T> accepted(SectionEntry entry, Parsed<T> parsed) {
        refuse(entry, parsed.errors());
        warn(entry, parsed.warnings());
        return parsed.toOptional();
    }

    public void warn(SectionEntry entry, List<String> sentences) {
        sentences.forEach(sentence -> warnings.add(entry.where() + ": " + sentence));
    }

    /** A secret that the entry needs and nobody has. */
    public void miss(String secret) {
        missing.add(secret);
    }

    public void count(Kind kind) {
        counts.merge(kind, 1, Integer::sum);
    }

    public ImportReport report() {
        ImportReport.Tally tally =
                new ImportReport.Tally(counted(Kind.CREATED), counted(Kind.UPDATED), counted(Kind.UNCHANGED));
        return new ImportReport(Map.of(field, tally), errors, missing, warnings);
    }

    private int counted(Kind kind) {
        return counts.getOrDefault(kind, 0);
    }
}
