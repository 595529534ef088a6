package sidecar.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secrets that are handed to clients. Callable from any thread. */
public final class ClientSecret {

    /** Fewer characters are no secret. */
    public static final int SHORTEST = 16;

    private static final String PREFIX = "sk-sidecar-";
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** About 238 bits. */
    private static final int LENGTH = 40;

    private static final int SHOWN = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private ClientSecret() {}

    /** A new one, such as {@code sk-sidecar-q1W…}. */
    public static String fresh() {
        StringBuilder secret = new StringBuilder(PREFIX);
        for (int i = 0; i < LENGTH; i++) {
            secret.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return secret.toString();
    }

    /** What is kept of it, in hex. */
    public static String sha256(String secret) {
        return HexFormat.of().formatHex(digest(secret));
    }

    static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Its first and last characters where it is long enough to spare them. */
    public static String hint(String secret) {
        int first = secret.startsWith(PREFIX) ? PREFIX.length() + SHOWN : 2;
        return secret.length() < 2 * SHORTEST
                ? secret.substring(0, 2) + "****"
                : secret.substring(0, first) + "****" + secret.substring(secret.length() - SHOWN);
    }
}
