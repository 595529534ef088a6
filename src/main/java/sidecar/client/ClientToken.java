package sidecar.client;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import sidecar.address.AddressRange;

/**
 * A client that was handed a token, and what it may do. The token itself is known by its hash only. Immutable.
 *
 * @param id {@code cli_} and 12 hex digits
 * @param name unique, and for good: usage is kept under it
 * @param sha256 of the token, in hex
 * @param hint a piece of the token that tells it from others without giving it away
 * @param models the canonical models that it may use, and see; empty for all
 * @param cidrs where it may call from; empty for anywhere
 * @param expiresAt from when on it is refused
 * @param mayPin whether it may choose a provider itself ({@code X-Sidecar-Provider})
 * @param environment whether it is that of SIDECAR_CLIENT_TOKEN
 */
public record ClientToken(
        String id,
        String name,
        boolean enabled,
        String sha256,
        String hint,
        ClientLimits limits,
        List<String> models,
        List<AddressRange> cidrs,
        Optional<Instant> expiresAt,
        boolean mayPin,
        boolean environment,
        Instant createdAt,
        Instant updatedAt) {

    /** The name under which SIDECAR_CLIENT_TOKEN is known. */
    public static final String ENVIRONMENT = "env";

    /** Whoever calls while no token exists. */
    public static final ClientToken OPEN = new ClientToken(
            "",
            "open",
            true,
            "",
            "",
            ClientLimits.NONE,
            List.of(),
            List.of(),
            Optional.empty(),
            true,
            false,
            Instant.EPOCH,
            Instant.EPOCH);

    public ClientToken {
        models = List.copyOf(models);
        cidrs = List.copyOf(cidrs);
    }

    /** Whether nobody was handed this one: whoever calls while no token exists. */
    public boolean isOpen() {
        return id.isEmpty();
    }

    /** The same client with another token, of which that is known. */
    public ClientToken token(String hash, String piece) {
        return new ClientToken(
                id,
                name,
                enabled,
                hash,
                piece,
                limits,
                models,
                cidrs,
                expiresAt,
                mayPin,
                environment,
                createdAt,
                updatedAt);
    }

    /** The same client, changed at another time. */
    public ClientToken updated(Instant at) {
        return new ClientToken(
                id, name, enabled, sha256, hint, limits, models, cidrs, expiresAt, mayPin, environment, createdAt, at);
    }

    /**
     * Whether it may use a model, and see it.
     *
     * @param canonical the model's canonical name
     * @param resolve tells the canonical name of any other: operators may have written an alias
     */
    public boolean mayUse(String canonical, UnaryOperator<String> resolve) {
        return models.isEmpty() || models.stream().map(resolve).anyMatch(canonical::equals);
    }

    boolean mayCallFrom(Optional<InetAddress> address) {
        return cidrs.isEmpty()
                || address.filter(there -> cidrs.stream().anyMatch(range -> range.holds(there)))
                        .isPresent();
    }

    public boolean expired(Instant now) {
        return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** Without the hash: a short token could be guessed from it. */
    @Override
    public String toString() {
        return name + " (" + hint + ")";
    }
}
