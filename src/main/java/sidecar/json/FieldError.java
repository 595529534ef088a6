package sidecar.json;

/**
 * One refused field.
 *
 * @param field its path, such as {@code model_mappings.gpt-x.native_id}; empty for the body as a whole
 * @param message the rule that it breaks, naming the field
 */
public record FieldError(String field, String message) {}
