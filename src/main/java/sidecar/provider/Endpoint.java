package sidecar.provider;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a provider is and how it is spoken to.
 *
 * @param key empty when the stored key could not be read: such a provider is in error and never asked
 * @param timeout until the response head
 * @param headers sent in place of Sidecar's own; an empty value drops the header
 * @param identity scheme, host, port and a keyed hash of the key: the same for the same account wherever it is entered
 */
public record Endpoint(
        UpstreamUrl url,
        Api api,
        Optional<Secret> key,
        Duration timeout,
        Map<String, Optional<Secret>> headers,
        String identity) {

    public Endpoint {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
