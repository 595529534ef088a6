package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sidecar.console.edge.AdminOnly;
import sidecar.console.edge.WriteLock;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.provider.AccountIdentity;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.ProviderStatusService;
import sidecar.provider.importing.ImportPlan;
import sidecar.provider.reader.ModelReader;
import sidecar.provider.reader.ParsedProvider;
import sidecar.provider.reader.ProviderReader;
import sidecar.provider.reader.QuotaGroupWarnings;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
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

    /** One writer at a time: names stay unique, and catalogs are published in the order of their commits. */
    @Inject
    private WriteLock lock;

    /** Publishes what is stored, and says how many keys there are and how many could be read. */
    public ProviderStore.Stored load() {
        return lock.ask(() -> {
            ProviderStore.Stored stored = store.all();
            catalog.publishProviders(stored.providers());
            return stored;
        });
    }

    /** Runs {@code work} while nobody else changes providers, and publishes what is stored then. */
    @AdminOnly
    void exclusively(Runnable work) {
        lock.run(() -> {
            work.run();
            load();
        });
    }

    @AdminOnly
    public SavedProvider create(ObjectNode body) {
        String id = newId();
        return save(() -> Optional.of(reader().create(id, body, clock.instant())), provider -> {
            store.insert(List.of(provider));
            LOG.log(System.Logger.Level.INFO, "provider {0} created", provider.name());
        });
    }

    @AdminOnly
    public SavedProvider update(String id, ObjectNode body) {
        return save(() -> catalog.get().byId(id).map(old -> changed(old, body)), provider -> {
            store.update(List.of(provider));
            LOG.log(System.Logger.Level.INFO, "provider {0} changed", provider.name());
        });
    }

    /** What {@code body} would make of a provider, or a new one where {@code id} is empty: for asking its upstream before anything is stored. */
    @AdminOnly
    public SavedProvider draft(String id, ObjectNode body) {
        return checked(
                id.isEmpty()
                        ? Optional.of(reader().create(newId(), body, clock.instant()))
                        : catalog.get().byId(id).map(old -> changed(old, body)));
    }

    private ParsedProvider changed(Provider old, ObjectNode body) {
        return reader().update(old, statuses.status(old).status().wire(), body, clock.instant());
    }

    /** With warnings about its host only, which is looked up where it is another than before. */
    private SavedProvider checked(Optional<ParsedProvider> read) {
        if (read.isEmpty()) {
            return new SavedProvider.Unknown();
        }
        if (read.get() instanceof ParsedProvider.Refused refused) {
            return new SavedProvider.Invalid(refused.errors());
        }
        Provider wanted = ((ParsedProvider.Accepted) read.get()).provider();
        if (isAtHome(wanted)) {
            return new SavedProvider.Done(wanted, List.of());
        }
        HostCheck.Found host = new HostCheck(settings.get(SettingsCatalog.ALLOW_PRIVATE_UPSTREAMS))
                .of(wanted.endpoint().url());
        return host.refusal()
                .<SavedProvider>map(why ->
                        new SavedProvider.Invalid(List.of(new FieldError("api_base_url", "api_base_url " + why))))
                .orElseGet(() -> new SavedProvider.Done(
                        wanted, host.warning().map(List::of).orElse(List.of())));
    }

    private boolean isAtHome(Provider wanted) {
        return catalog.get()
                .byId(wanted.id())
                .filter(old -> old.endpoint().url().equals(wanted.endpoint().url()))
                .isPresent();
    }

    private SavedProvider save(Supplier<Optional<ParsedProvider>> read, Consumer<Provider> write) {
        // Resolving may take seconds: outside the lock, and what it checks is read again inside.
        SavedProvider first = checked(read.get());
        if (!(first instanceof SavedProvider.Done wanted)) {
            return first;
        }
        return lock.ask(() -> {
            Optional<ParsedProvider> again = read.get();
            if (again.isEmpty()) {
                return new SavedProvider.Unknown();
            }
            return again.get() instanceof ParsedProvider.Accepted accepted
                    ? store(accepted, wanted.warnings(), write)
                    : new SavedProvider.Invalid(((ParsedProvider.Refused) again.get()).errors());
        });
    }

    private SavedProvider store(ParsedProvider.Accepted accepted, List<String> ofHost, Consumer<Provider> write) {
        Provider provider = accepted.provider();
        boolean taken = catalog.get()
                .byName(provider.name())
                .filter(p -> !p.id().equals(provider.id()))
                .isPresent();
        if (taken) {
            return new SavedProvider.NameTaken(provider.name());
        }
        Optional<Provider> before = catalog.get().byId(provider.id());
        write.accept(provider);
        load();
        if (accepted.clear()
                || before.filter(old -> !old.endpoint().isReachedAs(provider.endpoint()))
                        .isPresent()) {
            statuses.clear(provider.id());
        }
        List<String> warnings = new ArrayList<>(accepted.warnings());
        warnings.addAll(ofHost);
        warnings.addAll(QuotaGroupWarnings.warnings(provider, catalog.get()));
        warnings.addAll(ModelReader.shadowed(provider, catalog.get()));
        return new SavedProvider.Done(provider, warnings);
    }

    /** Switches a provider on or off. */
    @AdminOnly
    public SavedProvider enable(String id, boolean on) {
        changeAll(List.of(id), Json.object().put("enabled", on));
        return catalog.get()
                .byId(id)
                .<SavedProvider>map(now -> new SavedProvider.Done(now, List.of()))
                .orElseGet(SavedProvider.Unknown::new);
    }

    /** Changes providers alike, all or none; those that are gone are passed over. Takes only fields that leave each reached as before. */
    @AdminOnly
    public BulkResult changeAll(List<String> ids, ObjectNode body) {
        body.fieldNames().forEachRemaining(name -> {
            if (!ALIKE.contains(name)) {
                throw new IllegalArgumentException(name + " is for one provider at a time");
            }
        });
        return lock.ask(() -> {
            List<ParsedProvider> read =
                    stored(ids).map(old -> changed(old, body)).toList();
            List<FieldError> errors = read.stream()
                    .flatMap(each ->
                            each instanceof ParsedProvider.Refused refused ? refused.errors().stream() : Stream.of())
                    .distinct()
                    .toList();
            return errors.isEmpty() ? storeAll(read) : new BulkResult(0, errors, List.of());
        });
    }

    private Stream<Provider> stored(List<String> ids) {
        ProviderCatalog now = catalog.get();
        return ids.stream().distinct().flatMap(id -> now.byId(id).stream());
    }

    private BulkResult storeAll(List<ParsedProvider> accepted) {
        List<Provider> providers = accepted.stream()
                .map(each -> ((ParsedProvider.Accepted) each).provider())
                .toList();
        if (!providers.isEmpty()) {
            store.update(providers);
            load();
            LOG.log(System.Logger.Level.INFO, "changed: {0}", names(providers));
        }
        return new BulkResult(providers.size(), List.of(), groupWarnings(providers));
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

    /** Whether there was such a provider. */
    @AdminOnly
    public boolean delete(String id) {
        return deleteAll(List.of(id)) > 0;
    }

    /** How many of these there were. */
    @AdminOnly
    public int deleteAll(List<String> ids) {
        return lock.ask(() -> {
            List<Provider> gone = stored(ids).toList();
            if (!gone.isEmpty()) {
                store.delete(gone);
                load();
                LOG.log(System.Logger.Level.INFO, "deleted: {0}", names(gone));
            }
            return gone.size();
        });
    }

    /** Ends a provider's cooldowns and forgets its errors. */
    @AdminOnly
    public void clear(String id) {
        statuses.clear(id);
    }

    /** Stores the new providers of a plan, which is made while nobody else changes any. */
    @AdminOnly
    public ImportPlan insert(Supplier<ImportPlan> plan) {
        return lock.ask(() -> {
            ImportPlan now = plan.get();
            store.insert(now.providers());
            load();
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
        return lock.ask(() -> {
            Set<String> names = new HashSet<>();
            List<Provider> fresh = providers.stream()
                    .filter(provider -> !store.isAdopted(provider.id()))
                    .map(provider -> named(provider, names))
                    .toList();
            if (!preview && !fresh.isEmpty()) {
                store.adopt(fresh, clock.instant());
                load();
                LOG.log(System.Logger.Level.INFO, "taken over from Sidecar V2: {0}", names(fresh));
            }
            return fresh;
        });
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
        if (!store.reach("v1-env", clock.instant()) || !catalog.get().all().isEmpty()) {
            return;
        }
        if (create(body) instanceof SavedProvider.Invalid invalid) {
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
