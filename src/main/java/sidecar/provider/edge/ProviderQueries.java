package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatusService;
import sidecar.provider.edge.page.ProviderRow;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** What may be read of all providers at this moment, for the REST API and the pages alike. */
@ApplicationScoped
public class ProviderQueries {

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderStatusService statuses;

    @Inject
    private Settings settings;

    @Inject
    private ProviderTestService providerTests;

    @Inject
    private InstantSource clock;

    /** All providers as the API answers them, by pool and creation. */
    List<ObjectNode> views() {
        return catalog.get().all().stream()
                .sorted(Comparator.comparing(provider -> provider.pool().wire()))
                .map(this::view)
                .toList();
    }

    /** One provider as the API answers it; it need not be stored. */
    public ObjectNode view(Provider provider) {
        return ProviderView.write(provider, statuses.status(provider), List.of());
    }

    public Optional<Provider> provider(String id) {
        return catalog.get().byId(id);
    }

    /** Whether there is no provider at all. */
    public boolean isEmpty() {
        return catalog.get().all().isEmpty();
    }

    /** What the pages' table is made of: what is used first comes first. */
    public List<ProviderWithStatus> seen() {
        return catalog.get().all().stream()
                .sorted(Comparator.comparing(Provider::pool))
                .map(this::seen)
                .toList();
    }

    private ProviderWithStatus seen(Provider provider) {
        return new ProviderWithStatus(provider, statuses.status(provider));
    }

    public ProviderRow row(ProviderWithStatus seen) {
        ObjectNode json = ProviderView.write(seen.provider(), seen.statusView(), List.of());
        return new ProviderRow(json, seen.state(), clock.instant(), providerTests.lastTest(seen.provider()));
    }

    /** One row; the provider need not be stored. */
    public ProviderRow row(Provider provider) {
        return row(seen(provider));
    }

    /** The quota groups that operators have named, by name. */
    public List<String> groups() {
        return catalog.get().all().stream()
                .flatMap(provider -> provider.limits().quotaGroup().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** What a new provider gets where nothing else is said. */
    public int defaultRpm() {
        return settings.get(SettingsCatalog.DEFAULT_RPM_LIMIT);
    }
}
