package sidecar.provider;

import java.util.List;
import sidecar.json.FieldError;

/** What became of an operator's JSON object about a model. */
public sealed interface ModelReading {

    /**
     * Valid, not yet stored.
     *
     * @param warnings one sentence for each field that was ignored
     */
    record Accepted(ModelRules rules, List<String> warnings) implements ModelReading {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /** Refused as a whole; at least one error. */
    record Refused(List<FieldError> errors) implements ModelReading {
        public Refused {
            errors = List.copyOf(errors);
        }
    }
}
