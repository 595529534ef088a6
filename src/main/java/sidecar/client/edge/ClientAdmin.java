package sidecar.client.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sidecar.address.AddressRange;
import sidecar.client.AnonymousCallers;
import sidecar.client.ClientLimiter;
import sidecar.client.ClientPermissions;
import sidecar.client.ClientReader;
import sidecar.client.ClientRegistry;
import sidecar.client.ClientSecret;
import sidecar.client.ClientToken;
import sidecar.client.ClientTokens;
import sidecar.console.Saved;
import sidecar.console.edge.AdminOnly;
import sidecar.console.edge.TableWriter;
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

    @Inject
    private TableWriter<List<ClientToken>> table;

    @PostConstruct
    void prepare() {
        table.table("clients", store::all, stored -> clients.publish(new ClientTokens(stored)));
    }

    /**
     * Publishes what is stored, and what SIDECAR_CLIENT_TOKEN says: it makes the client {@code env}, gives it another token,
     * or takes it away. What an operator has set for it stays meanwhile.
     */
    public void load() {
        table.write(() -> {
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
    Saved<IssuedClient> create(ObjectNode body) {
        String secret = ClientSecret.fresh();
        return store(
                () -> Saved.of(ClientReader.create(withSecret(blank("", false), secret), body, now()))
                        .flatMap(this::unlessNamed)
                        .map(client -> new IssuedClient(client, Optional.of(secret))),
                "made");
    }

    private Saved<ClientToken> unlessNamed(ClientToken client, List<String> warnings) {
        return clients.get().byName(client.name()).isPresent()
                ? Saved.taken("name", client.name(), "A client named " + client.name() + " exists already")
                : new Saved.Stored<>(client, warnings);
    }

    /** Changes what the object names. */
    @AdminOnly
    Saved<IssuedClient> update(String id, ObjectNode body) {
        return store(
                () -> known(id)
                        .flatMap((old, warnings) -> Saved.of(ClientReader.update(old, body, now())))
                        .map(client -> new IssuedClient(client, Optional.empty())),
                "changed");
    }

    /** Gives a client another token; the old one is refused from now on. */
    @AdminOnly
    Saved<IssuedClient> renew(String id) {
        String secret = ClientSecret.fresh();
        return store(
                () -> known(id)
                        .flatMap(ClientAdmin::unlessOfEnvironment)
                        .map(old -> new IssuedClient(withSecret(old, secret), Optional.of(secret))),
                "given another token");
    }

    /**
     * Forgets a client; its usage stays.
     *
     * @param evenLast whether it may be the last one, after which this machine may call without a token
     */
    @AdminOnly
    Saved<IssuedClient> delete(String id, boolean evenLast) {
        Saved<ClientToken> deleted = table.save(
                () -> known(id)
                        .flatMap(ClientAdmin::unlessOfEnvironment)
                        .flatMap((old, warnings) -> evenLast ? Saved.of(old) : unlessLast(old)),
                old -> store.delete(old.id()));
        deleted.toOptional().ifPresent(old -> LOG.log(System.Logger.Level.INFO, "client {0} deleted", old.name()));
        return deleted.map(old -> new IssuedClient(old, Optional.empty()));
    }

    private Saved<ClientToken> unlessLast(ClientToken old) {
        return isLast(old.id()) && reachable()
                ? Saved.refused("This is the last client token, and Sidecar listens on "
                        + settings.get(SettingsCatalog.HOST) + ": without any, " + whoThen()
                        + " may call without one. Disable it instead, or delete it with ?confirm=open")
                : Saved.of(old);
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

    private static Saved<ClientToken> unlessOfEnvironment(ClientToken client, List<String> warnings) {
        return client.environment()
                ? Saved.refused(
                        "This client's token is SIDECAR_CLIENT_TOKEN: change or unset that and start again, or disable the client")
                : new Saved.Stored<>(client, warnings);
    }

    private Saved<ClientToken> known(String id) {
        return Saved.of(clients.get().byId(id));
    }

    private Saved<IssuedClient> store(Supplier<Saved<IssuedClient>> wanted, String what) {
        Saved<IssuedClient> saved = table.save(wanted, issued -> store.put(issued.client()));
        saved.toOptional()
                .ifPresent(issued -> LOG.log(
                        System.Logger.Level.INFO,
                        "client {0} {1}",
                        issued.client().name(),
                        what));
        return saved;
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
        table.write(work);
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
