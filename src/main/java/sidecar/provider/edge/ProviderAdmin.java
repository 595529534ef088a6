package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sidecar.console.Saved;
import sidecar.console.edge.AdminOnly;
import sidecar.console.edge.TableWriter;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.Parsed;
import sidecar.provider.AccountIdentity;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.ProviderStatusService;
import sidecar.provider.importing.ImportPlan;
import sidecar.provider.reader.ModelReader;
import sidecar.provider.reader.ProviderChange;
import sidecar.provider.reader.ProviderReader;
import sidecar.provider.reader.QuotaGroupWarnings;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.vault.KeyFile;
import sidecar.vault.KeyVault;

/**
 * Changes providers: reads what is wanted, checks it, stores it in one transaction and then, after the commit, publishes
 * the new catalog. Callable from any thread; blocks on the database and on DNS.
 */
@ApplicationScoped
public class ProviderAdmin {

    private static final System.Logger LOG = System.getLogger(ProviderAdmin.class.getName());
    private static final int ID_BYTES = 6;

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Of a name that gets its provider's id as well, which is unique and at most 40 characters long. */
    private static final int LONGEST_BASE = 57;

    /** What several providers may be given at once. */
    private static final Set<String> ALIKE = Set.of("enabled", "pool", "rpm_limit");

    @Inject
    private ProviderStore store;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderStatusService statuses;

    @Inject
    private Settings settings;

    @Inject
    private KeyVault vault;

    @Inject
    private InstantSource clock;

    @Inject
    private TableWriter<ProviderStore.Loaded> table;

    @PostConstruct
    void prepare() {
        table.table("providers", this::read, this::publish);
    }

    /** Another gateway may have changed the encryption key, as this one's file says then. */
    private ProviderStore.Loaded read() {
        ProviderStore.Loaded loaded = store.all();
        boolean changed = loaded.noneOpens()
                && KeyFile.in(Path.of(settings.get(SettingsCatalog.DATA_DIR))).renew(vault);
        return changed ? store.all() : loaded;
    }

    /** What is reached otherwise than before, has neither cooldowns nor errors: whichever gateway the change was made on. */
    private void publish(ProviderStore.Loaded loaded) {
        ProviderCatalog before = catalog.get();
        if (loaded.noneOpens()
                && before.all().stream()
                        .anyMatch(provider -> provider.endpoint().key().isPresent())) {
            throw new IllegalStateException("SIDECAR_ENCRYPTION_KEY opens none of the stored provider keys any more:"
                    + " another gateway has changed it. Until this one has the new key too, it serves with what it knows,"
                    + " and no provider can be changed here");
        }
        catalog.publishProviders(loaded.providers());
        loaded.providers().stream()
                .filter(provider -> before.byId(provider.id())
                        .filter(old -> !old.endpoint().isReachedAs(provider.endpoint()))
                        .isPresent())
                .forEach(provider -> statuses.clear(provider.id()));
    }

    /** Publishes what is stored, and says how many keys there are and how many could be read. */
    public ProviderStore.Loaded load() {
        return table.load();
    }

    /** Runs {@code work} while nobody else changes providers, and publishes what is stored then. */
    @AdminOnly
    void exclusively(Runnable work) {
        table.write(work);
    }

    @AdminOnly
    public Saved<Provider> create(ObjectNode body) {
        String id = newId();
        return save(() -> Saved.of(reader().create(id, body, clock.instant())), provider -> {
            store.insert(List.of(provider));
            LOG.log(System.Logger.Level.INFO, "provider {0} created", provider.name());
        });
    }

    @AdminOnly
    public Saved<Provider> update(String id, ObjectNode body) {
        return save(() -> changed(id, body), provider -> {
            store.update(List.of(provider));
            LOG.log(System.Logger.Level.INFO, "provider {0} changed", provider.name());
        });
    }

    /** The new provider that {@code body} would make: for asking its upstream before anything is stored. */
    @AdminOnly
    public Saved<Provider> draft(ObjectNode body) {
        return checked(Saved.of(reader().create(newId(), body, clock.instant())));
    }

    /** What {@code body} would make of a provider: for asking its upstream before anything is stored. */
    @AdminOnly
    public Saved<Provider> draft(String id, ObjectNode body) {
        return checked(changed(id, body));
    }

    private Saved<ProviderChange> changed(String id, ObjectNode body) {
        return Saved.of(catalog.get().byId(id)).flatMap((old, warnings) -> Saved.of(changed(old, body)));
    }

    private Parsed<ProviderChange> changed(Provider old, ObjectNode body) {
        return reader().update(old, statuses.status(old).status().wire(), body, clock.instant());
    }

    /** With warnings about its host only, which is looked up where it is another than before. */
    private Saved<Provider> checked(Saved<ProviderChange> read) {
        return read.flatMap((change, warnings) -> checked(change.provider()));
    }

    private Saved<Provider> checked(Provider wanted) {
        if (isAtHome(wanted)) {
            return Saved.of(wanted);
        }
        HostCheck.HostFinding host = new HostCheck(settings.get(SettingsCatalog.ALLOW_PRIVATE_UPSTREAMS))
                .of(wanted.endpoint().url());
        return host.refusal()
                .<Saved<Provider>>map(
                        why -> new Saved.Invalid<>(List.of(new FieldError("api_base_url", "api_base_url " + why))))
                .orElseGet(
                        () -> new Saved.Stored<>(wanted, host.warning().stream().toList()));
    }

    private boolean isAtHome(Provider wanted) {
        return catalog.get()
                .byId(wanted.id())
                .filter(old -> old.endpoint().url().equals(wanted.endpoint().url()))
                .isPresent();
    }

    private Saved<Provider> save(Supplier<Saved<ProviderChange>> read, Consumer<Provider> write) {
        // Resolving may take seconds: outside the lock, and what it checks is read again inside.
        return checked(read.get())
                .flatMap((wanted, ofHost) -> table.exclusively(() -> table.save(
                                () -> read.get().flatMap(this::unlessTaken), change -> write.accept(change.provider()))
                        .flatMap((change, warnings) -> stored(change, warnings, ofHost))));
    }

    private Saved<ProviderChange> unlessTaken(ProviderChange change, List<String> warnings) {
        String name = change.provider().name();
        boolean taken = catalog.get()
                .byName(name)
                .filter(other -> !other.id().equals(change.provider().id()))
                .isPresent();
        return taken
                ? Saved.taken("name", name, "The name " + name + " is taken")
                : new Saved.Stored<>(change, warnings);
    }

    private Saved<Provider> stored(ProviderChange change, List<String> ofReader, List<String> ofHost) {
        Provider provider = change.provider();
        if (change.clear()) {
            statuses.clear(provider.id());
        }
        List<String> warnings = new ArrayList<>(ofReader);
        warnings.addAll(ofHost);
        warnings.addAll(QuotaGroupWarnings.warnings(provider, catalog.get()));
        warnings.addAll(ModelReader.shadowed(provider, catalog.get()));
        return new Saved.Stored<>(provider, warnings);
    }

    /** Switches a provider on or off. */
    @AdminOnly
    public Saved<Provider> enable(String id, boolean on) {
        changeAll(List.of(id), Json.object().put("enabled", on));
        return Saved.of(catalog.get().byId(id));
    }

    /**
     * Changes providers alike, all or none; those that are gone are passed over. Takes only fields that leave each reached as before.
     *
     * @return those that were changed
     */
    @AdminOnly
    public Saved<List<Provider>> changeAll(List<String> ids, ObjectNode body) {
        body.fieldNames().forEachRemaining(name -> {
            if (!ALIKE.contains(name)) {
                throw new IllegalArgumentException(name + " is for one provider at a time");
            }
        });
        return table.exclusively(() -> {
            Saved<List<Provider>> saved = table.save(() -> allChanged(ids, body), this::updateAll);
            return saved.flatMap((changed, warnings) -> new Saved.Stored<>(changed, groupWarnings(changed)));
        });
    }

    private Saved<List<Provider>> allChanged(List<String> ids, ObjectNode body) {
        List<Parsed<ProviderChange>> read =
                stored(ids).map(old -> changed(old, body)).toList();
        List<FieldError> errors =
                read.stream().flatMap(each -> each.errors().stream()).distinct().toList();
        return errors.isEmpty()
                ? Saved.of(read.stream()
                        .flatMap(each -> each.toOptional().stream())
                        .map(ProviderChange::provider)
                        .toList())
                : new Saved.Invalid<>(errors);
    }

    private void updateAll(List<Provider> providers) {
        if (!providers.isEmpty()) {
            store.update(providers);
            LOG.log(System.Logger.Level.INFO, "changed: {0}", names(providers));
        }
    }

    private Stream<Provider> stored(List<String> ids) {
        ProviderCatalog now = catalog.get();
        return ids.stream().distinct().flatMap(id -> now.byId(id).stream());
    }

    /** One member of each group is asked: it differs from another whenever any two do. */
    private List<String> groupWarnings(List<Provider> changed) {
        Map<String, Provider> members = new LinkedHashMap<>();
        changed.stream().filter(Provider::enabled).forEach(provider -> members.putIfAbsent(provider.group(), provider));
        return members.values().stream()
                .flatMap(provider -> QuotaGroupWarnings.warnings(provider, catalog.get()).stream())
                .distinct()
                .toList();
    }

    private static String names(List<Provider> providers) {
        return providers.stream().map(provider -> "provider " + provider.name()).collect(Collectors.joining(", "));
    }

    /** Deletes a provider; its history stays. */
    @AdminOnly
    public Saved<Provider> delete(String id) {
        return Saved.of(deleteAll(List.of(id)).stream().findFirst());
    }

    /** Deletes those of these that there are, and answers them. */
    @AdminOnly
    public List<Provider> deleteAll(List<String> ids) {
        return table.save(() -> unlessNone(stored(ids).toList()), gone -> {
                    store.delete(gone);
                    LOG.log(System.Logger.Level.INFO, "deleted: {0}", names(gone));
                })
                .toOptional()
                .orElse(List.of());
    }

    private static Saved<List<Provider>> unlessNone(List<Provider> providers) {
        return providers.isEmpty() ? new Saved.Missing<>() : Saved.of(providers);
    }

    /** Ends a provider's cooldowns and forgets its errors. */
    @AdminOnly
    public void clear(String id) {
        statuses.clear(id);
    }

    /** Stores the new providers of a plan, which is made while nobody else changes any. */
    @AdminOnly
    public ImportPlan insert(Supplier<ImportPlan> plan) {
        return table.write(() -> {
            ImportPlan now = plan.get();
            store.insert(now.providers());
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} providers imported",
                    now.providers().size());
            return now;
        });
    }

    /**
     * Stores providers that Sidecar V2 had, under other names where theirs are taken. Those that were taken over before
     * are passed over, be they changed or deleted since.
     *
     * @return what was stored, or would be where it is only a preview
     */
    @AdminOnly
    public List<Provider> adopt(List<Provider> providers, boolean preview) {
        if (preview) {
            return fresh(providers);
        }
        return table.save(() -> unlessNone(fresh(providers)), fresh -> {
                    store.adopt(fresh, clock.instant());
                    LOG.log(System.Logger.Level.INFO, "taken over from Sidecar V2: {0}", names(fresh));
                })
                .toOptional()
                .orElse(List.of());
    }

    private List<Provider> fresh(List<Provider> providers) {
        Set<String> names = new HashSet<>();
        return providers.stream()
                .filter(provider -> !store.isAdopted(provider.id()))
                .map(provider -> named(provider, names))
                .toList();
    }

    /** V2 let two have the same name. */
    private Provider named(Provider provider, Set<String> names) {
        boolean free = catalog.get().byName(provider.name()).isEmpty() && names.add(provider.name());
        return free
                ? provider
                : provider.withName(
                        provider.name().substring(0, Math.min(provider.name().length(), LONGEST_BASE)) + " ("
                                + provider.id() + ")");
    }

    /** Takes over Sidecar V1's environment, once in a database's life; the catalog must be loaded. */
    public void takeOverV1(ObjectNode body) {
        Saved<Boolean> first = table.save(
                () -> store.reach("v1-env", clock.instant()) ? Saved.of(true) : new Saved.Missing<>(), reached -> {});
        if (first.toOptional().isEmpty() || !catalog.get().all().isEmpty()) {
            return;
        }
        if (create(body) instanceof Saved.Invalid<Provider> invalid) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "SIDECAR_API_KEY makes no provider: {0}",
                    invalid.errors().get(0).message());
        }
    }

    public ProviderReader reader() {
        ProviderReader.Defaults defaults = new ProviderReader.Defaults(
                settings.get(SettingsCatalog.DEFAULT_RPM_LIMIT),
                Duration.ofSeconds(settings.get(SettingsCatalog.DEFAULT_REQUEST_TIMEOUT)));
        return new ProviderReader(defaults, new AccountIdentity(vault::fingerprint));
    }

    public String newId() {
        byte[] bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return "bkd_" + HexFormat.of().formatHex(bytes);
    }
}
