package sidecar.client;

import java.time.Instant;

/**
 * A client that was handed a token. The token itself is known by its hash only. Immutable.
 *
 * @param id {@code cli_} and 12 hex digits
 * @param name unique, and for good: usage is kept under it
 * @param environment whether it is that of SIDECAR_CLIENT_TOKEN
 * @param sha256 of the token, in hex
 * @param hint a piece of the token that tells it from others without giving it away
 */
public record ClientToken(
        String id,
        String name,
        boolean environment,
        String sha256,
        String hint,
        ClientPermissions permissions,
        Instant createdAt,
        Instant updatedAt) {

    /** The name under which SIDECAR_CLIENT_TOKEN is known. */
    public static final String ENVIRONMENT = "env";

    /** Whoever calls while no token exists. */
    public static final ClientToken OPEN =
            new ClientToken("", "open", false, "", "", ClientPermissions.usual(true), Instant.EPOCH, Instant.EPOCH);

    /** Whether nobody was handed this one: whoever calls while no token exists. */
    public boolean isOpen() {
        return id.isEmpty();
    }

    /** The same client with another token, of which that is known. */
    public ClientToken token(String hash, String piece) {
        return new ClientToken(id, name, environment, hash, piece, permissions, createdAt, updatedAt);
    }

    /** The same client under another name. */
    ClientToken named(String other) {
        return new ClientToken(id, other, environment, sha256, hint, permissions, createdAt, updatedAt);
    }

    /** The same client with other rights, given at that time. */
    ClientToken with(ClientPermissions others, Instant at) {
        return new ClientToken(id, name, environment, sha256, hint, others, createdAt, at);
    }

    /** The same client, changed at another time. */
    public ClientToken updated(Instant at) {
        return with(permissions, at);
    }

    /** Without the hash: a short token could be guessed from it. */
    @Override
    public String toString() {
        return name + " (" + hint + ")";
    }
}
