package sidecar.provider;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a provider's entry came from.
 *
 * @param source {@code webui}, {@code env} or {@code import}
 * @param metadata free-form JSON values, which may be null, in the order given
 */
public record Provenance(
        String source, String notes, Map<String, Object> metadata, Instant createdAt, Instant updatedAt) {

    public Provenance {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** The same, made and changed at other times. */
    public Provenance dated(Instant created, Instant updated) {
        return new Provenance(source, notes, metadata, created, updated);
    }
}
