package sidecar.console.edge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.primefaces.model.FilterMeta;
import org.primefaces.model.LazyDataModel;
import org.primefaces.model.SortMeta;

/** Rows that are all at hand, as a lazy table takes them: narrowed by a word, sorted and page by page. A row's columns go by their names in JSON. */
public class ListLazyDataModel extends LazyDataModel<Map<String, Object>> {

    private static final long serialVersionUID = 1L;

    private final transient List<Map<String, Object>> rows;
    private final String key;

    /** @param key the column that is different in every row */
    public ListLazyDataModel(List<Map<String, Object>> rows, String key) {
        this.rows = rows;
        this.key = key;
        setRowCount(rows.size());
    }

    @Override
    public int count(Map<String, FilterMeta> filters) {
        return narrowed(filters).size();
    }

    @Override
    public List<Map<String, Object>> load(
            int first, int size, Map<String, SortMeta> sorts, Map<String, FilterMeta> filters) {
        List<Map<String, Object>> all = new ArrayList<>(narrowed(filters));
        sorts.values().forEach(sort -> all.sort(order(sort)));
        int from = Math.min(first, all.size());
        return all.subList(from, Math.min(from + size, all.size()));
    }

    private List<Map<String, Object>> narrowed(Map<String, FilterMeta> filters) {
        FilterMeta global = filters.get(FilterMeta.GLOBAL_FILTER_KEY);
        Object word = global == null ? null : global.getFilterValue();
        if (word == null || word.toString().isBlank()) {
            return rows;
        }
        String wanted = word.toString().strip().toLowerCase(Locale.ROOT);
        return rows.stream()
                .filter(row -> row.values().toString().toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
    }

    private static Comparator<Map<String, Object>> order(SortMeta sort) {
        Comparator<Map<String, Object>> order = Comparator.comparing(
                row -> row.get(sort.getField()), Comparator.nullsFirst(ListLazyDataModel::compare));
        return sort.getOrder().isDescending() ? order.reversed() : order;
    }

    @SuppressWarnings("unchecked") // the values of one column are of one type
    private static int compare(Object a, Object b) {
        return a instanceof String text
                ? String.CASE_INSENSITIVE_ORDER.compare(text, b.toString())
                : ((Comparable<Object>) a).compareTo(b);
    }

    @Override
    public String getRowKey(Map<String, Object> row) {
        return row.get(key).toString();
    }

    @Override
    public Map<String, Object> getRowData(String rowKey) {
        return rows.stream()
                .filter(row -> getRowKey(row).equals(rowKey))
                .findFirst()
                .orElse(null);
    }
}
