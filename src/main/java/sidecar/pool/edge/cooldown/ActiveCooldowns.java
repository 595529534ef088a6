package sidecar.pool.edge.cooldown;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sidecar.pool.event.CooldownRecord;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusService;
import sidecar.provider.ProviderStatusView;

/** What cools at this moment: whole providers as {@code /backends} says, and single models as {@code /stats/cooldown} does. */
@ApplicationScoped
class ActiveCooldowns {

    private static final int MOST = 1_000;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderStatusService statuses;

    @EJB
    private CooldownStore store;

    @Inject
    private InstantSource clock;

    Instant now() {
        return clock.instant();
    }

    /** One row each, the soonest to end first. */
    List<Map<String, Object>> rows() {
        List<Map<String, Object>> rows = new ArrayList<>();
        Set<String> whole = new HashSet<>();
        catalog.get().all().forEach(provider -> {
            ProviderStatusView statusView = statuses.status(provider);
            if (statusView.status() == ProviderStatus.COOLING) {
                whole.add(provider.id());
                rows.add(row(
                        provider,
                        "",
                        statusView.reason(),
                        statusView.consecutive429(),
                        statusView.cooldownUntil().orElse(now())));
            }
        });
        lasting().stream()
                .filter(event -> !event.model().isEmpty() && !whole.contains(event.provider()))
                .forEach(event -> catalog.get()
                        .byId(event.provider())
                        .ifPresent(provider ->
                                rows.add(row(provider, event.model(), event.summary(), event.count(), event.until()))));
        rows.sort((a, b) -> ((Instant) a.get("until")).compareTo((Instant) b.get("until")));
        return rows;
    }

    private List<CooldownRecord> lasting() {
        return store.current(now(), MOST);
    }

    private static Map<String, Object> row(Provider provider, String model, String reason, int count, Instant until) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", provider.id());
        row.put("name", provider.name());
        row.put("pool", provider.pool().wire());
        row.put("model", model);
        row.put("reason", reason);
        row.put("count", count);
        row.put("until", until);
        return row;
    }
}
