package sidecar.client.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import sidecar.address.AddressRange;
import sidecar.client.AnonymousCallers;
import sidecar.client.ClientLimiter;
import sidecar.client.ClientPermissions;
import sidecar.client.ClientReader;
import sidecar.client.ClientRegistry;
import sidecar.client.ClientSecret;
import sidecar.client.ClientToken;
import sidecar.client.ClientTokens;
import sidecar.client.ParsedClient;
import sidecar.console.edge.AdminOnly;
import sidecar.console.edge.WriteLock;
import sidecar.provider.CatalogHolder;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Changes clients: reads what is wanted, stores it in one transaction and then, after the commit, publishes it. Callable
 * from any thread; blocks on the database.
 */
@ApplicationScoped
public class ClientAdmin {

    private static final System.Logger LOG = System.getLogger(ClientAdmin.class.getName());

    private static final int ID_BYTES = 6;

    private static final SecureRandom RANDOM = new SecureRandom();

    @Inject
    private ClientStore store;

    @Inject
    private ClientRegistry clients;

    @Inject
    private AnonymousCallers openCallers;

    @Inject
    private ClientLimiter clientLimiter;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    /** One writer at a time: names stay unique, and clients are published in the order of their commits. */
    @Inject
    private WriteLock lock;

    /**
     * Publishes what is stored, and what SIDECAR_CLIENT_TOKEN says: it makes the client {@code env}, gives it another token,
     * or takes it away. What an operator has set for it stays meanwhile.
     */
    public void load() {
        lock.run(() -> {
            List<ClientToken> stored = store.all();
            Optional<ClientToken> old =
                    stored.stream().filter(ClientToken::environment).findFirst();
            Optional<String> secret =
                    settings.text(SettingsCatalog.CLIENT_TOKEN).filter(text -> isNobodys(text, stored));
            if (secret.isPresent()) {
                String hash = ClientSecret.sha256(secret.get());
                if (old.filter(client -> client.sha256().equals(hash)).isEmpty()) {
                    ClientToken env = old.orElseGet(() -> blank(ClientToken.ENVIRONMENT, true));
                    store.put(withSecret(env, secret.get()));
                }
            } else if (old.isPresent()) {
                store.delete(old.get().id());
                LOG.log(
                        System.Logger.Level.INFO,
                        "SIDECAR_CLIENT_TOKEN is no token of the client env any more: that client is gone");
            }
            publish();
        });
    }

    /** A token says who calls: it cannot be two clients'. */
    private static boolean isNobodys(String secret, List<ClientToken> stored) {
        String hash = ClientSecret.sha256(secret);
        Optional<ClientToken> owner = stored.stream()
                .filter(client -> !client.environment() && client.sha256().equals(hash))
                .findFirst();
        owner.ifPresent(client -> LOG.log(
                System.Logger.Level.WARNING,
                "SIDECAR_CLIENT_TOKEN is the token of client {0}, and stays that client''s; there is no client env",
                client.name()));
        return owner.isEmpty();
    }

    private void publish() {
        clients.publish(new ClientTokens(store.all()));
    }

    /** Every client as the API shows it, in the order of their making. */
    List<ObjectNode> views() {
        return clients.get().all().stream()
                .map(client -> view(client, List.of()))
                .toList();
    }

    /** A client as the API shows it, with what it has used of its limits up to now. */
    ObjectNode view(ClientToken client, List<String> warnings) {
        return ClientView.write(client, clientLimiter.usage(client), clock.instant(), warnings);
    }

    /** The models that are served by name, of which an operator may choose. */
    List<String> knownModels() {
        return List.copyOf(catalog.get().models().keySet());
    }

    /** Stores a new client, with a token that nobody has seen before. */
    @AdminOnly
    SavedClient create(ObjectNode body) {
        return lock.ask(() -> {
            String secret = ClientSecret.fresh();
            ParsedClient parsed = ClientReader.create(withSecret(blank("", false), secret), body, now());
            if (parsed instanceof ParsedClient.Refused refused) {
                return new SavedClient.Invalid(refused.errors());
            }
            ParsedClient.Accepted accepted = (ParsedClient.Accepted) parsed;
            String name = accepted.client().name();
            return clients.get().byName(name).isPresent()
                    ? new SavedClient.Refused("A client named " + name + " exists already")
                    : store(accepted.client(), Optional.of(secret), accepted.warnings(), "made");
        });
    }

    /** Changes what the object names. */
    @AdminOnly
    SavedClient update(String id, ObjectNode body) {
        return known(id, old -> {
            ParsedClient parsed = ClientReader.update(old, body, now());
            if (parsed instanceof ParsedClient.Refused refused) {
                return new SavedClient.Invalid(refused.errors());
            }
            ParsedClient.Accepted accepted = (ParsedClient.Accepted) parsed;
            return store(accepted.client(), Optional.empty(), accepted.warnings(), "changed");
        });
    }

    /** Gives a client another token; the old one is refused from now on. */
    @AdminOnly
    SavedClient renew(String id) {
        return known(id, old -> {
            if (old.environment()) {
                return managedByEnvironment();
            }
            String secret = ClientSecret.fresh();
            return store(withSecret(old, secret), Optional.of(secret), List.of(), "given another token");
        });
    }

    /**
     * Forgets a client; its usage stays.
     *
     * @param evenLast whether it may be the last one, after which this machine may call without a token
     */
    @AdminOnly
    SavedClient delete(String id, boolean evenLast) {
        return known(id, old -> {
            if (old.environment()) {
                return managedByEnvironment();
            }
            if (isLast(id) && reachable() && !evenLast) {
                return new SavedClient.Refused("This is the last client token, and Sidecar listens on "
                        + settings.get(SettingsCatalog.HOST) + ": without any, " + whoThen()
                        + " may call without one. Disable it instead, or delete it with ?confirm=open");
            }
            store.delete(id);
            publish();
            LOG.log(System.Logger.Level.INFO, "client {0} deleted", old.name());
            return new SavedClient.Done(old, Optional.empty(), List.of());
        });
    }

    /** Whether it is the only one. */
    boolean isLast(String id) {
        return clients.get().all().stream().allMatch(client -> client.id().equals(id));
    }

    /** Whether others than this machine can connect at all. */
    private boolean reachable() {
        String host = settings.get(SettingsCatalog.HOST);
        return !host.equals("localhost")
                && AddressRange.literal(host)
                        .filter(address -> address.isLoopbackAddress())
                        .isEmpty();
    }

    /** Who has called without a token within the last day. */
    List<AnonymousCallers.AnonymousCaller> openCallers() {
        return openCallers.recent(clock.instant());
    }

    /** Whether everybody who can connect may call while no client exists, and not only this machine. */
    boolean openToAll() {
        return settings.get(SettingsCatalog.ALLOW_OPEN);
    }

    private String whoThen() {
        return openToAll() ? "everybody (SIDECAR_ALLOW_OPEN)" : "every program on this machine";
    }

    private static SavedClient managedByEnvironment() {
        return new SavedClient.Refused(
                "This client's token is SIDECAR_CLIENT_TOKEN: change or unset that and start again, or disable the client");
    }

    /** Does something with a client, if there is one of that id, while nobody else changes any. */
    private SavedClient known(String id, Function<ClientToken, SavedClient> work) {
        return lock.ask(() -> clients.get().byId(id).map(work).orElseGet(SavedClient.Unknown::new));
    }

    private SavedClient store(ClientToken client, Optional<String> secret, List<String> warnings, String what) {
        store.put(client);
        publish();
        LOG.log(System.Logger.Level.INFO, "client {0} {1}", client.name(), what);
        return new SavedClient.Done(client, secret, warnings);
    }

    private ClientToken blank(String name, boolean environment) {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        return new ClientToken(
                "cli_" + HexFormat.of().formatHex(id),
                name,
                environment,
                "",
                "",
                ClientPermissions.usual(environment),
                now(),
                now());
    }

    private ClientToken withSecret(ClientToken client, String secret) {
        return client.token(ClientSecret.sha256(secret), ClientSecret.hint(secret))
                .updated(now());
    }

    /** A new client whose token nobody knows, until it is given another one. */
    ClientToken unknownToken() {
        return withSecret(blank("", false), ClientSecret.fresh());
    }

    /** Runs work while nobody else changes clients; what it stored acts when this returns. */
    void exclusively(Runnable work) {
        lock.run(() -> {
            work.run();
            publish();
        });
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
