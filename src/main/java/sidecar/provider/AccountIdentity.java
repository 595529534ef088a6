package sidecar.provider;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Tells which entries mean the same upstream account: the same scheme, host, port and key.
 *
 * @param fingerprint a keyed hash, so that an identity reveals nothing of the key
 */
public record AccountIdentity(UnaryOperator<String> fingerprint) {

    /** The identity of a key at an address; a provider whose key cannot be read is only itself. */
    public String of(UpstreamUrl url, Optional<Secret> key, String providerId) {
        return key.map(secret -> url.origin() + "#" + fingerprint.apply(secret.reveal()))
                .orElse(url.origin() + "#unreadable-" + providerId);
    }
}
