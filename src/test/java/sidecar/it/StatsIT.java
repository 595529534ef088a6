package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/** What was used, as operators are told. Tests share one database: each asks for its own providers and models only. */
class StatsIT extends RunningSidecar {

    private static final Duration SLOW = Duration.ofMillis(1_500);

    private StubUpstream priced(String name, String... models) {
        StubUpstream stub = stub();
        Draft draft = Draft.of(name).at(stub);
        for (String model : models) {
            draft.serves(
                    model,
                    Json.object()
                            .put("native_id", "native-" + model)
                            .set("cost", Json.object().put("input", 0.000001).put("output", 0.000004)));
        }
        gateway().create(draft);
        return stub.always(Answers.chat("hello", new Usage(100, 25)));
    }

    private String id(String name) {
        return gateway().provider(name).path("id").asText();
    }

    private List<JsonNode> rows(String path) {
        Reply reply = gateway().adminGet(path);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        JsonNode rows = reply.json();
        return StreamSupport.stream((rows.isArray() ? rows : rows.path("items")).spliterator(), false)
                .toList();
    }

    /** Waits until the request log has that many rows of the model: the books have them then too. */
    private List<JsonNode> logged(String model, int rows) {
        Await.until(
                () -> rows("/requests?model=" + model).size() == rows,
                () -> rows + " rows of " + model + ", there are " + rows("/requests?model=" + model));
        return rows("/requests?model=" + model);
    }

    @Test
    void twoModelsOfOneHourAreTwoRowsInV2sShape() {
        priced("hourly", "h-one", "h-two");
        gateway().chat("h-one");
        gateway().chat("h-one");
        gateway().chat("h-two");
        logged("h-one", 2);
        logged("h-two", 1);

        List<JsonNode> rows = rows("/stats/hourly?backend_id=" + id("hourly"));

        assertThat(rows).hasSize(2);
        JsonNode row = rows.stream()
                .filter(one -> one.path("model").asText().equals("h-one"))
                .findFirst()
                .orElseThrow();
        assertThat(row.path("id").asText()).matches("use_[0-9a-f]{12}");
        assertThat(row.path("backend_id").asText()).isEqualTo(id("hourly"));
        assertThat(row.path("prompt_tokens").asInt()).isEqualTo(200);
        assertThat(row.path("completion_tokens").asInt()).isEqualTo(50);
        assertThat(row.path("total_tokens").asInt()).isEqualTo(250);
        assertThat(row.path("cost").decimalValue()).isEqualByComparingTo("0.0004");
        assertThat(row.path("request_count").asInt()).isEqualTo(2);
        assertThat(row.path("error_count").asInt()).isZero();
        assertThat(row.path("avg_latency_ms").isIntegralNumber()).isTrue();
        assertThat(row.path("ttft_ms").isIntegralNumber()).isTrue();
        assertThat(Instant.parse(row.path("hour_bucket").asText()).truncatedTo(ChronoUnit.HOURS))
                .isBetween(Instant.now().minusSeconds(7200), Instant.now());
        assertThat(row.path("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");
    }

    @Test
    void hoursAreAWindowAndNotANumberOfRows() {
        priced("window", "w-one", "w-two", "w-three");
        for (String model : List.of("w-one", "w-two", "w-three")) {
            gateway().chat(model);
            logged(model, 1);
        }

        assertThat(rows("/stats/hourly?hours=1&backend_id=" + id("window"))).hasSize(3);
        assertThat(rows("/stats/hourly?hours=0&backend_id=" + id("window"))).isEmpty();
    }

    @Test
    void aSlowFailureDoesNotCountForTheLatencyOfSuccesses() {
        StubUpstream stub = priced("latency", "l-one");
        stub.next(call -> {
            Await.sleep(SLOW);
            Answers.error(500, "boom", "x").play(call);
        });
        gateway().chat("l-one");
        gateway().chat("l-one");
        long withoutFailure = -SLOW.toMillis();
        for (JsonNode one : logged("l-one", 2)) {
            withoutFailure += one.path("latency_ms").asLong();
        }

        JsonNode row = rows("/stats/hourly?backend_id=" + id("latency")).get(0);

        assertThat(row.path("error_count").asInt()).isPositive();
        assertThat(row.path("avg_latency_ms").asLong() * 2)
                .as("twice the mean of the two successes, which took no longer than all but the failure")
                .isLessThanOrEqualTo(withoutFailure + 2);
        assertThat(row.path("attempt_count").asInt())
                .isEqualTo(row.path("success_count").asInt()
                        + row.path("error_count").asInt());
    }

    @Test
    void aDayIsOneRowAPoolAndMovingAProviderMovesNoHistory() {
        priced("mover", "d-one");
        gateway().chat("d-one");
        logged("d-one", 1);
        Map<String, Integer> before = daily();
        gateway().update(id("mover"), "{\"pool\":\"fallback\"}");
        gateway().chat("d-one");
        logged("d-one", 2);

        Map<String, Integer> after = daily();

        assertThat(after.get("primary")).isEqualTo(before.get("primary"));
        assertThat(after.get("fallback")).isEqualTo(before.getOrDefault("fallback", 0) + 1);
        JsonNode row = rows("/stats/daily?days=1").get(0);
        assertThat(row.path("id").asText()).matches("day_[0-9a-f]{12}-(primary|fallback)");
        assertThat(LocalDate.parse(row.path("date").asText()))
                .isIn(
                        LocalDate.now(ZoneOffset.UTC),
                        LocalDate.now(ZoneOffset.UTC).minusDays(1));
        assertThat(row.path("unique_backends").asInt()).isPositive();
        assertThat(row.path("total_cost").isNumber()).isTrue();
        assertThat(row.path("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");
    }

    private Map<String, Integer> daily() {
        Map<String, Integer> requests = new HashMap<>();
        rows("/stats/daily?days=1")
                .forEach(row -> requests.put(
                        row.path("pool").asText(), row.path("total_requests").asInt()));
        return requests;
    }

    @Test
    void deletingAProviderTakesNothingFromItsHistoryNorFromTheTotals() {
        priced("deleted", "x-one");
        gateway().chat("x-one");
        logged("x-one", 1);
        String id = id("deleted");
        JsonNode before = gateway().adminGet("/stats/total").json();

        gateway().admin("DELETE", "/backends/" + id, "");

        assertThat(gateway().adminGet("/stats/total").json()).isEqualTo(before);
        assertThat(rows("/stats/hourly?backend_id=" + id))
                .singleElement()
                .satisfies(row -> assertThat(row.path("backend_name").asText()).isEqualTo("deleted"));
        assertThat(rows("/requests?provider=" + id)).hasSize(1);
        assertThat(rows("/requests?provider=deleted")).hasSize(1);
    }

    @Test
    void totalsAreNumbersAndTheMetricsSayTheSame() {
        JsonNode total = gateway().adminGet("/stats/total").json();

        for (String field : List.of(
                "total_requests",
                "total_errors",
                "total_tokens",
                "total_prompt_tokens",
                "total_completion_tokens",
                "total_cost")) {
            assertThat(total.path(field).isNumber()).as(field).isTrue();
        }
        assertThat(gateway().metric("sidecar_requests_total"))
                .isEqualTo(total.path("total_requests").asDouble());
        assertThat(gateway().metric("sidecar_tokens_total"))
                .isEqualTo(total.path("total_tokens").asDouble());
        assertThat(gateway().metric("sidecar_cost_total"))
                .isEqualTo(total.path("total_cost").asDouble());
    }

    @Test
    void anExchangeIsOneRequestAndEveryAttemptCountsWhereItWasMade() {
        priced("bad", "a-one").always(Answers.error(500, "boom", "x"));
        gateway().update(id("bad"), "{\"weight\":1}");
        StubUpstream good = stub().always(Answers.chat("hello", new Usage(100, 25)));
        gateway().create(Draft.of("good").at(good).serves("a-one", "n").fallback());

        gateway().chat("a-one");
        JsonNode row = logged("a-one", 1).get(0);

        assertThat(row.path("attempts").asInt()).isEqualTo(2);
        assertThat(row.path("provider").asText()).isEqualTo("good");
        assertThat(row.path("pool").asText()).isEqualTo("fallback");
        assertThat(row.path("outcome").asText()).isEqualTo("ok");
        JsonNode bad = rows("/stats/hourly?backend_id=" + id("bad")).get(0);
        assertThat(bad.path("request_count").asInt()).isZero();
        assertThat(bad.path("attempt_count").asInt()).isEqualTo(1);
        assertThat(bad.path("error_count").asInt()).isEqualTo(1);
        JsonNode fine = rows("/stats/hourly?backend_id=" + id("good")).get(0);
        assertThat(fine.path("request_count").asInt()).isEqualTo(1);
        assertThat(fine.path("attempt_count").asInt()).isEqualTo(1);
    }

    @Test
    void aRefusalWithoutAnAttemptIsInTheLogAndInNoBooks() {
        JsonNode before = gateway().adminGet("/stats/total").json();

        gateway().chat("nobody-has-this");
        JsonNode row = logged("nobody-has-this", 1).get(0);

        assertThat(row.path("outcome").asText()).isEqualTo("model_not_found");
        assertThat(row.path("status").asInt()).isEqualTo(404);
        assertThat(row.path("attempts").asInt()).isZero();
        assertThat(row.path("usage").isNull()).isTrue();
        assertThat(gateway().adminGet("/stats/total").json()).isEqualTo(before);
    }

    @Test
    void theLogIsPagedByKeyAndNarrowedByEveryFilter() {
        priced("paged", "p-one", "p-two");
        for (int i = 0; i < 7; i++) {
            gateway().chat("p-one", "X-Request-Id", "page-" + i);
        }
        gateway().chat("p-two");
        logged("p-one", 7);

        List<String> ids = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = gateway()
                    .adminGet("/requests?model=p-one&limit=3" + (next.isEmpty() ? "" : "&before=" + next))
                    .json();
            page.path("items").forEach(item -> ids.add(item.path("request_id").asText()));
            next = page.path("next").isNull() ? "" : page.path("next").asText();
        } while (!next.isEmpty());

        assertThat(ids).containsExactly("page-6", "page-5", "page-4", "page-3", "page-2", "page-1", "page-0");
        assertThat(rows("/requests?model=p-one&provider=paged&client=open&outcome=ok"))
                .hasSize(7);
        assertThat(rows("/requests?model=p-one&outcome=overloaded")).isEmpty();
        assertThat(rows("/requests?model=p-one&from="
                        + Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.SECONDS)))
                .hasSize(7);
        assertThat(rows("/requests?model=p-one&to="
                        + Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.SECONDS)))
                .isEmpty();
    }

    @Test
    void whatHasNotHappenedYetIsOneEmptyPage() {
        priced("early", "e-one");
        gateway().chat("e-one");
        logged("e-one", 1);

        JsonNode page = gateway()
                .adminGet("/requests?from=" + Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.SECONDS))
                .json();

        assertThat(page.path("items").size()).isZero();
        assertThat(page.path("next").isNull()).isTrue();
    }

    @Test
    void usageIsSummedUpByWhateverIsAsked() {
        priced("summed", "s-one", "s-two");
        gateway().chat("s-one");
        gateway().chat("s-two");
        logged("s-one", 1);
        logged("s-two", 1);
        String only = "&backend_id=" + id("summed");

        for (String window : List.of("&hours=2", "&days=2")) {
            assertThat(rows("/stats/usage?by=model" + window + only))
                    .extracting(row -> row.path("model").asText())
                    .containsExactlyInAnyOrder("s-one", "s-two");
            JsonNode provider = rows("/stats/usage?by=provider" + window + only).get(0);
            assertThat(provider.path("backend_name").asText()).isEqualTo("summed");
            assertThat(provider.path("cost").decimalValue()).isEqualByComparingTo(new BigDecimal("0.0004"));
            assertThat(rows("/stats/usage?by=day,client" + window + only)).allSatisfy(row -> {
                assertThat(row.path("client").asText()).isEqualTo("open");
                LocalDate.parse(row.path("date").asText());
            });
            assertThat(rows("/stats/usage?" + window.substring(1) + only))
                    .singleElement()
                    .satisfies(
                            row -> assertThat(row.path("request_count").asInt()).isEqualTo(2));
        }
        assertThat(rows("/stats/usage?by=hour&hours=2" + only)).isNotEmpty();
        assertThat(rows("/stats/usage?by=pool&days=2" + only))
                .extracting(row -> row.path("pool").asText())
                .containsExactly("primary");
    }

    @Test
    void everythingComesAsCsvToo() {
        priced("=cmd|' /C calc'!A0", "c,\"one\"");
        gateway().chat("c,\"one\"");
        Await.until(
                () -> gateway()
                        .adminGet("/requests?limit=1")
                        .json()
                        .path("items")
                        .path(0)
                        .path("model")
                        .asText()
                        .equals("c,\"one\""),
                "the row");

        Reply csv = gateway().adminGet("/requests?format=csv&limit=1");

        assertThat(csv.header("Content-Type")).startsWith("text/csv");
        List<String> lines = csv.text().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("id,at,request_id,client,");
        assertThat(lines.get(1)).contains(",\"c,\"\"one\"\"\",").contains(",'=cmd|' /C calc'!A0,");
        for (String path : List.of("/stats/hourly?format=csv", "/stats/daily?format=csv", "/stats/usage?format=csv")) {
            assertThat(gateway().adminGet(path).text().lines().count()).isGreaterThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/stats/hourly?hours=x",
                "/stats/hourly?hours=-1",
                "/stats/daily?days=99999",
                "/stats/daily?format=xml",
                "/stats/usage?by=colour",
                "/stats/usage?by=pool&hours=3",
                "/stats/usage?by=hour",
                "/requests?limit=0",
                "/requests?limit=1001",
                "/requests?before=abc",
                "/requests?from=yesterday"
            })
    void aBadQuestionIsRefusedWithTheRule(String path) {
        Reply reply = gateway().adminGet(path);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("detail").asText()).isNotBlank();
        assertThat(reply.json().path("errors")).hasSize(1);
    }

    @Test
    void aViewerMayReadAndAStrangerMayNot() {
        String[] viewer = {"Authorization", "Bearer " + System.getenv("SIDECAR_VIEWER_TOKEN")};

        for (String path : List.of("/stats/total", "/stats/hourly", "/stats/daily", "/stats/usage", "/requests")) {
            assertThat(gateway().get("/api/admin" + path, viewer).status()).isEqualTo(200);
            assertThat(gateway().get("/api/admin" + path).status()).isEqualTo(401);
        }
        gateway().set("admin_public_read", "true");
        assertThat(gateway().get("/api/admin/stats/total").status()).isEqualTo(200);
        assertThat(gateway().get("/api/admin/requests").status()).isEqualTo(401);
    }
}
