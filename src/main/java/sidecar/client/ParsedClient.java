package sidecar.client;

import java.util.List;
import sidecar.json.FieldError;

/** What became of an operator's JSON object about a client. */
public sealed interface ParsedClient {

    /**
     * Valid, not yet stored.
     *
     * @param warnings one sentence for each field that was ignored
     */
    record Accepted(ClientToken client, List<String> warnings) implements ParsedClient {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /** Refused as a whole; at least one error. */
    record Refused(List<FieldError> errors) implements ParsedClient {
        public Refused {
            errors = List.copyOf(errors);
        }
    }
}
