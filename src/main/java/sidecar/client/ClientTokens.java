package sidecar.client;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All client tokens at one moment: decides who may use {@code /v1}. Immutable; callable from any thread. */
public final class ClientTokens {

    /** As at the first start. */
    public static final ClientTokens NONE = new ClientTokens(List.of());

    private final List<ClientToken> all;
    private final Map<String, ClientToken> byHash;

    /** @param all in the order of their making */
    public ClientTokens(Collection<ClientToken> all) {
        this.all = List.copyOf(all);
        // found by the hash of what was sent: how long that takes tells nothing about any token
        this.byHash = this.all.stream().collect(Collectors.toUnmodifiableMap(ClientToken::sha256, Function.identity()));
    }

    /** Every client, disabled and expired ones too. */
    public List<ClientToken> all() {
        return all;
    }

    public Optional<ClientToken> byId(String id) {
        return all.stream().filter(client -> client.id().equals(id)).findFirst();
    }

    public Optional<ClientToken> byName(String name) {
        return all.stream().filter(client -> client.name().equals(name)).findFirst();
    }

    /**
     * Who calls.
     *
     * @param tokens what was shown: some clients send the same header or two always, and a token of ours in one of them
     * @param address where the caller is; empty when that cannot be told
     */
    public record Caller(List<String> tokens, Optional<InetAddress> address) {}

    /** Why somebody may not pass. */
    public enum DenialReason {
        /** No token, or none that we take. */
        UNKNOWN,
        /** Without a token, by a host name that is not known to be ours. */
        FOREIGN_HOST,
        /** Without a token, from a web page of another origin. */
        FOREIGN_ORIGIN
    }

    /** What became of it. */
    public sealed interface AccessDecision {
        /** May pass. */
        record Allowed(ClientToken client) implements AccessDecision {}

        /** May not; says why, and what to do about it. */
        record Denied(DenialReason reason, String advice) implements AccessDecision {}
    }

    /**
     * Lets in whoever may pass.
     *
     * @param open asked only while there is no token, in whatever state
     */
    public AccessDecision admit(Caller caller, Supplier<AnonymousAccess> open, Instant now) {
        if (all.isEmpty()) {
            return open.get().decision();
        }
        List<ClientToken> known = caller.tokens().stream()
                .map(this::find)
                .filter(Objects::nonNull)
                .toList();
        if (known.isEmpty()) {
            return unknown(
                    "Incorrect API key provided. Send a client token of this Sidecar as 'Authorization: Bearer …' or"
                            + " 'x-api-key'; provider keys and the admin token are not client tokens.");
        }
        return known.stream()
                .filter(client -> refusal(client, caller, now).isEmpty())
                .findFirst()
                .<AccessDecision>map(AccessDecision.Allowed::new)
                .orElseGet(() -> unknown(refusal(known.get(0), caller, now).orElseThrow()));
    }

    private static AccessDecision unknown(String advice) {
        return new AccessDecision.Denied(DenialReason.UNKNOWN, advice);
    }

    private @Nullable ClientToken find(String token) {
        return byHash.get(ClientSecret.sha256(token));
    }

    private static Optional<String> refusal(ClientToken client, Caller caller, Instant now) {
        ClientPermissions permissions = client.permissions();
        if (!permissions.enabled()) {
            return Optional.of("This client token is disabled; an operator can enable it (Clients).");
        }
        if (permissions.expired(now)) {
            return Optional.of(
                    "This client token expired; an operator can give it more time or make another (Clients).");
        }
        return permissions.mayCallFrom(caller.address())
                ? Optional.empty()
                : Optional.of(
                        "This client token may not be used from this address; an operator can allow it (Clients, cidrs).");
    }
}
