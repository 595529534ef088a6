package sidecar.provider.edge;

import java.util.List;
import sidecar.json.FieldError;

/**
 * The result of changing several providers alike.
 *
 * @param count how many were changed; none where there are errors
 */
public record BulkResult(int count, List<FieldError> errors, List<String> warnings) {}
