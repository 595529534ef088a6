package sidecar.vault;

import java.util.Optional;
import org.jasypt.exceptions.EncryptionOperationNotPossibleException;
import org.jasypt.util.text.AES256TextEncryptor;

/**
 * Protects what leaves an installation: jasypt's {@code PBEWithHMACSHA512AndAES_256}, with a random salt and a random
 * initialisation vector each time. Its key is stretched a thousand times only, which is why a short passphrase is
 * refused. Callable from any thread; one call takes some milliseconds.
 */
public final class PassphraseCipher {

    /** Completes "a passphrase …". */
    public static final String RULE = "must have 12 to 1024 printable ASCII characters";

    private static final int SHORTEST = 12;
    private static final int LONGEST = 1_024;

    private final AES256TextEncryptor encryptor = new AES256TextEncryptor();

    private PassphraseCipher(String text) {
        encryptor.setPassword(text);
    }

    /** Empty when {@code text} breaks the {@link #RULE}. */
    public static Optional<PassphraseCipher> of(String text) {
        // Java's PBE takes nothing but these
        boolean fine = text.length() >= SHORTEST && text.length() <= LONGEST && text.matches("[\\x20-\\x7e]+");
        return fine ? Optional.of(new PassphraseCipher(text)) : Optional.empty();
    }

    public String seal(String text) {
        return encryptor.encrypt(text);
    }

    /**
     * What {@link #seal} was given; empty under another passphrase. Damage and a wrong passphrase cannot always be told
     * from a right one: the caller looks at whether the text makes sense.
     */
    public Optional<String> open(String sealed) {
        try {
            return Optional.of(encryptor.decrypt(sealed));
        } catch (EncryptionOperationNotPossibleException | IllegalArgumentException wrong) {
            return Optional.empty();
        }
    }
}
