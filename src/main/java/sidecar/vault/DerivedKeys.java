package sidecar.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys made from one operator's key, one for each use: never the same key for two (HKDF's expand step with a label;
 * the operator's key is uniformly random already).
 */
final class DerivedKeys {

    private static final int KEY_BYTES = 32;
    private static final int ID_HEX = 8;

    private final String id;
    private final byte[] encryption;
    private final byte[] fingerprint;
    private final byte[] signIn;

    private DerivedKeys(byte[] master) {
        this.id = HexFormat.of().formatHex(hmac(master, "sidecar key id\1")).substring(0, ID_HEX);
        this.encryption = hmac(master, "sidecar encryption\1");
        this.fingerprint = hmac(master, "sidecar fingerprint\1");
        this.signIn = hmac(master, "sidecar sign-in\1");
    }

    static DerivedKeys parse(String name, String hex) {
        String digits = hex.strip();
        if (digits.isEmpty()) {
            throw new IllegalArgumentException(
                    name + " is missing: set it to 64 hex digits, for instance from `openssl rand -hex 32`");
        }
        if (digits.length() != 2 * KEY_BYTES || !digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(name + " must be 64 hex digits (32 bytes), has " + digits.length()
                    + " characters" + (digits.length() == 2 * KEY_BYTES ? ", some of them not hex" : ""));
        }
        return new DerivedKeys(HexFormat.of().parseHex(digits));
    }

    /** Names the key in stored texts; reveals nothing of it. */
    String id() {
        return id;
    }

    byte[] encryption() {
        return encryption;
    }

    byte[] fingerprint() {
        return fingerprint;
    }

    byte[] signIn() {
        return signIn;
    }

    /** Whether both were made from the same operator's key. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DerivedKeys keys && MessageDigest.isEqual(encryption, keys.encryption);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is not available", e);
        }
    }
}
