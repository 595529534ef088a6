package sidecar.settings.edge;

import java.util.List;
import sidecar.json.FieldError;
import sidecar.settings.Setting;

/** The result of saving a setting. */
sealed interface SavedSetting {
    /** Stored and in force, unless the environment says otherwise. */
    record Done(Setting<?> setting) implements SavedSetting {}

    /** Nothing was stored. */
    record Invalid(List<FieldError> errors) implements SavedSetting {}
}
