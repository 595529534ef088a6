package sidecar.v2;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens what Sidecar V2 has sealed: {@code <nonce>:<cipher text>} in hex, AES-256-GCM with the operator's key itself and
 * nothing authenticated beside it. Seals nothing. Callable from any thread; never blocks for long.
 */
public final class V2Secrets {

    private static final int TAG_BITS = 128;
    private static final HexFormat HEX = HexFormat.of();

    private final List<SecretKeySpec> keys;

    /**
     * @param key 64 hex digits, as for {@link KeyVault}
     * @param previous the key before the last change
     */
    public V2Secrets(String key, Optional<String> previous) {
        this.keys = Stream.concat(Stream.of(key), previous.stream())
                .map(hex -> new SecretKeySpec(HEX.parseHex(hex.strip()), "AES"))
                .toList();
    }

    /** The secret behind a text of V2's; empty when no known key opens it. */
    public Optional<String> open(String stored) {
        String[] parts = stored.strip().split(":", -1);
        if (parts.length != 2) {
            return Optional.empty();
        }
        return keys.stream()
                .flatMap(key -> open(key, parts[0], parts[1]).stream())
                .findFirst();
    }

    private static Optional<String> open(SecretKeySpec key, String nonce, String sealed) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, HEX.parseHex(nonce)));
            return Optional.of(new String(cipher.doFinal(HEX.parseHex(sealed)), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException | ProviderException e) {
            // sealed with another key, or not at all (shorter than a tag, see KeyVault): the caller says whose it was
            return Optional.empty();
        }
    }
}
