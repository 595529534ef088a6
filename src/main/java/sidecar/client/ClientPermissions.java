package sidecar.client;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import sidecar.address.AddressRange;
import sidecar.json.Attribute;

/**
 * What a client may do, and how it wants to be answered. Immutable.
 *
 * @param models the models that it may use, and see; empty for all
 * @param cidrs where it may call from; empty for anywhere
 * @param expiresAt from when on it is refused
 * @param mayPin whether it may choose a provider itself ({@code X-Sidecar-Provider})
 * @param strictTranslation whether a request is refused, before any attempt, when its translation would lose what can change the
 *     answer
 * @param heartbeat how it is told that its stream is alive
 */
public record ClientPermissions(
        boolean enabled,
        ClientLimits limits,
        List<String> models,
        List<AddressRange> cidrs,
        Optional<Instant> expiresAt,
        boolean mayPin,
        boolean strictTranslation,
        HeartbeatForm heartbeat) {

    public static final Attribute<ClientPermissions, Boolean> ENABLED =
            Attribute.flag("enabled", ClientPermissions::enabled);
    static final Attribute<ClientPermissions, Boolean> MAY_PIN = Attribute.flag("may_pin", ClientPermissions::mayPin);
    static final Attribute<ClientPermissions, Boolean> STRICT_TRANSLATION =
            Attribute.flag("strict_translation", ClientPermissions::strictTranslation);
    static final Attribute<ClientPermissions, HeartbeatForm> HEARTBEAT =
            Attribute.choice("heartbeat", HeartbeatForm.values(), HeartbeatForm::wire, ClientPermissions::heartbeat);

    /**
     * All that have one rule each, limits included: the API, the form and the export know each of them by being listed here. Budgets, models,
     * addresses and the end are read and written in their own ways.
     */
    public static final List<Attribute<ClientPermissions, ?>> ATTRIBUTES = Stream.of(
                    Stream.of(ENABLED),
                    ClientLimits.ATTRIBUTES.stream().map(own -> own.in(ClientPermissions::limits)),
                    Stream.of(MAY_PIN, STRICT_TRANSLATION, HEARTBEAT))
            .<Attribute<ClientPermissions, ?>>flatMap(part -> part)
            .toList();

    public ClientPermissions {
        models = List.copyOf(models);
        cidrs = List.copyOf(cidrs);
    }

    /** Those of a client of which nothing else was said: no limits, any model, from anywhere, for good. */
    public static ClientPermissions usual(boolean mayPin) {
        return new ClientPermissions(
                true, ClientLimits.NONE, List.of(), List.of(), Optional.empty(), mayPin, false, HeartbeatForm.COMMENT);
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
}
