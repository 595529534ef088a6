package sidecar.pool.edge.cooldown;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.primefaces.model.FilterMeta;
import org.primefaces.model.LazyDataModel;
import org.primefaces.model.SortMeta;
import sidecar.json.Json;

/** The history of cooldowns page by page; rows are what {@code /stats/cooldown} says. */
public class CooldownLazyDataModel extends LazyDataModel<Map<String, Object>> {

    private static final long serialVersionUID = 1L;

    private final transient CooldownStore store;
    private final Instant since;
    private final Instant now;

    CooldownLazyDataModel(CooldownStore store, Instant since, Instant now) {
        this.store = store;
        this.since = since;
        this.now = now;
    }

    @Override
    public int count(Map<String, FilterMeta> filters) {
        return store.count(since, provider(filters));
    }

    @Override
    public List<Map<String, Object>> load(
            int first, int size, Map<String, SortMeta> sorts, Map<String, FilterMeta> filters) {
        CooldownStore.Order order = sorts.values().stream()
                .findFirst()
                .map(sort ->
                        new CooldownStore.Order(sort.getField(), sort.getOrder().isDescending()))
                .orElse(CooldownStore.Order.NEWEST);
        return store.page(since, provider(filters), order, first, size).stream()
                .map(event -> Json.map(CooldownView.write(event, now)))
                .toList();
    }

    private static String provider(Map<String, FilterMeta> filters) {
        FilterMeta filter = filters.get("backend_name");
        return filter == null || filter.getFilterValue() == null
                ? ""
                : filter.getFilterValue().toString();
    }

    @Override
    public String getRowKey(Map<String, Object> row) {
        return row.get("id").toString();
    }
}
