package sidecar.provider.edge.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.primefaces.model.FilterMeta;
import org.primefaces.model.LazyDataModel;
import org.primefaces.model.SortMeta;
import sidecar.provider.edge.ProviderQueries;
import sidecar.provider.edge.ProviderWithStatus;

/** The table of providers: searched, filtered, sorted and cut into pages where the catalog is. */
public class ProviderTable extends LazyDataModel<ProviderRow> {

    private static final long serialVersionUID = 1L;

    private static final Map<String, Comparator<ProviderWithStatus>> ORDERS = Map.ofEntries(
            Map.entry("name", by(seen -> seen.provider().name())),
            Map.entry("pool", by(seen -> seen.provider().pool().wire())),
            Map.entry("state", by(ProviderWithStatus::state)),
            Map.entry("used", by(seen -> seen.statusView().used())),
            Map.entry("models", by(seen -> seen.provider().mappings().size())),
            Map.entry("latency", by(seen -> seen.statusView().lately().latency())),
            Map.entry("source", by(seen -> seen.provider().provenance().source())));

    private final ProviderQueries queries;
    private String text = "";
    private String pool = "";
    private String status = "";
    private transient List<ProviderWithStatus> counted;

    /** @param asked parameters of the page's address: what {@link #query} once made */
    ProviderTable(ProviderQueries queries, Map<String, String> asked) {
        this.queries = queries;
        this.text = asked.getOrDefault("search", "");
        this.pool = asked.getOrDefault("pool", "");
        this.status = asked.getOrDefault("status", "");
    }

    /** What is looked for, as the query of an address with its question mark; empty for everything. */
    String query() {
        String asked = Stream.of(Map.entry("search", text), Map.entry("pool", pool), Map.entry("status", status))
                .filter(word -> !word.getValue().isEmpty())
                .map(word -> word.getKey() + "=" + URLEncoder.encode(word.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return asked.isEmpty() ? "" : "?" + asked;
    }

    private static <T extends Comparable<T>> Comparator<ProviderWithStatus> by(Function<ProviderWithStatus, T> value) {
        return Comparator.comparing(value);
    }

    @Override
    public int count(Map<String, FilterMeta> unused) {
        counted = found();
        return counted.size();
    }

    @Override
    public List<ProviderRow> load(
            int first, int pageSize, Map<String, SortMeta> sortBy, Map<String, FilterMeta> unused) {
        // the table counts before it loads: what was found then is cut now
        Stream<ProviderWithStatus> rows = (counted == null ? found() : counted).stream();
        counted = null;
        for (SortMeta sort : sortBy.values()) {
            Comparator<ProviderWithStatus> order = ORDERS.get(sort.getField());
            rows = rows.sorted(sort.getOrder().isDescending() ? order.reversed() : order);
        }
        return rows.skip(first).limit(pageSize).map(queries::row).toList();
    }

    /** Everything that the search and the filters let through, as rows. */
    List<ProviderRow> rows() {
        return found().stream().map(queries::row).toList();
    }

    List<ProviderWithStatus> found() {
        return queries.seen().stream()
                .filter(seen -> text.isEmpty() || seen.mentions(text))
                .filter(seen -> pool.isEmpty() || seen.provider().pool().wire().equals(pool))
                .filter(seen -> status.isEmpty() || seen.state().equals(status))
                .toList();
    }

    @Override
    public String getRowKey(ProviderRow row) {
        return row.getId();
    }

    @Override
    public ProviderRow getRowData(String key) {
        return queries.provider(key).map(queries::row).orElse(null);
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
