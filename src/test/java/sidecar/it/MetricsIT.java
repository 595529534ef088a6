package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/** What Prometheus sees: every metric of Sidecar's with its values, and that dashboard and alerts use no other. */
class MetricsIT extends RunningSidecar {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MODEL = "canon";

    /** 0.3 seconds. */
    private static final Duration PAUSE = Duration.ofMillis(300);

    private Map<String, Double> before = Map.of();

    @BeforeEach
    void look() {
        before = gateway().metrics();
    }

    private double gained(String series) {
        return gateway().metrics().getOrDefault(series, 0.0) - before.getOrDefault(series, 0.0);
    }

    /** An exchange is counted when it is over, which may be after its client has the answer. */
    private void gains(String series, double much) {
        Await.until(() -> gained(series) >= much, () -> series + " to gain " + much + ", gained " + gained(series));
        assertThat(gained(series)).as(series).isEqualTo(much);
    }

    // --- what there is

    @ParameterizedTest
    @CsvSource({
        "sidecar_exchanges_total, counter",
        "sidecar_attempts_total, counter",
        "sidecar_refusals_total, counter",
        "sidecar_streams_truncated_total, counter",
        "sidecar_llm_tokens_total, counter",
        "sidecar_ledger_lost_total, counter",
        "sidecar_config_reloads_total, counter",
        "sidecar_request_duration_seconds, histogram",
        "sidecar_first_content_seconds, histogram",
        "sidecar_queue_wait_seconds, histogram",
        "sidecar_added_seconds, histogram",
        "sidecar_queue_depth, gauge",
        "sidecar_in_flight, gauge",
        "sidecar_ledger_backlog, gauge",
        "sidecar_window_used, gauge",
        "sidecar_window_limit, gauge",
    })
    void everyMetricHasHelpAndTypeOnceAndASeriesBeforeAnythingHappens(String name, String type) {
        provider("one", MODEL, "n");

        List<String> lines = gateway().get("/metrics").text().lines().toList();

        assertThat(lines)
                .filteredOn(line -> line.startsWith("# TYPE " + name + " "))
                .containsExactly("# TYPE " + name + " " + type);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("# HELP " + name + " "))
                .singleElement()
                .satisfies(help -> assertThat(help.length()).isGreaterThan(("# HELP " + name + " ").length()));
        String series = type.equals("histogram") ? name + "_bucket" : name;
        assertThat(lines).anyMatch(line -> line.matches(series + "(\\{[^}]*})? [0-9.E+-]+"));
    }

    @Test
    void nothingIsTypedTwiceOrLeftWithoutAType() {
        provider("one", MODEL, "n");
        List<String> lines = gateway().get("/metrics").text().lines().toList();

        List<String> typed = lines.stream()
                .filter(line -> line.startsWith("# TYPE sidecar_"))
                .map(line -> line.split(" ", -1)[2])
                .toList();

        assertThat(typed).doesNotHaveDuplicates();
        assertThat(lines.stream().filter(line -> line.startsWith("sidecar_")).map(MetricsIT::family))
                .isSubsetOf(typed);
        assertThat(lines).noneMatch(line -> line.startsWith("sidecar_") && line.contains("mp_scope"));
    }

    /** The name without labels, and without what a histogram adds to it. */
    private static String family(String sample) {
        String name = sample.replaceFirst("[{ ].*", "");
        return name.equals("sidecar_emergency_count") ? name : name.replaceFirst("_(bucket|count|sum)$", "");
    }

    @Test
    void whatCanBeKnownBeforehandIsThereWithZero() {
        provider("beforehand", "model-beforehand", "n");

        assertThat(gateway().metrics())
                .containsEntry("sidecar_attempts_total{provider=\"beforehand\",result=\"rate_limited\"}", 0.0)
                .containsEntry(
                        "sidecar_exchanges_total{model=\"model-beforehand\",outcome=\"ok\",pool=\"primary\"}", 0.0)
                .containsKey("sidecar_refusals_total{code=\"queue_full\"}")
                .containsKey("sidecar_llm_tokens_total{kind=\"cache_written\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sidecar_request_duration_seconds",
                "sidecar_first_content_seconds",
                "sidecar_queue_wait_seconds",
                "sidecar_added_seconds"
            })
    void bucketsRiseToTheCountInTheOrderOfTheirBounds(String name) {
        provider("one", MODEL, "n");
        gateway().chat(MODEL);
        gateway().chatStream(MODEL);
        Await.until(() -> gateway().metric("sidecar_in_flight") == 0, "both exchanges to end");
        String text = gateway().get("/metrics").text();

        Map<String, List<double[]>> histograms = new HashMap<>();
        Matcher bucket = Pattern.compile("(?m)^" + name + "_bucket\\{le=\"([^\"]+)\"(?:,(.*))?} (\\S+)$")
                .matcher(text);
        while (bucket.find()) {
            double bound =
                    bucket.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bucket.group(1));
            histograms
                    .computeIfAbsent(
                            bucket.group(2) == null ? "" : "{" + bucket.group(2) + "}", labels -> new ArrayList<>())
                    .add(new double[] {bound, Double.parseDouble(bucket.group(3))});
        }

        assertThat(histograms).isNotEmpty();
        histograms.forEach((labels, buckets) -> {
            assertThat(buckets.stream().map(b -> b[0])).isSorted().hasSizeGreaterThan(15);
            assertThat(buckets.stream().map(b -> b[1])).isSorted();
            assertThat(text)
                    .containsPattern("(?m)^" + Pattern.quote(name + "_count" + labels) + " "
                            + (long) buckets.get(buckets.size() - 1)[1] + "(\\.0)?$");
        });
    }

    // --- what is counted

    @Test
    void aPlainExchangeIsCountedEverywhere() {
        provider("one", MODEL, "n")
                .always(
                        Answers.json(
                                200,
                                Answers.chatBody("n", "hi", new Usage(100, 20))
                                        .replace(
                                                "\"total_tokens\"",
                                                "\"prompt_tokens_details\":{\"cached_tokens\":60},"
                                                        + "\"completion_tokens_details\":{\"reasoning_tokens\":5},\"total_tokens\"")));

        gateway().chat(MODEL);

        gains("sidecar_exchanges_total{model=\"canon\",outcome=\"ok\",pool=\"primary\"}", 1);
        gains("sidecar_attempts_total{provider=\"one\",result=\"ok\"}", 1);
        gains("sidecar_llm_tokens_total{kind=\"prompt\"}", 100);
        gains("sidecar_llm_tokens_total{kind=\"completion\"}", 20);
        gains("sidecar_llm_tokens_total{kind=\"cached\"}", 60);
        gains("sidecar_llm_tokens_total{kind=\"reasoning\"}", 5);
        gains("sidecar_request_duration_seconds_count{stream=\"false\"}", 1);
        gains("sidecar_first_content_seconds_count{stream=\"false\"}", 1);
        gains("sidecar_queue_wait_seconds_count", 1);
        gains("sidecar_added_seconds_count", 1);
        assertThat(gained("sidecar_added_seconds_sum"))
                .isBetween(1e-6, gained("sidecar_request_duration_seconds_sum{stream=\"false\"}"));
    }

    @Test
    void theTimesOfAStreamAreKeptApart() {
        CountDownLatch read = new CountDownLatch(1);
        provider("one", MODEL, "n")
                .always(call -> call.pause(PAUSE)
                        .streamHead()
                        .event(Answers.textChunk("n", "first"))
                        .await(read)
                        .pause(PAUSE)
                        .event(Answers.chunk("n", "{}", "stop"))
                        .event("[DONE]")
                        .end());

        try (RawClient client = RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(MODEL, true))) {
            client.head();
            client.framesUpTo("first");
            read.countDown();
            client.frames();
        }

        gains("sidecar_request_duration_seconds_count{stream=\"true\"}", 1);
        gains("sidecar_first_content_seconds_count{stream=\"true\"}", 1);
        double first = gained("sidecar_first_content_seconds_sum{stream=\"true\"}");
        double all = gained("sidecar_request_duration_seconds_sum{stream=\"true\"}");
        assertThat(first).as("one pause").isGreaterThanOrEqualTo(0.3);
        assertThat(all - first).as("the other").isGreaterThanOrEqualTo(0.3);
        assertThat(gained("sidecar_request_duration_seconds_count{stream=\"false\"}"))
                .isZero();
    }

    @Test
    void aFailedAttemptIsCountedByItsClassAndTheExchangeByWhatCameOfIt() {
        gateway().set("routing_strategy", "ordered");
        provider("bad", MODEL, "n").always(Answers.error(500, "no", "server_error"));
        StubUpstream good = stub();
        gateway().create(Draft.of("good").at(good).serves(MODEL, "n").fallback());

        gateway().chat(MODEL);

        gains("sidecar_attempts_total{provider=\"bad\",result=\"overloaded\"}", 1);
        gains("sidecar_attempts_total{provider=\"good\",result=\"ok\"}", 1);
        gains("sidecar_exchanges_total{model=\"canon\",outcome=\"ok\",pool=\"fallback\"}", 1);
    }

    @Test
    void aRefusalIsCountedByItsCodeAndMadeUpModelsAreOne() {
        provider("one", MODEL, "n");

        gateway().chat("made-up-1");
        gateway().chat("made-up-2");

        gains("sidecar_refusals_total{code=\"model_not_found\"}", 2);
        gains("sidecar_exchanges_total{model=\"other\",outcome=\"model_not_found\",pool=\"none\"}", 2);
        assertThat(gateway().get("/metrics").text()).doesNotContain("made-up");
    }

    @Test
    void aTruncatedStreamIsCounted() {
        CountDownLatch relayed = new CountDownLatch(1);
        provider("one", MODEL, "n")
                .always(Answers.cutStream(
                        List.of("first", "second"), call -> call.await(relayed).fin()));

        try (RawClient client = RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(MODEL, true))) {
            client.head();
            client.framesUpTo("second");
            relayed.countDown();
            client.frames();
        }

        gains("sidecar_streams_truncated_total", 1);
        gains("sidecar_exchanges_total{model=\"canon\",outcome=\"truncated\",pool=\"primary\"}", 1);
        gains("sidecar_attempts_total{provider=\"one\",result=\"network\"}", 1);
    }

    @Test
    void whoWaitsIsSeenWhileAndAfterItWaits() {
        gateway().patient();
        String id = gateway()
                .create(Draft.of("one").at(stub()).serves(MODEL, "n").with("rpm_limit", 1))
                .path("id")
                .asText();
        gateway().chat(MODEL);
        gains("sidecar_queue_wait_seconds_count", 1);
        double unhindered = gained("sidecar_queue_wait_seconds_sum");

        try (RawClient client = RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(MODEL, false))) {
            Await.until(() -> gateway().metric("sidecar_queue_depth") == 1, "one that waits");
            assertThat(gateway().metric("sidecar_in_flight")).isEqualTo(1);
            Await.sleep(PAUSE);
            gateway().update(id, "{\"rpm_limit\": 2}");
            assertThat(client.head().status()).isEqualTo(200);
        }

        gains("sidecar_queue_wait_seconds_count", 2);
        double waited = gained("sidecar_queue_wait_seconds_sum");
        assertThat(waited - unhindered).isGreaterThanOrEqualTo(0.3);
        assertThat(gateway().metric("sidecar_queue_depth")).isZero();
        assertThat(gained("sidecar_added_seconds_sum"))
                .as("waiting is not Sidecar's own")
                .isLessThanOrEqualTo(gained("sidecar_request_duration_seconds_sum{stream=\"false\"}") - waited + 1e-3);
    }

    // --- quota groups

    @Test
    void aGroupsWindowComesAndGoesWithIt() {
        gateway().set("window_seconds", "3600");
        gateway()
                .create(Draft.of("one")
                        .at(stub())
                        .serves(MODEL, "n")
                        .with("rpm_limit", 5)
                        .with("quota_group", "acc-1"));
        gateway().create(Draft.of("two").at(stub()).with("rpm_limit", 7));

        gateway().chat(MODEL);

        gains("sidecar_window_used{group=\"acc-1\"}", 1);
        assertThat(groups()).containsExactly("acc-1=5", "two=7");
        gateway().clear();
        assertThat(groups()).isEmpty();
    }

    /** Each group's name with its limit. */
    private Set<String> groups() {
        return gateway().metrics().entrySet().stream()
                .filter(series -> series.getKey().startsWith("sidecar_window_limit{"))
                .map(series -> series.getKey().replaceAll(".*group=\"([^\"]*)\".*", "$1") + "="
                        + series.getValue().intValue())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    // --- the rest

    @Test
    void changesOfSettingsAndProvidersAreCounted() {
        gateway().set("queue_max_depth", "400");
        assertThat(gained("sidecar_config_reloads_total")).isPositive();
        double settings = gained("sidecar_config_reloads_total");

        provider("one", MODEL, "n");

        assertThat(gained("sidecar_config_reloads_total")).isGreaterThan(settings);
    }

    @Test
    void theLedgerCatchesUpAndLosesNothing() {
        provider("one", MODEL, "n");

        gateway().chat(MODEL);

        Await.until(() -> gateway().metric("sidecar_ledger_backlog") == 0, "the ledger to catch up");
        assertThat(gateway().metric("sidecar_ledger_lost_total")).isZero();
    }

    @Test
    void nothingFallsWhenAProviderIsDeleted() {
        provider("one", MODEL, "n");
        gateway().chat(MODEL);
        gateway().chatStream(MODEL);
        gateway().chat("made-up");
        Await.until(() -> gateway().metric("sidecar_in_flight") == 0, "the exchanges to end");
        Map<String, Double> counted = counted();

        gateway().clear();

        Map<String, Double> after = counted();
        assertThat(counted).hasSizeGreaterThan(100);
        assertThat(counted)
                .allSatisfy((series, value) ->
                        assertThat(after.getOrDefault(series, -1.0)).as(series).isGreaterThanOrEqualTo(value));
    }

    private Map<String, Double> counted() {
        return gateway().metrics().entrySet().stream()
                .filter(series -> series.getKey().matches("sidecar_\\w+_(total|bucket|count|sum)(\\{.*)?"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void noSecretIsInTheMetrics() {
        Draft draft = Draft.of("one").at(stub()).serves(MODEL, "n");
        ObjectNode json = draft.json();
        json.putObject("headers").put("X-Tenant", "tenant-secret-value-1");
        gateway().admin("POST", "/backends", json.toString());

        gateway().chat(MODEL, "Authorization", "Bearer a-client-secret");
        gateway().post(CHAT, Gateway.chatBody("sk-typed-into-the-model-field", false), "x-api-key", "another-secret");

        gains("sidecar_attempts_total{provider=\"one\",result=\"ok\"}", 1);
        assertThat(gateway().get("/metrics").text())
                .doesNotContain(draft.key())
                .doesNotContain("tenant-secret")
                .doesNotContain("client-secret")
                .doesNotContain("another-secret")
                .doesNotContain("sk-typed")
                .doesNotContain(System.getenv("SIDECAR_ADMIN_TOKEN"))
                .doesNotContain(System.getenv("SIDECAR_ENCRYPTION_KEY"));
    }

    // --- dashboard, alerts and documentation

    @ParameterizedTest
    @ValueSource(strings = {"deploy/grafana/sidecar.json", "deploy/prometheus/alerts.yml"})
    void dashboardAndAlertsAskOnlyForWhatIsThere(String file) throws IOException {
        provider("one", MODEL, "n");
        Set<String> names = gateway().metrics().keySet().stream()
                .map(series -> series.replaceFirst("\\{.*", ""))
                .collect(Collectors.toSet());

        List<String> used = Pattern.compile("sidecar_\\w+")
                .matcher(Files.readString(Path.of(file)))
                .results()
                .map(MatchResult::group)
                .toList();

        assertThat(used).hasSizeGreaterThan(10).isSubsetOf(names);
    }

    @Test
    void everyPanelOfTheDashboardAsksForSomething() throws IOException {
        JsonNode dashboard = Json.read(Files.readString(Path.of("deploy/grafana/sidecar.json")));

        assertThat(dashboard.path("panels"))
                .hasSizeGreaterThan(20)
                .allSatisfy(panel -> assertThat(panel.path("type").asText().equals("row")
                                || !panel.path("targets")
                                        .path(0)
                                        .path("expr")
                                        .asText()
                                        .isEmpty())
                        .as(panel.path("title").asText())
                        .isTrue());
    }

    @Test
    void everyAlertSaysWhatItMeansAndWhatToDo() throws IOException {
        String[] alerts =
                Files.readString(Path.of("deploy/prometheus/alerts.yml")).split("- alert: ", -1);

        assertThat(alerts).hasSizeGreaterThan(9);
        assertThat(List.of(alerts).subList(1, alerts.length))
                .allSatisfy(alert -> assertThat(alert).contains("expr: ", "severity: ", "summary: ", "description: "));
    }

    @Test
    void everyMetricIsDocumented() throws IOException {
        provider("one", MODEL, "n");
        String page = Files.readString(Path.of("docs/metrics.md"));

        assertThat(gateway().metrics().keySet().stream()
                        .filter(series -> series.startsWith("sidecar_"))
                        .map(MetricsIT::family)
                        .distinct())
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    @Test
    void theViewerTokenIsAskedForWhereThatIsWanted() {
        String[] viewer = {"Authorization", "Bearer " + System.getenv("SIDECAR_VIEWER_TOKEN")};
        assertThat(gateway().get("/metrics").status()).isEqualTo(200);

        gateway().set("metrics_auth", "viewer");

        for (String around : List.of("/metrics/", "/metrics/x", "//metrics", "/metrics/?scope=base")) {
            assertThat(gateway().get(around).text())
                    .as(around)
                    .doesNotContain("sidecar_")
                    .doesNotContain("memory_");
        }
        assertThat(gateway().get("/metrics").status()).isEqualTo(401);
        assertThat(gateway().get("/metrics", "Authorization", "Bearer wrong").status())
                .isEqualTo(401);
        assertThat(gateway().get("/metrics", viewer).status()).isEqualTo(200);
        assertThat(gateway().get("/health").status()).isEqualTo(200);
    }
}
