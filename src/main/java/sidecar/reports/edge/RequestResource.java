package sidecar.reports.edge;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.edge.RestResponses;
import sidecar.json.QueryParameters;

/** {@code /api/admin/requests}: the log of requests, without any of their content. */
@Path("/requests")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "requests")
public class RequestResource {

    private static final int MOST = 1_000;
    private static final int MOST_LINES = 1_000_000;
    private static final Duration LONG_PATIENCE = Duration.ofMinutes(5);

    @EJB
    private LedgerReader store;

    @Inject
    private RequestLogPager log;

    @Inject
    private ReportResponses reports;

    /** What narrows the list. */
    public static class RequestLogQuery {
        @QueryParam("from")
        String from;

        @QueryParam("to")
        String to;

        @QueryParam("model")
        String model;

        @QueryParam("provider")
        String provider;

        @QueryParam("client")
        String client;

        @QueryParam("outcome")
        String outcome;

        RequestLogQueries.Filter filter(QueryParameters parameters) {
            return new RequestLogQueries.Filter(
                    parameters.instant("from", from),
                    parameters.instant("to", to),
                    parameters.text(model),
                    parameters.text(provider),
                    parameters.text(client),
                    parameters.text(outcome));
        }
    }

    @GET
    @Operation(
            summary = "Requests, the newest first: ?from=, ?to=, ?model=, ?provider= (id or name), ?client=, ?outcome=;"
                    + " ?limit=1…1000 (50), ?before= the next of the page before; ?format=csv gives them all")
    public Response list(
            @BeanParam RequestLogQuery query,
            @QueryParam("limit") String limit,
            @QueryParam("before") String before,
            @QueryParam("format") String format) {
        QueryParameters parameters = new QueryParameters();
        RequestLogQueries.Filter filter = query.filter(parameters);
        boolean csv =
                parameters.choice("format", format, ReportResponses.FORMATS).equals("csv");
        int max =
                parameters.integer("limit", limit, csv ? MOST_LINES : RequestLogPager.PAGE, 1, csv ? MOST_LINES : MOST);
        OptionalLong start = start(parameters, before);
        if (!parameters.errors().isEmpty()) {
            return RestResponses.invalid(parameters.errors());
        }
        return csv
                ? reports.csv(
                        RequestLogQueries.COLUMNS, rows -> store.requests(filter, start, max, LONG_PATIENCE, rows))
                : page(filter, start, max);
    }

    private Response page(RequestLogQueries.Filter filter, OptionalLong start, int max) {
        return reports.json(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("items");
            OptionalLong next = log.page(filter, start, max, QueryReport.json(out));
            out.writeEndArray();
            if (next.isPresent()) {
                out.writeStringField("next", Long.toString(next.getAsLong()));
            } else {
                out.writeNullField("next");
            }
            out.writeEndObject();
        });
    }

    private static OptionalLong start(QueryParameters parameters, String before) {
        if (before == null || before.isBlank()) {
            return OptionalLong.empty();
        }
        if (!before.matches("[0-9]{1,18}")) {
            parameters.refuse("before", "before must be what an earlier page named as next");
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(before));
    }
}
