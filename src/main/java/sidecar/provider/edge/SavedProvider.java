package sidecar.provider.edge;

import java.util.List;
import sidecar.json.FieldError;
import sidecar.provider.Provider;

/** The result of saving a provider. */
public sealed interface SavedProvider {
    /** Stored and in force. */
    record Done(Provider provider, List<String> warnings) implements SavedProvider {}

    /** Nothing was stored. */
    record Invalid(List<FieldError> errors) implements SavedProvider {}

    /** Nothing was stored: the name belongs to another provider. */
    record NameTaken(String name) implements SavedProvider {}

    /** There is no such provider. */
    record Unknown() implements SavedProvider {}
}
