package sidecar.reports.edge;

import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sidecar.console.edge.ListLazyDataModel;
import sidecar.console.edge.UiMessages;
import sidecar.reports.edge.UsageCharts.Measure;

/** The Usage page: {@code /usage?range=7d&by=provider}, of all clients or {@code &client=} one. */
@Named("usage")
@ViewScoped
public class UsagePage implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final List<String> GROUPS = List.of("provider", "model", "client", "pool");

    @Inject
    private UsageQueries queries;

    private UsagePeriod period;
    private String by;
    private String client;
    private Map<String, Object> total;
    private long refused;
    private ListLazyDataModel rows;
    private Map<String, String> charts;

    @PostConstruct
    void load() {
        Map<String, String> asked =
                FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap();
        period = UsagePeriod.of(asked.get("range"));
        String wished = asked.getOrDefault("by", "");
        by = GROUPS.contains(wished) ? wished : GROUPS.get(0);
        client = asked.getOrDefault("client", "");
        refresh();
    }

    /** Asks the books again. */
    public void refresh() {
        PeriodFilter filter = queries.window(period, isByPool());
        List<Map<String, Object>> groups = sums(filter, by);
        groups.forEach(row -> row.put("name", name(row)));
        total = sums(filter).get(0);
        refused = queries.refused(filter, client);
        rows = new ListLazyDataModel(groups, key());
        charts = charts(filter, groups);
    }

    private List<Map<String, Object>> sums(PeriodFilter filter, String... words) {
        return queries.sums(filter, List.of(words), client.isEmpty() ? Map.of() : Map.of("client", client));
    }

    private Map<String, String> charts(PeriodFilter filter, List<Map<String, Object>> groups) {
        List<Map<String, Object>> steps = sums(filter, filter.step());
        List<Map<String, Object>> series = sums(filter, by, filter.step());
        Map<String, String> names = UsageCharts.ranked(groups, key(), this::name);
        UsageCharts draw = new UsageCharts(filter.fitting(steps.stream()
                .map(step -> String.valueOf(step.get(filter.column())))
                .toList()));
        String others = UiMessages.of("usage.others");
        return Map.of(
                "requests", draw.stacked(new Measure("request_count", "count"), series, key(), names, others),
                "cost", draw.stacked(new Measure("cost", "usd"), series, key(), names, others),
                "tokens",
                        draw.tokens(
                                steps,
                                labels("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens")),
                "times", draw.means(steps, labels("avg_latency_ms", "ttft_ms", "avg_queue_wait_ms")));
    }

    private static Map<String, String> labels(String... figures) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String figure : figures) {
            labels.put(figure, UiMessages.of("usage." + figure));
        }
        return labels;
    }

    private String key() {
        return by.equals("provider") ? "backend_id" : by;
    }

    /** What the group is called; requests for paths without a model have none. */
    private String name(Map<String, Object> row) {
        Object name = row.get(by.equals("provider") ? "backend_name" : by);
        return name == null || name.toString().isEmpty() ? UiMessages.of("usage.none") : name.toString();
    }

    /** Seconds between two refreshes of a page that is left open. */
    public long getInterval() {
        return Math.max(1, queries.interval().toSeconds());
    }

    public List<UsagePeriod> getRanges() {
        return List.of(UsagePeriod.values());
    }

    public List<String> getGroups() {
        return GROUPS;
    }

    public String getRange() {
        return period.getWire();
    }

    public String getBy() {
        return by;
    }

    /** The name of the only client whose usage is shown; empty for all. */
    public String getClient() {
        return client;
    }

    /** This page with another range or grouping. */
    public String link(String anotherRange, String anotherBy) {
        return "/usage?range=" + anotherRange + "&by=" + anotherBy + ofClient();
    }

    private String ofClient() {
        return client.isEmpty() ? "" : "&client=" + URLEncoder.encode(client, StandardCharsets.UTF_8);
    }

    public boolean isByPool() {
        return by.equals("pool");
    }

    /** Whether the figures begin at midnight because pools are counted by the day. */
    public boolean isFromMidnight() {
        return isByPool() && period.compareTo(UsagePeriod.WEEK) <= 0;
    }

    /** Whether nothing was asked of anybody. */
    public boolean isNothing() {
        return rows.getRowCount() == 0 && refused == 0;
    }

    /** Whether requests came, and none of them went to a provider: there is nothing to draw. */
    public boolean isOnlyRefused() {
        return rows.getRowCount() == 0 && refused > 0;
    }

    /** Requests that were refused before any provider was asked, in none of the sums. */
    public long getRefused() {
        return refused;
    }

    /** The sums of all groups, by their names in JSON. */
    public Map<String, Object> getTotal() {
        return total;
    }

    /** Requests that ended well, in percent of those that went to a provider; null where there were none. */
    public Double successRate(Map<String, Object> row) {
        double requests = ((Number) row.get("request_count")).doubleValue();
        return requests == 0 ? null : 100 * ((Number) row.get("success_count")).doubleValue() / requests;
    }

    /** How many of all requests that went to a provider did not end well, whichever of their attempts failed. */
    public long getFailed() {
        return ((Number) total.get("request_count")).longValue() - ((Number) total.get("success_count")).longValue();
    }

    public ListLazyDataModel getRows() {
        return rows;
    }

    /** Chart.js' data by the name of the chart. */
    public Map<String, String> getCharts() {
        return charts;
    }

    /** The same figures from the REST API. */
    public String getCsv() {
        return "/api/admin/stats/usage?by=" + by + "&" + period.parameter(isByPool()) + ofClient() + "&format=csv";
    }
}
