package sidecar.reports.edge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import sidecar.console.edge.ConcurrencyPermit;
import sidecar.console.edge.RestResponses;
import sidecar.json.QueryParameters;

/** Answers with reports, row by row: none is ever whole in memory. */
@ApplicationScoped
class ReportResponses {

    static final List<String> FORMATS = List.of("json", "csv");

    /** An answer that breaks off must not look whole. */
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_CONTENT).build();

    /** Each holds a request thread and a connection to the database for as long as its reader takes. */
    private static final int MOST_AT_ONCE = 4;

    private static final int LONGEST_WAIT_SECONDS = 5;

    private static final Semaphore ROOM = new Semaphore(MOST_AT_ONCE);

    @EJB
    private LedgerReader store;

    @Inject
    private HttpServletRequest request;

    /** The report, unless {@code parameters} were refused. */
    Response answer(QueryParameters parameters, String format, Supplier<QueryReport> report) {
        boolean csv = parameters.choice("format", format, FORMATS).equals("csv");
        if (!parameters.errors().isEmpty()) {
            return RestResponses.invalid(parameters.errors());
        }
        QueryReport asked = report.get();
        return csv
                ? csv(asked.columns(), rows -> store.each(asked, rows))
                : json(out -> {
                    out.writeStartArray();
                    store.each(asked, QueryReport.json(out));
                    out.writeEndArray();
                });
    }

    /** Writes JSON. */
    interface JsonContent {
        void write(JsonGenerator out) throws IOException;
    }

    /** Writes lines of CSV. */
    interface CsvContent {
        void write(QueryReport.Rows rows) throws IOException;
    }

    Response json(JsonContent content) {
        return streamed(MediaType.APPLICATION_JSON, stream -> {
            try (JsonGenerator out = JSON.createGenerator(stream)) {
                content.write(out);
            }
        });
    }

    Response csv(List<QueryReport.Column> columns, CsvContent content) {
        return streamed("text/csv; charset=utf-8", stream -> {
            try (Writer out = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8))) {
                out.write(QueryReport.header(columns));
                content.write(QueryReport.csv(out));
            }
        });
    }

    private Response streamed(String type, StreamingOutput content) {
        StreamingOutput output = stream -> {
            ConcurrencyPermit.release(request);
            enter();
            try {
                content.write(stream);
            } finally {
                ROOM.release();
            }
        };
        return Response.ok(output, type).build();
    }

    /** Not before there is something to write: a HEAD never gets so far. */
    private static void enter() {
        try {
            if (!ROOM.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new ServiceUnavailableException("Too many reports are being written: try again in a moment");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ServiceUnavailableException("Sidecar is stopping");
        }
    }
}
