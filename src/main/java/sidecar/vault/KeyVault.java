package sidecar.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jasypt.encryption.StringEncryptor;
import org.jasypt.exceptions.EncryptionOperationNotPossibleException;

/**
 * Keeps secrets at rest with AES-256-GCM. The stored form is {@code v1:<key id>:<nonce>:<cipher text>}, in hex; the id of
 * the record that it belongs to is authenticated with it, so a value moved to another record does not open. Every use
 * has a key of its own, derived from the operator's; that of fingerprints is the one of the first operator's key, and
 * stays when the operator's key is changed. Callable from any thread; never blocks for long.
 */
public final class KeyVault {

    private static final String FORM = "v1";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final HexFormat HEX = HexFormat.of();

    /** Not an id that a record could have. */
    private static final String IDENTITY = "vault/fingerprint";

    private final SecureRandom random = new SecureRandom();
    private volatile Keys keys;
    private volatile byte[] fingerprint;

    /** @param readable the current ones first */
    private record Keys(DerivedKeys current, List<DerivedKeys> readable) {}

    /**
     * @param key 64 hex digits
     * @param previous the key before the last change, for reading only
     * @throws IllegalArgumentException when a key is missing, too short or not hex; the message is one line and never
     *     shows the key
     */
    public KeyVault(String key, Optional<String> previous) {
        DerivedKeys current = DerivedKeys.parse("SIDECAR_ENCRYPTION_KEY", key);
        List<DerivedKeys> old = previous.map(k -> DerivedKeys.parse("SIDECAR_ENCRYPTION_KEY_PREVIOUS", k)).stream()
                .toList();
        this.keys = new Keys(
                current, Stream.concat(Stream.of(current), old.stream()).toList());
        this.fingerprint = current.fingerprint();
    }

    /**
     * Seals with that key from now on; what was sealed before still opens. Fingerprints stay as they are.
     *
     * @throws IllegalArgumentException as the constructor
     */
    public synchronized void sealWith(String key) {
        DerivedKeys next = DerivedKeys.parse("SIDECAR_ENCRYPTION_KEY", key);
        keys = new Keys(
                next, Stream.concat(Stream.of(next), keys.readable().stream()).toList());
    }

    /** Whether that is the key with which it seals; a text that is no key is not. */
    public boolean sealsWith(String key) {
        try {
            return keys.current().equals(DerivedKeys.parse("", key));
        } catch (IllegalArgumentException noKey) {
            return false;
        }
    }

    /** Names the key with which it seals, and reveals nothing of it. */
    public String keyId() {
        return keys.current().id();
    }

    /** Whether a stored text was sealed with the key with which it seals now. */
    public boolean isCurrent(String stored) {
        return stored.startsWith(FORM + ":" + keyId() + ":");
    }

    /**
     * The key of fingerprints, sealed: for storing it beside what is sealed, so that fingerprints outlive the
     * operator's key.
     */
    public String sealedFingerprintKey() {
        return seal(IDENTITY, HEX.formatHex(fingerprint));
    }

    /** Makes fingerprints with a stored key from now on. @return false when no known key opens it */
    public boolean takeFingerprintKey(String stored) {
        Optional<String> opened = open(IDENTITY, stored);
        opened.ifPresent(hex -> fingerprint = HEX.parseHex(hex));
        return opened.isPresent();
    }

    /** The id of the record for which {@link #sealedFingerprintKey()} is sealed. */
    public static String fingerprintRecord() {
        return IDENTITY;
    }

    /** The encryptor of one record's secrets; its {@code decrypt} throws jasypt's own exception. */
    public StringEncryptor forRecord(String id) {
        return new StringEncryptor() {
            @Override
            public String encrypt(String message) {
                return seal(id, message);
            }

            @Override
            public String decrypt(String stored) {
                return open(id, stored).orElseThrow(EncryptionOperationNotPossibleException::new);
            }
        };
    }

    /** The secret in its stored form; twice the same secret gives two different texts. */
    public String seal(String id, String secret) {
        DerivedKeys current = keys.current();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, current, nonce, id).doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return String.join(":", FORM, current.id(), HEX.formatHex(nonce), HEX.formatHex(sealed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        }
    }

    /** The secret behind a stored text; empty when no known key opens it for that record. */
    public Optional<String> open(String id, String stored) {
        String[] parts = stored.split(":", -1);
        if (parts.length != 4 || !parts[0].equals(FORM)) {
            return Optional.empty();
        }
        return keys.readable().stream()
                .filter(known -> known.id().equals(parts[1]))
                .findFirst()
                .flatMap(known -> open(known, id, parts[2], parts[3]));
    }

    private static Optional<String> open(DerivedKeys keys, String id, String nonce, String sealed) {
        try {
            byte[] secret =
                    cipher(Cipher.DECRYPT_MODE, keys, HEX.parseHex(nonce), id).doFinal(HEX.parseHex(sealed));
            return Optional.of(new String(secret, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException | ProviderException e) {
            // Damaged (shorter than a tag: JDK 17 throws the last of the three), or of another record: the caller says
            // which.
            return Optional.empty();
        }
    }

    private static Cipher cipher(int mode, DerivedKeys keys, byte[] nonce, String id) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(keys.encryption(), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(id.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /**
     * Authentication codes of what a sign-in's cookie says, in hex: first that of the current key, which is to be
     * written, then those of the keys that are valid for reading.
     */
    public List<String> signInCodes(String text) {
        return keys.readable().stream()
                .map(known -> HEX.formatHex(DerivedKeys.hmac(known.signIn(), text)))
                .toList();
    }

    /** A keyed hash of {@code text} that tells equal secrets apart from others without revealing them, in hex. */
    public String fingerprint(String text) {
        return HEX.formatHex(DerivedKeys.hmac(fingerprint, text));
    }
}
