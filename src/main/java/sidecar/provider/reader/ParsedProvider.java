package sidecar.provider.reader;

import java.util.List;
import sidecar.json.FieldError;
import sidecar.provider.Provider;

/** What became of an operator's JSON object. */
public sealed interface ParsedProvider {

    /**
     * A valid provider, not yet stored.
     *
     * @param clear whether cooldowns and errors are to be cleared as well
     * @param warnings one sentence each
     */
    record Accepted(Provider provider, boolean clear, List<String> warnings) implements ParsedProvider {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /** Refused as a whole; at least one error. */
    record Refused(List<FieldError> errors) implements ParsedProvider {
        public Refused {
            errors = List.copyOf(errors);
        }
    }
}
