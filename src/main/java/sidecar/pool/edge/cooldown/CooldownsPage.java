package sidecar.pool.edge.cooldown;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.EJB;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sidecar.console.edge.PageMessages;
import sidecar.pool.event.CooldownRecord;

/** The Cooldowns page: what cools, and what has cooled over a day or a week. */
@Named("cooldowns")
@ViewScoped
public class CooldownsPage implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Map<String, Duration> RANGES = ranges();
    private static final int MOST_BARS = 2_000;
    private static final double NARROWEST_PERCENT = 0.25;

    @Inject
    private ActiveCooldowns activeCooldowns;

    @Inject
    private CooldownClearAction clearAction;

    @EJB
    private CooldownStore store;

    private String range;
    private Instant since;
    private Instant now;
    private List<Map<String, Object>> active;
    private List<Map<String, Object>> lanes;
    private CooldownLazyDataModel history;

    private static Map<String, Duration> ranges() {
        Map<String, Duration> ranges = new LinkedHashMap<>();
        ranges.put("24h", Duration.ofDays(1));
        ranges.put("7d", Duration.ofDays(7));
        return ranges;
    }

    @PostConstruct
    void load() {
        String asked = FacesContext.getCurrentInstance()
                .getExternalContext()
                .getRequestParameterMap()
                .getOrDefault("range", "");
        range = RANGES.containsKey(asked) ? asked : "24h";
        refresh();
    }

    /** Looks anew. */
    public void refresh() {
        now = activeCooldowns.now();
        since = now.minus(RANGES.get(range));
        active = activeCooldowns.rows();
        history = new CooldownLazyDataModel(store, since, now);
        lanes = lanes();
    }

    /** A row of the chart for every provider that cooled, with a bar for every cooldown. */
    private List<Map<String, Object>> lanes() {
        Map<String, List<Map<String, Object>>> bars = new LinkedHashMap<>();
        store.page(since, "", CooldownStore.Order.NEWEST, 0, MOST_BARS)
                .forEach(event -> bars.computeIfAbsent(event.providerName(), name -> new ArrayList<>())
                        .add(bar(event)));
        List<Map<String, Object>> all = new ArrayList<>();
        bars.forEach((name, own) -> all.add(Map.of("name", name, "bars", own)));
        all.sort((a, b) -> a.get("name").toString().compareTo(b.get("name").toString()));
        return all;
    }

    private Map<String, Object> bar(CooldownRecord event) {
        Instant end = CooldownView.ended(event, now).orElse(now);
        double width = Math.max(NARROWEST_PERCENT, percent(Duration.between(event.startedAt(), end)));
        return Map.of(
                "left", percentText(Math.min(percent(Duration.between(since, event.startedAt())), 100 - width)),
                "width", percentText(width),
                "lasting", CooldownView.ended(event, now).isEmpty(),
                "text", text(event, end));
    }

    private double percent(Duration part) {
        return 100.0 * part.toMillis() / RANGES.get(range).toMillis();
    }

    private static String percentText(double percent) {
        return String.format(Locale.ROOT, "%.3f%%", percent);
    }

    private static String text(CooldownRecord event, Instant end) {
        String what = event.model().isEmpty() ? event.providerName() : event.providerName() + " · " + event.model();
        return what + " · " + event.startedAt().toString().substring(0, 19).replace('T', ' ') + " UTC · "
                + Duration.between(event.startedAt(), end).toSeconds() + " s · " + event.summary();
    }

    /** Ends a provider's cooldowns. */
    public void clear(Map<String, Object> row) {
        clearAction.clear(row.get("id").toString());
        refresh();
        PageMessages.done("cooldowns.cleared", row.get("name"));
    }

    public List<String> getRanges() {
        return List.copyOf(RANGES.keySet());
    }

    public String getRange() {
        return range;
    }

    /** Rows of what cools now. */
    public List<Map<String, Object>> getActive() {
        return active;
    }

    public List<Map<String, Object>> getLanes() {
        return lanes;
    }

    public CooldownLazyDataModel getHistory() {
        return history;
    }

    /** The moments under the timeline, from its left to its right end. */
    public List<String> getTicks() {
        List<String> ticks = new ArrayList<>();
        Duration step = RANGES.get(range).dividedBy(4);
        for (int i = 0; i <= 4; i++) {
            String moment = since.plus(step.multipliedBy(i)).toString();
            ticks.add(moment.substring(5, 10) + " " + moment.substring(11, 16));
        }
        return ticks;
    }

    /** Milliseconds since 1970, for the countdown. */
    public long millis(Instant moment) {
        return moment.toEpochMilli();
    }

    /** What the server's clock says, so that a browser's wrong one does no harm. */
    public long getNowMillis() {
        return activeCooldowns.now().toEpochMilli();
    }

    /** Whole seconds that are left of a row's cooldown. */
    public long left(Map<String, Object> row) {
        return Math.max(0, Duration.between(now, (Instant) row.get("until")).toSeconds());
    }
}
