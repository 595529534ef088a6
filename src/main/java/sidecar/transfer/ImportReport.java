package sidecar.transfer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sidecar.json.FieldError;

/**
 * What was found in a configuration that somebody wants to import.
 *
 * @param tallies by field of the document
 * @param missing secrets that did not come along and are not here, such as {@code provider nvidia-1: api_key}
 * @param warnings one sentence each
 */
public record ImportReport(
        Map<String, Tally> tallies, List<FieldError> errors, List<String> missing, List<String> warnings) {

    public ImportReport {
        tallies = Map.copyOf(tallies);
        errors = List.copyOf(errors);
        missing = List.copyOf(missing);
        warnings = List.copyOf(warnings);
    }

    /** How many entries are new, other than what is here, and as they are here. */
    public record Tally(int created, int updated, int unchanged) {}

    /** All of them together. */
    public static ImportReport of(List<ImportReport> parts) {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        List<FieldError> errors = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (ImportReport part : parts) {
            tallies.putAll(part.tallies());
            errors.addAll(part.errors());
            missing.addAll(part.missing());
            warnings.addAll(part.warnings());
        }
        return new ImportReport(tallies, errors, missing, warnings);
    }
}
