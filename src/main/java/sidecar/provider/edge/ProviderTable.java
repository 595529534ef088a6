package sidecar.provider.edge;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.primefaces.model.FilterMeta;
import org.primefaces.model.LazyDataModel;
import org.primefaces.model.SortMeta;

/** The table of providers: searched, filtered, sorted and cut into pages where the catalog is. */
public class ProviderTable extends LazyDataModel<ProviderRow> {

    private static final long serialVersionUID = 1L;

    private static final Map<String, Comparator<ProviderRow>> ORDERS = Map.ofEntries(
            Map.entry("name", by(ProviderRow::getName)),
            Map.entry("pool", by(ProviderRow::getPool)),
            Map.entry("state", by(ProviderRow::getState)),
            Map.entry("used", by(ProviderRow::getUsed)),
            Map.entry("models", by(ProviderRow::getModels)),
            Map.entry("latency", by(ProviderRow::getLatency)),
            Map.entry("source", by(ProviderRow::getSource)));

    private final ProviderDesk desk;
    private String text = "";
    private String pool = "";
    private String status = "";

    ProviderTable(ProviderDesk desk) {
        this.desk = desk;
    }

    private static <T extends Comparable<T>> Comparator<ProviderRow> by(Function<ProviderRow, T> value) {
        return Comparator.comparing(value);
    }

    @Override
    public int count(Map<String, FilterMeta> unused) {
        return (int) found().count();
    }

    @Override
    public List<ProviderRow> load(
            int first, int pageSize, Map<String, SortMeta> sortBy, Map<String, FilterMeta> unused) {
        Stream<ProviderRow> rows = found();
        for (SortMeta sort : sortBy.values()) {
            Comparator<ProviderRow> order = ORDERS.get(sort.getField());
            rows = rows.sorted(sort.getOrder().isDescending() ? order.reversed() : order);
        }
        return rows.skip(first).limit(pageSize).toList();
    }

    /** Everything that the search and the filters let through. */
    Stream<ProviderRow> found() {
        return desk.rows().stream()
                .filter(row -> text.isEmpty() || row.mentions(text))
                .filter(row -> pool.isEmpty() || row.getPool().equals(pool))
                .filter(row -> status.isEmpty() || row.getState().equals(status));
    }

    @Override
    public String getRowKey(ProviderRow row) {
        return row.getId();
    }

    @Override
    public ProviderRow getRowData(String key) {
        return desk.provider(key).map(desk::row).orElse(null);
    }

    public String getText() {
        return text;
    }

    public void setText(String text) {
        this.text = text == null ? "" : text;
    }

    public String getPool() {
        return pool;
    }

    public void setPool(String pool) {
        this.pool = pool == null ? "" : pool;
    }

    public String getStatus() {
        return status;
    }

    public void setStatus(String status) {
        this.status = status == null ? "" : status;
    }

    void widen() {
        text = "";
        pool = "";
        status = "";
    }

    /** Whether something is being looked for. */
    public boolean isNarrowed() {
        return !(text + pool + status).isEmpty();
    }
}
