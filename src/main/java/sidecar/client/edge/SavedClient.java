package sidecar.client.edge;

import java.util.List;
import java.util.Optional;
import sidecar.client.ClientToken;
import sidecar.json.FieldError;

/** The result of saving a client. */
sealed interface SavedClient {
    /**
     * Stored and in force.
     *
     * @param secret the token, where one was made: shown now and never again
     */
    record Done(ClientToken client, Optional<String> secret, List<String> warnings) implements SavedClient {}

    /** Nothing was stored. */
    record Invalid(List<FieldError> errors) implements SavedClient {}

    /** Nothing was stored, for a reason that lies elsewhere. */
    record Refused(String why) implements SavedClient {}

    /** There is no such client. */
    record Unknown() implements SavedClient {}
}
