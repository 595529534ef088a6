package sidecar.provider;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.json.Attribute;
import sidecar.json.Require;

/**
 * Where a provider is and how it is spoken to.
 *
 * @param key empty when there is none, or the stored one could not be read: such a provider is in error and never asked
 * @param timeout until the response head
 * @param headers sent in place of Sidecar's own; an empty value drops the header
 * @param identity scheme, host, port and a keyed hash of the key: the same for the same account wherever it is entered
 */
public record Endpoint(
        UpstreamUrl url,
        ApiProtocol api,
        Optional<Secret> key,
        Duration timeout,
        Map<String, Optional<Secret>> headers,
        String identity) {

    public static final Attribute<Endpoint, ApiProtocol> API =
            Attribute.choice("api", ApiProtocol.values(), ApiProtocol::wire, Endpoint::api);

    public static final Attribute<Endpoint, Integer> TIMEOUT_SECONDS =
            Attribute.integer("timeout_seconds", 1, 3_600, endpoint -> (int) endpoint.timeout.toSeconds());

    private static final int SHORTEST_SECRET = 8;

    public Endpoint {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        Require.positive("timeout", timeout);
    }

    /** Whether both lead to the same place with the same words: what was learned from failures of one is true of the other. */
    public boolean isReachedAs(Endpoint other) {
        return url.equals(other.url) && key.equals(other.key) && headers.equals(other.headers);
    }

    /**
     * What nobody outside may see: the key and the values of headers. A short value, such as a version, is no secret, and
     * masking it would garble texts.
     */
    public List<Secret> secrets() {
        List<Secret> secrets = new ArrayList<>();
        key.ifPresent(secrets::add);
        for (Optional<Secret> value : headers.values()) {
            value.filter(secret -> secret.reveal().length() >= SHORTEST_SECRET).ifPresent(secrets::add);
        }
        return secrets;
    }
}
