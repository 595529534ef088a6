package sidecar.reports.edge;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.json.QueryParameters;
import sidecar.ledger.LifetimeTotals;

/** {@code /api/admin/stats/…}: what was used, by whom, on which key, what it cost and how fast it was. */
@Path("/stats")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "stats")
public class StatsResource {

    private static final int MOST_HOURS = 87_600;
    private static final int MOST_DAYS = 3_650;
    private static final int WEEK_HOURS = 168;
    private static final int MONTH_DAYS = 30;

    @Inject
    private LifetimeTotals totals;

    @Inject
    private InstantSource clock;

    @Inject
    private ReportResponses reports;

    @GET
    @Path("/total")
    @Operation(summary = "Everything since the beginning, deleted providers included; never falls")
    public JsonNode total() {
        return totals.ofAllNodes().json();
    }

    @GET
    @Path("/hourly")
    @Operation(summary = "Rows by hour, provider and model of the last ?hours= (168); ?backend_id=, ?format=json|csv")
    public Response hourly(
            @QueryParam("backend_id") String provider,
            @QueryParam("hours") String hours,
            @QueryParam("format") String format) {
        QueryParameters parameters = new QueryParameters();
        int window = parameters.integer("hours", hours, WEEK_HOURS, 0, MOST_HOURS);
        PeriodFilter asked = PeriodFilter.hours(clock.instant(), window);
        return reports.answer(
                parameters,
                format,
                () -> UsageReports.hourly(
                        asked.since(), asked.end(), parameters.text(provider).orElse("")));
    }

    @GET
    @Path("/daily")
    @Operation(summary = "Rows by UTC day and pool of the last ?days= (30), today included; ?format=json|csv")
    public Response daily(@QueryParam("days") String days, @QueryParam("format") String format) {
        QueryParameters parameters = new QueryParameters();
        int window = parameters.integer("days", days, MONTH_DAYS, 0, MOST_DAYS);
        return reports.answer(
                parameters,
                format,
                () -> UsageReports.daily(
                        PeriodFilter.days(clock.instant(), window).since()));
    }

    @GET
    @Path("/usage")
    @Operation(
            summary = "Sums by any of ?by=provider,model,client,pool,hour,day over the last ?hours= or ?days= (30);"
                    + " ?backend_id=, ?model=, ?client=, ?pool= narrow them; ?format=json|csv")
    public Response usage(
            @QueryParam("by") String by,
            @QueryParam("hours") String hours,
            @QueryParam("days") String days,
            @QueryParam("backend_id") String provider,
            @QueryParam("model") String model,
            @QueryParam("client") String client,
            @QueryParam("pool") String pool,
            @QueryParam("format") String format) {
        QueryParameters parameters = new QueryParameters();
        List<String> words = words(parameters, by);
        boolean byHour = parameters.text(hours).isPresent();
        PeriodFilter filter = byHour
                ? PeriodFilter.hours(clock.instant(), parameters.integer("hours", hours, WEEK_HOURS, 0, MOST_HOURS))
                : PeriodFilter.days(clock.instant(), parameters.integer("days", days, MONTH_DAYS, 0, MOST_DAYS));
        Map<String, String> only = new LinkedHashMap<>();
        parameters.text(provider).ifPresent(id -> only.put("provider_id", id));
        parameters.text(model).ifPresent(name -> only.put("model", name));
        parameters.text(client).ifPresent(name -> only.put("client", name));
        parameters.text(pool).ifPresent(name -> only.put("pool", name));
        if (byHour && (words.contains("pool") || only.containsKey("pool"))) {
            parameters.refuse("pool", "pool is known by the day only: ask with ?days= instead of ?hours=");
        }
        if (!byHour && words.contains("hour")) {
            parameters.refuse("by", "by=hour needs ?hours=");
        }
        return reports.answer(parameters, format, () -> UsageReports.usage(words, filter, only));
    }

    private static List<String> words(QueryParameters parameters, String by) {
        List<String> words = by == null || by.isBlank()
                ? List.of()
                : Arrays.stream(by.split(","))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .distinct()
                        .toList();
        words.forEach(word -> parameters.choice("by", word, UsageReports.WORDS));
        return words;
    }
}
