package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import sidecar.console.edge.AdminOnly;
import sidecar.json.FieldError;
import sidecar.pool.Standings;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Endpoint;
import sidecar.provider.GroupRules;
import sidecar.provider.ImportOptions;
import sidecar.provider.ImportPlan;
import sidecar.provider.KeyIdentity;
import sidecar.provider.ModelReader;
import sidecar.provider.Provider;
import sidecar.provider.ProviderReader;
import sidecar.provider.Reading;
import sidecar.settings.Declared;
import sidecar.settings.Settings;
import sidecar.vault.KeyVault;

/**
 * Changes providers: reads what is wanted, checks it, stores it in one transaction and then, after the commit, publishes
 * the new catalog. Callable from any thread; blocks on the database and on DNS.
 */
@ApplicationScoped
public class ProviderAdmin {

    private static final System.Logger LOG = System.getLogger(ProviderAdmin.class.getName());
    private static final int ID_BYTES = 6;

    @Inject
    private ProviderStore store;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private Standings standings;

    @Inject
    private Settings settings;

    @Inject
    private KeyVault vault;

    @Inject
    private InstantSource clock;

    private final SecureRandom random = new SecureRandom();

    /** One writer at a time: names stay unique, and catalogs are published in the order of their commits. */
    private final ReentrantLock writing = new ReentrantLock();

    /** Publishes what is stored, and says how many keys there are and how many could be read. */
    public ProviderStore.Stored load() {
        writing.lock();
        try {
            ProviderStore.Stored stored = store.all();
            catalog.publishProviders(stored.providers());
            return stored;
        } finally {
            writing.unlock();
        }
    }

    @AdminOnly
    Saved create(ObjectNode body) {
        String id = newId();
        return save(() -> Optional.of(reader().create(id, body, clock.instant())), provider -> {
            store.insert(List.of(provider));
            LOG.log(System.Logger.Level.INFO, "provider {0} created", provider.name());
        });
    }

    @AdminOnly
    Saved update(String id, ObjectNode body) {
        return save(() -> catalog.get().byId(id).map(old -> changed(old, body)), provider -> {
            store.update(provider);
            LOG.log(System.Logger.Level.INFO, "provider {0} changed", provider.name());
        });
    }

    /** What {@code body} would make of a provider, or a new one where {@code id} is empty: for asking its upstream before anything is stored. */
    @AdminOnly
    Saved draft(String id, ObjectNode body) {
        return checked(
                id.isEmpty()
                        ? Optional.of(reader().create(newId(), body, clock.instant()))
                        : catalog.get().byId(id).map(old -> changed(old, body)));
    }

    private Reading changed(Provider old, ObjectNode body) {
        return reader().update(old, standings.standing(old).status().wire(), body, clock.instant());
    }

    /** With warnings about its host only. */
    private Saved checked(Optional<Reading> read) {
        if (read.isEmpty()) {
            return new Saved.Unknown();
        }
        if (read.get() instanceof Reading.Refused refused) {
            return new Saved.Invalid(refused.errors());
        }
        Provider wanted = ((Reading.Accepted) read.get()).provider();
        HostCheck.Found host = new HostCheck(settings.get(Declared.ALLOW_PRIVATE_UPSTREAMS))
                .of(wanted.endpoint().url());
        return host.refusal()
                .<Saved>map(why -> new Saved.Invalid(List.of(hostError("api_base_url", why))))
                .orElseGet(() ->
                        new Saved.Done(wanted, host.warning().map(List::of).orElse(List.of())));
    }

    private Saved save(Supplier<Optional<Reading>> read, Consumer<Provider> write) {
        // Resolving may take seconds: outside the lock, and what it checks is read again inside.
        Saved first = checked(read.get());
        if (!(first instanceof Saved.Done wanted)) {
            return first;
        }
        writing.lock();
        try {
            Optional<Reading> again = read.get();
            if (again.isEmpty()) {
                return new Saved.Unknown();
            }
            return again.get() instanceof Reading.Accepted accepted
                    ? store(accepted, wanted.warnings(), write)
                    : new Saved.Invalid(((Reading.Refused) again.get()).errors());
        } finally {
            writing.unlock();
        }
    }

    private Saved store(Reading.Accepted accepted, List<String> ofHost, Consumer<Provider> write) {
        Provider provider = accepted.provider();
        boolean taken = catalog.get()
                .byName(provider.name())
                .filter(p -> !p.id().equals(provider.id()))
                .isPresent();
        if (taken) {
            return new Saved.NameTaken(provider.name());
        }
        Optional<Provider> before = catalog.get().byId(provider.id());
        write.accept(provider);
        load();
        if (accepted.clear()
                || before.filter(old -> reachedOtherwise(old, provider)).isPresent()) {
            standings.clear(provider.id());
        }
        List<String> warnings = new ArrayList<>(accepted.warnings());
        warnings.addAll(ofHost);
        warnings.addAll(GroupRules.warnings(provider, catalog.get()));
        warnings.addAll(ModelReader.shadowed(provider, catalog.get()));
        return new Saved.Done(provider, warnings);
    }

    /** An edited address, key or header makes what was learned from failures worthless. */
    private static boolean reachedOtherwise(Provider old, Provider now) {
        Endpoint a = old.endpoint();
        Endpoint b = now.endpoint();
        return !a.url().equals(b.url())
                || !a.key().equals(b.key())
                || !a.headers().equals(b.headers());
    }

    /** Switches a provider on or off. */
    @AdminOnly
    Saved enable(String id, boolean on) {
        return change(id, provider -> provider.withEnabled(on));
    }

    private Saved change(String id, UnaryOperator<Provider> change) {
        writing.lock();
        try {
            Optional<Provider> changed = catalog.get().byId(id).map(change);
            if (changed.isEmpty()) {
                return new Saved.Unknown();
            }
            store.update(changed.get().touched(clock.instant()));
            load();
            return new Saved.Done(catalog.get().byId(id).orElse(changed.get()), List.of());
        } finally {
            writing.unlock();
        }
    }

    /** Whether there was such a provider. */
    @AdminOnly
    boolean delete(String id) {
        writing.lock();
        try {
            Optional<Provider> gone = catalog.get().byId(id);
            gone.ifPresent(provider -> {
                store.delete(id);
                load();
                LOG.log(System.Logger.Level.INFO, "provider {0} deleted", provider.name());
            });
            return gone.isPresent();
        } finally {
            writing.unlock();
        }
    }

    /** Ends a provider's cooldowns and forgets its errors. */
    @AdminOnly
    void clear(String id) {
        standings.clear(id);
    }

    /** Imports a text, all or nothing; stores nothing when there are errors or only a preview is wanted. */
    @AdminOnly
    ImportPlan importText(String text, ImportOptions options, boolean preview) {
        ImportPlan plan = plan(text, options);
        ImportPlan checked = withHostErrors(plan);
        if (preview || !checked.errors().isEmpty() || checked.providers().isEmpty()) {
            return checked;
        }
        writing.lock();
        try {
            // What exists may have changed while hosts were resolved; no new host can have come in.
            ImportPlan again = plan(text, options);
            store.insert(again.providers());
            load();
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} providers imported",
                    again.providers().size());
            return new ImportPlan(again.providers(), again.skipped(), again.errors(), checked.warnings());
        } finally {
            writing.unlock();
        }
    }

    private ImportPlan plan(String text, ImportOptions options) {
        return ImportPlan.of(text, options, catalog.get(), reader(), this::newId, clock.instant());
    }

    private ImportPlan withHostErrors(ImportPlan plan) {
        HostCheck hosts = new HostCheck(settings.get(Declared.ALLOW_PRIVATE_UPSTREAMS));
        List<FieldError> errors = new ArrayList<>(plan.errors());
        List<String> warnings = new ArrayList<>(plan.warnings());
        for (Provider provider : plan.providers()) {
            HostCheck.Found found = hosts.of(provider.endpoint().url());
            found.refusal().ifPresent(why -> errors.add(hostError(provider.name(), why)));
            found.warning().filter(w -> !warnings.contains(w)).ifPresent(warnings::add);
        }
        return new ImportPlan(plan.providers(), plan.skipped(), errors, warnings);
    }

    private static FieldError hostError(String field, String rule) {
        return new FieldError(
                field, field.equals("api_base_url") ? field + " " + rule : field + ": api_base_url " + rule);
    }

    /** Takes over Sidecar V1's environment, once in a database's life; the catalog must be loaded. */
    public void takeOverV1(ObjectNode body) {
        if (!store.reach("v1-env", clock.instant()) || !catalog.get().all().isEmpty()) {
            return;
        }
        if (create(body) instanceof Saved.Invalid invalid) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "SIDECAR_API_KEY makes no provider: {0}",
                    invalid.errors().get(0).message());
        }
    }

    private ProviderReader reader() {
        ProviderReader.Defaults defaults = new ProviderReader.Defaults(
                settings.get(Declared.DEFAULT_RPM_LIMIT),
                Duration.ofSeconds(settings.get(Declared.DEFAULT_REQUEST_TIMEOUT)));
        return new ProviderReader(defaults, new KeyIdentity(vault::fingerprint));
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return "bkd_" + HexFormat.of().formatHex(bytes);
    }
}
