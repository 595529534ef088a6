package sidecar.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sidecar.address.AddressRange;

/** Clients for tests. */
public final class Clients {

    private Clients() {}

    /** One that may do everything, and whose token is {@code token-of-} and its name. */
    public static ClientToken named(String name) {
        return of(name, ClientLimits.NONE, List.of(), true);
    }

    public static ClientToken of(String name, ClientLimits limits, List<String> models, boolean mayPin) {
        return new ClientToken(
                "cli_" + name,
                name,
                false,
                ClientSecret.sha256("token-of-" + name),
                "tok****",
                new ClientPermissions(
                        true, limits, models, List.of(), Optional.empty(), mayPin, false, HeartbeatForm.COMMENT),
                Instant.EPOCH,
                Instant.EPOCH);
    }

    /** In another state. */
    static ClientToken altered(ClientToken client, boolean enabled, List<String> cidrs, Optional<Instant> expiresAt) {
        ClientPermissions old = client.permissions();
        List<AddressRange> ranges = cidrs.stream().map(AddressRange::of).toList();
        return client.with(
                new ClientPermissions(
                        enabled,
                        old.limits(),
                        old.models(),
                        ranges,
                        expiresAt,
                        old.mayPin(),
                        old.strictTranslation(),
                        old.heartbeat()),
                client.updatedAt());
    }

    /** One that may do everything, with heartbeats of that form. */
    public static ClientToken beating(String name, HeartbeatForm form) {
        ClientToken client = named(name);
        ClientPermissions old = client.permissions();
        return client.with(
                new ClientPermissions(
                        old.enabled(),
                        old.limits(),
                        old.models(),
                        old.cidrs(),
                        old.expiresAt(),
                        old.mayPin(),
                        old.strictTranslation(),
                        form),
                client.updatedAt());
    }
}
