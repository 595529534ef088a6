package sidecar.reports.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import sidecar.failure.FailureClass;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.SomeEntry;
import sidecar.ledger.Usage;
import sidecar.ledger.edge.MemoryDatabase;
import sidecar.ledger.edge.Sql;

/** The request log from the entry to the table, to JSON, to CSV and to the page, to the byte. */
class RequestLogQueriesTest {

    private static final RequestLogQueries.Filter ALL = new RequestLogQueries.Filter(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final LedgerEntry FULL = SomeEntry.entry()
            .id("=1+1")
            .client("a \"b\", c")
            .path("/v1/" + "x".repeat(300))
            .tried("a", "fallback", FailureClass.MODEL_BUSY)
            .tried("b")
            .translated("messages>chat", "top_k", "container")
            .used(new Usage(9, 8, 7, 1, 5), Bill.Certainty.PARTIAL, "0.000000000000000010")
            .build();

    private static final LedgerEntry REFUSED = SomeEntry.at("2026-11-25T10:20:31.5Z")
            .path("/v1/models")
            .model("")
            .outcome("queue_full")
            .status(429)
            .took(Duration.ofNanos(1_500_999))
            .build();

    private static final LedgerEntry CHEAP =
            SomeEntry.entry().tried("a").used(100, 20, "12.5000").build();

    @AutoClose
    private final MemoryDatabase memory = new MemoryDatabase();

    private void report(QueryReport.Rows rows) {
        memory.post(Instant.EPOCH, FULL, REFUSED, CHEAP);
        RequestLogQueries.between(ALL, 0, Long.MAX_VALUE, 10).run(memory.source(), rows);
    }

    /** The path of {@link #FULL} has 304 characters, of which the table keeps 300. */
    private static String cut(String text) {
        return text.replace("x".repeat(296), "x…");
    }

    private static String row(ResultSet row) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 2; i <= row.getMetaData().getColumnCount(); i++) {
            values.add(row.getMetaData().getColumnName(i).toLowerCase(Locale.ROOT) + " " + row.getString(i));
        }
        return cut(String.join(" | ", values)
                .replace("  |", " |")
                .stripTrailing()); // without the blank before a text that is empty
    }

    @Test
    void tableKeepsOneRowAnEntry() {
        memory.post(Instant.EPOCH, FULL, REFUSED, CHEAP);

        assertThat(Sql.query(memory.source(), "select * from request_log order by id", List.of())
                        .all(RequestLogQueriesTest::row))
                .containsExactly("""
                        at_ms 1795602030000 | request_id =1+1 | client a "b", c | path /v1/x… | stream TRUE | model m | \
                        provider_id bkd_b | provider_name b | pool primary | attempts 2 | outcome ok | status 200 | \
                        took_us 500000 | waited_us 20000 | first_us 90000 | certainty partial | prompt 9 | completion 8 | \
                        cached 7 | cache_written 1 | reasoning 5 | cost 0.000000000000000010 | \
                        tries [{"provider_id":"bkd_a","provider":"a","pool":"fallback","model":"m","outcome":"model_busy"},\
                        {"provider_id":"bkd_b","provider":"b","pool":"primary","model":"m","outcome":"ok"}] | \
                        dialects messages>chat | losses top_k,container | node local""", """
                        at_ms 1795602031500 | request_id req-1 | client agent | path /v1/models | stream TRUE | model | \
                        provider_id | provider_name | pool | attempts 0 | outcome queue_full | status 429 | \
                        took_us 1500 | waited_us 0 | first_us null | certainty null | prompt 0 | completion 0 | \
                        cached 0 | cache_written 0 | reasoning 0 | cost 0.000000000000000000 | tries null | \
                        dialects | losses | node local""", """
                        at_ms 1795602030000 | request_id req-1 | client agent | path /v1/chat/completions | stream TRUE | \
                        model m | provider_id bkd_a | provider_name a | pool primary | attempts 1 | outcome ok | \
                        status 200 | took_us 500000 | waited_us 20000 | first_us 90000 | certainty reported | \
                        prompt 100 | completion 20 | cached 0 | cache_written 0 | reasoning 0 | \
                        cost 12.500000000000000000 | tries null | dialects | losses | node local""");
    }

    @Test
    void jsonHasOneObjectARow() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartArray();
            report(QueryReport.json(out));
            out.writeEndArray();
        }

        assertThat(cut(text.toString())).isEqualTo("""
                        [\
                        {"id":3,"at":"2026-11-25T10:20:30Z","request_id":"req-1","client":"agent","path":"/v1/chat/completions",\
                        "stream":true,"model":"m","provider_id":"bkd_a","provider":"a","pool":"primary","attempts":1,\
                        "outcome":"ok","status":200,"latency_ms":500,"queue_wait_ms":20,"ttft_ms":90,"usage":"reported",\
                        "prompt_tokens":100,"completion_tokens":20,"cached_tokens":0,"cache_written_tokens":0,\
                        "reasoning_tokens":0,"cost":12.5,"tries":null,"dialects":"","losses":"","node":"local"},\
                        {"id":2,"at":"2026-11-25T10:20:31.500Z","request_id":"req-1","client":"agent","path":"/v1/models",\
                        "stream":true,"model":"","provider_id":"","provider":"","pool":"","attempts":0,\
                        "outcome":"queue_full","status":429,"latency_ms":2,"queue_wait_ms":0,"ttft_ms":null,"usage":null,\
                        "prompt_tokens":0,"completion_tokens":0,"cached_tokens":0,"cache_written_tokens":0,\
                        "reasoning_tokens":0,"cost":0,"tries":null,"dialects":"","losses":"","node":"local"},\
                        {"id":1,"at":"2026-11-25T10:20:30Z","request_id":"=1+1","client":"a \\"b\\", c","path":"/v1/x…",\
                        "stream":true,"model":"m","provider_id":"bkd_b","provider":"b","pool":"primary","attempts":2,\
                        "outcome":"ok","status":200,"latency_ms":500,"queue_wait_ms":20,"ttft_ms":90,"usage":"partial",\
                        "prompt_tokens":9,"completion_tokens":8,"cached_tokens":7,"cache_written_tokens":1,\
                        "reasoning_tokens":5,"cost":0.00000000000000001,"tries":\
                        [{"provider_id":"bkd_a","provider":"a","pool":"fallback","model":"m","outcome":"model_busy"},\
                        {"provider_id":"bkd_b","provider":"b","pool":"primary","model":"m","outcome":"ok"}],\
                        "dialects":"messages>chat","losses":"top_k,container","node":"local"}]""");
    }

    @Test
    void csvHasOneLineARow() {
        StringWriter out = new StringWriter();
        out.write(QueryReport.header(RequestLogQueries.COLUMNS));
        report(QueryReport.csv(out));

        assertThat(cut(out.toString())).isEqualTo("""
                        id,at,request_id,client,path,stream,model,provider_id,provider,pool,attempts,outcome,status,\
                        latency_ms,queue_wait_ms,ttft_ms,usage,prompt_tokens,completion_tokens,cached_tokens,cache_written_tokens,\
                        reasoning_tokens,cost,tries,dialects,losses,node
                        3,2026-11-25T10:20:30Z,req-1,agent,/v1/chat/completions,true,m,bkd_a,a,primary,1,ok,200,\
                        500,20,90,reported,100,20,0,0,0,12.5,,,,local
                        2,2026-11-25T10:20:31.500Z,req-1,agent,/v1/models,true,,,,,0,queue_full,429,\
                        2,0,,,0,0,0,0,0,0,,,,local
                        1,2026-11-25T10:20:30Z,'=1+1,"a ""b"", c",/v1/x…,true,m,bkd_b,b,primary,2,ok,200,\
                        500,20,90,partial,9,8,7,1,5,0.00000000000000001,\
                        \"[{""provider_id"":""bkd_a"",""provider"":""a"",""pool"":""fallback"",""model"":""m"",""outcome"":""model_busy""},\
                        {""provider_id"":""bkd_b"",""provider"":""b"",""pool"":""primary"",""model"":""m"",""outcome"":""ok""}]",\
                        messages>chat,"top_k,container",local
                        """.replace("\n", "\r\n"));
    }

    @Test
    void pageIsGivenWhatJsonHas() {
        List<Map<String, Object>> rows = new ArrayList<>();
        report(QueryReport.maps(rows::add));

        assertThat(rows).hasSize(3);
        assertThat(rows.get(0).toString()).isEqualTo("""
                        {id=3, at=2026-11-25T10:20:30Z, request_id=req-1, client=agent, path=/v1/chat/completions, stream=true, \
                        model=m, provider_id=bkd_a, provider=a, pool=primary, attempts=1, outcome=ok, status=200, latency_ms=500, \
                        queue_wait_ms=20, ttft_ms=90, usage=reported, prompt_tokens=100, completion_tokens=20, cached_tokens=0, \
                        cache_written_tokens=0, reasoning_tokens=0, cost=12.500000000000000000, tries=null, dialects=, losses=, node=local}""");
        assertThat(rows.get(0))
                .containsEntry("id", 3L)
                .containsEntry("stream", true)
                .containsEntry("attempts", 1L)
                .containsEntry("status", 200L)
                .containsEntry("latency_ms", 500L)
                .containsEntry("prompt_tokens", 100L)
                .containsEntry("cost", new BigDecimal("12.500000000000000000"));
    }
}
