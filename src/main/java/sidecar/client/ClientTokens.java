package sidecar.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * Decides who may use {@code /v1}. Tokens are compared by their SHA-256 in constant time. Immutable; callable from any
 * thread.
 */
public final class ClientTokens {

    static final int SHORTEST = 16;

    private final List<Token> tokens;
    private final boolean allowOpen;

    private record Token(String name, byte[] sha256) {}

    private ClientTokens(List<Token> tokens, boolean allowOpen) {
        this.tokens = List.copyOf(tokens);
        this.allowOpen = allowOpen;
    }

    /**
     * The tokens of an installation.
     *
     * @param environment the value of SIDECAR_CLIENT_TOKEN, which creates the client {@code env}
     * @param allowOpen whether access without a token is open to everyone while no token exists
     * @throws IllegalArgumentException if the token is too short to be a secret
     */
    public static ClientTokens of(Optional<String> environment, boolean allowOpen) {
        environment.ifPresent(token -> {
            if (token.length() < SHORTEST) {
                throw new IllegalArgumentException(
                        "SIDECAR_CLIENT_TOKEN must have at least " + SHORTEST + " characters, was " + token.length());
            }
        });
        return new ClientTokens(
                environment.map(token -> new Token("env", sha256(token))).stream()
                        .toList(),
                allowOpen);
    }

    /** Who knocks. */
    public record Visitor(Optional<String> token, boolean loopback, boolean forwarded) {}

    /**
     * The name of the client that may pass: its token's, or {@code open}.
     *
     * @return empty for nobody we know
     */
    public Optional<String> admit(Visitor visitor) {
        if (tokens.isEmpty()) {
            boolean open = allowOpen || (visitor.loopback() && !visitor.forwarded());
            return open ? Optional.of("open") : Optional.empty();
        }
        byte[] given = sha256(visitor.token().orElse(""));
        Optional<String> found = Optional.empty();
        for (Token token : tokens) {
            if (MessageDigest.isEqual(token.sha256(), given)) {
                found = Optional.of(token.name());
            }
        }
        return found;
    }

    /** Why somebody was turned away, and what to do about it. */
    public String advice() {
        return tokens.isEmpty()
                ? "No client token exists, and without one only programs on Sidecar's own machine may call. Set"
                        + " SIDECAR_CLIENT_TOKEN (at least 16 characters) and send it as 'Authorization: Bearer …'."
                : "Incorrect API key provided. Send a client token of this Sidecar as 'Authorization: Bearer …' or"
                        + " 'x-api-key'; provider keys and the admin token are not client tokens.";
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
