package sidecar.reports.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.primefaces.event.ToggleEvent;
import org.primefaces.model.Visibility;
import sidecar.console.edge.PageMessages;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.QueryParameters;
import sidecar.ledger.LedgerEntry;

/** The Requests page. What narrows the log stands in its address, under the names that the API knows. */
@Named("requests")
@ViewScoped
public class RequestsPage implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final List<String> FILTERS = List.of("from", "to", "model", "provider", "client", "outcome");

    @Inject
    private RequestLogPager log;

    @Inject
    private RequestLogFilters filters;

    private final Map<String, String> filter = new LinkedHashMap<>();
    private final Deque<Long> newer = new ArrayDeque<>();
    private final Set<Object> open = new HashSet<>();
    private final List<Map<String, Object>> items = new ArrayList<>();
    private long here = Long.MAX_VALUE;
    private Long next;
    private boolean live;

    @PostConstruct
    void begin() {
        Map<String, String> asked =
                FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap();
        FILTERS.forEach(name -> filter.put(name, asked.getOrDefault(name, "").strip()));
        refresh();
    }

    /** Looks at the log anew, from where the page begins. */
    public void refresh() {
        QueryParameters parameters = new QueryParameters();
        RequestLogQueries.Filter wanted = query().filter(parameters);
        parameters.errors().forEach(error -> PageMessages.failure(error.message()));
        items.clear();
        if (!parameters.errors().isEmpty()) {
            next = null; // not the log without the bound that was not understood
            return;
        }
        OptionalLong before = here == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(here);
        OptionalLong more = log.page(wanted, before, RequestLogPager.PAGE, QueryReport.maps(items::add));
        next = more.isPresent() ? more.getAsLong() : null;
    }

    private RequestResource.RequestLogQuery query() {
        RequestResource.RequestLogQuery query = new RequestResource.RequestLogQuery();
        query.from = moment("from");
        query.to = moment("to");
        query.model = filter.get("model");
        query.provider = filter.get("provider");
        query.client = filter.get("client");
        query.outcome = filter.get("outcome");
        return query;
    }

    /** A browser's field leaves out the zone, and seconds that are none. */
    private String moment(String name) {
        String text = filter.get(name);
        return text.matches(".*T\\d\\d:\\d\\d") ? text + ":00Z" : text.matches(".*T[\\d:.]+") ? text + "Z" : text;
    }

    /** Goes to the page of older ones. */
    public void older() {
        newer.push(here);
        here = next;
        live = false;
        refresh();
    }

    /** Goes back to the page of newer ones. */
    public void newer() {
        here = newer.pop();
        refresh();
    }

    /** Goes to the newest. */
    public void newest() {
        newer.clear();
        here = Long.MAX_VALUE;
        refresh();
    }

    /** Remembers which rows are open while the log moves on. */
    public void toggled(ToggleEvent event) {
        Object id = ((Map<?, ?>) event.getData()).get("id");
        if (event.getVisibility() == Visibility.VISIBLE) {
            open.add(id);
        } else {
            open.remove(id);
        }
    }

    public Set<Object> getOpen() {
        return open;
    }

    public List<Map<String, Object>> getItems() {
        return items;
    }

    public Map<String, String> getFilter() {
        return filter;
    }

    /** A moment as a browser's field takes it; nothing for what is none. */
    public String field(String name) {
        return new QueryParameters()
                .instant(name, moment(name))
                .map(moment -> moment.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ""))
                .orElse("");
    }

    public boolean isFiltered() {
        return filter.values().stream().anyMatch(text -> !text.isEmpty());
    }

    public boolean isAtNewest() {
        return here == Long.MAX_VALUE;
    }

    public boolean isMore() {
        return next != null;
    }

    public boolean isLive() {
        return live;
    }

    public void setLive(boolean live) {
        this.live = live;
        if (live) {
            newest();
        }
    }

    /** The colour of a row's outcome: well, the client's own affair, or bad. */
    public String state(Map<String, Object> row) {
        if (LedgerEntry.OK.equals(row.get("outcome"))) {
            return "ok";
        }
        long status = ((Number) row.get("status")).longValue();
        return status == 0 || status / 100 == 4 ? "degraded" : "error";
    }

    /** A row's attempts in their order; none where the row tells of its only one. */
    public List<Map<String, Object>> tries(Map<String, Object> row) {
        List<Map<String, Object>> tries = new ArrayList<>();
        if (row.get("tries") != null) {
            try {
                Json.read(row.get("tries").toString()).forEach(one -> tries.add(Json.map((ObjectNode) one)));
            } catch (MalformedJsonException damaged) {
                throw new IllegalStateException("the attempts of request " + row.get("request_id"), damaged);
            }
        }
        return tries;
    }

    /** What a filter may be filled with. */
    public List<String> suggestions(String name) {
        return filters.of(name);
    }

    /** The same rows from the REST API. */
    public String getCsv() {
        String more = FILTERS.stream()
                .filter(name -> !filter.get(name).isEmpty())
                .map(name -> "&" + name + "="
                        + URLEncoder.encode(
                                name.equals("from") || name.equals("to") ? moment(name) : filter.get(name),
                                StandardCharsets.UTF_8))
                .collect(Collectors.joining());
        return "/api/admin/requests?format=csv" + more;
    }
}
