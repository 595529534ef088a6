package sidecar.provider.reader;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import sidecar.json.Fields;

/**
 * What a PUT asks of a provider's computed state. A value that only repeats what the provider is in already, as in an
 * object that was fetched, edited and put back, asks for nothing.
 *
 * @param clear end cooldowns and forget errors
 * @param disable switch off
 */
record StatusChange(boolean clear, boolean disable) {

    static StatusChange read(Fields fields, String current) {
        // Errors are not cooldowns: only status "healthy" clears them.
        boolean clear = fields.isNull("cooldown_until") && !current.equals("error");
        boolean disable = false;
        JsonNode status = fields.node("status");
        if (status != null) {
            Optional<String> asked = Optional.ofNullable(status.textValue());
            if (asked.equals(Optional.of("healthy"))) {
                clear = true;
            } else if (asked.equals(Optional.of("disabled"))) {
                disable = !current.equals("disabled");
            } else if (!asked.equals(Optional.of(current))) {
                return fields.refuse(
                        "status",
                        "must be healthy (clears) or disabled; it is computed",
                        new StatusChange(false, false));
            }
        }
        return new StatusChange(clear, disable);
    }

    ProviderChange applyTo(ProviderChange read) {
        return new ProviderChange(disable ? read.provider().withEnabled(false) : read.provider(), clear);
    }
}
