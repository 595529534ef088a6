package sidecar.provider.reader;

import java.util.List;
import sidecar.json.FieldError;
import sidecar.provider.ModelSettings;

/** What became of an operator's JSON object about a model. */
public sealed interface ParsedModel {

    /**
     * Valid, not yet stored.
     *
     * @param warnings one sentence for each field that was ignored
     */
    record Accepted(ModelSettings settings, List<String> warnings) implements ParsedModel {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /** Refused as a whole; at least one error. */
    record Refused(List<FieldError> errors) implements ParsedModel {
        public Refused {
            errors = List.copyOf(errors);
        }
    }
}
