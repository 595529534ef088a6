package sidecar.provider.edge.model;

import java.util.List;
import sidecar.json.FieldError;
import sidecar.provider.ModelSettings;

/** The result of saving a model's settings. */
sealed interface SavedModel {
    /** Stored and in force. */
    record Done(ModelSettings settings, List<String> warnings) implements SavedModel {}

    /** Nothing was stored. */
    record Invalid(List<FieldError> errors) implements SavedModel {}

    /** Nothing was stored: the model has settings already. */
    record Taken(String model) implements SavedModel {}

    /** There is no such model. */
    record Unknown() implements SavedModel {}
}
