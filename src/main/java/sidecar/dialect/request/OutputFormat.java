package sidecar.dialect.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The form that the text of an answer must have. */
public sealed interface OutputFormat {

    /** Any JSON object. */
    record AnyJson() implements OutputFormat {}

    /**
     * JSON that follows a schema.
     *
     * @param name of the schema; {@code answer} where it has none
     * @param schema not to be changed
     */
    record JsonSchema(String name, ObjectNode schema, Optional<Boolean> strict) implements OutputFormat {}
}
