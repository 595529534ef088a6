package sidecar.provider;

import java.util.List;
import sidecar.json.FieldError;

/** What became of an operator's JSON object. */
public sealed interface Reading {

    /**
     * A valid provider, not yet stored.
     *
     * @param clear whether cooldowns and errors are to be cleared as well
     * @param warnings one sentence each
     */
    record Accepted(Provider provider, boolean clear, List<String> warnings) implements Reading {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /** Refused as a whole; at least one error. */
    record Refused(List<FieldError> errors) implements Reading {
        public Refused {
            errors = List.copyOf(errors);
        }
    }
}
