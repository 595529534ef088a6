package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/** Client tokens: who may use {@code /v1}, how much, and what they are told when it is too much. */
class ClientsIT extends RunningSidecar {

    private Reply delete(JsonNode client) {
        return gateway().admin("DELETE", "/clients/" + client.path("id").asText() + "?confirm=open", "");
    }

    /** Another one in every test: a client that is made again under its old name has used what it has used. */
    private String ann;

    @BeforeEach
    void newName(TestInfo test) {
        ann = test.getTestMethod().orElseThrow().getName();
    }

    private JsonNode client(String fields) {
        Reply made = gateway().admin("POST", "/clients", "{" + fields.replace('\'', '"') + "}");
        assertThat(made.status()).as(made.toString()).isEqualTo(200);
        return made.json();
    }

    private JsonNode view(JsonNode client) {
        return gateway().adminGet("/clients/" + client.path("id").asText()).json();
    }

    private Reply chat(JsonNode client, String... more) {
        return gateway().chat("m", with(client, more));
    }

    private static String[] with(JsonNode client, String... more) {
        List<String> headers = new ArrayList<>(List.of(more));
        headers.add("Authorization");
        headers.add("Bearer " + client.path("token").asText());
        return headers.toArray(String[]::new);
    }

    /** Prices that are easily seen: a thousandth of a dollar a token. */
    private StubUpstream priced(int prompt, int completion) {
        StubUpstream stub = stub();
        ObjectNode mapping = Json.object().put("native_id", "n");
        mapping.putObject("cost").put("input", 0.001).put("output", 0.001);
        gateway().create(Draft.of("p").at(stub).serves("m", mapping));
        return stub.always(Answers.chat("hello", new Usage(prompt, completion)));
    }

    @Test
    void aTokenIsShownOnceAndOpensTheDoorUntilItIsDeleted() {
        provider("p", "m", "n");

        JsonNode made = client("'name':'" + ann + "'");

        assertThat(made.path("token").asText()).matches("sk-sidecar-[A-Za-z0-9]{40}");
        assertThat(view(made).has("token")).isFalse();
        assertThat(view(made).path("hint").asText()).matches("sk-sidecar-.{4}\\*\\*\\*\\*.{4}");
        assertThat(chat(made).status()).isEqualTo(200);
        assertThat(gateway().chat("m", "x-api-key", made.path("token").asText()).status())
                .isEqualTo(200);
        assertThat(gateway().chat("m").status()).isEqualTo(401);

        assertThat(delete(made).status()).isEqualTo(200);
        assertThat(chat(made).status()).as("open access again").isEqualTo(200);
        assertThat(gateway().chat("m", "X-Forwarded-For", "203.0.113.9").status())
                .isEqualTo(401);
    }

    @Test
    void aDisabledOrExpiredTokenKeepsTheDoorShut() {
        provider("p", "m", "n");
        JsonNode made = client("'name':'" + ann + "'");
        String id = made.path("id").asText();

        gateway().admin("PUT", "/clients/" + id, "{\"enabled\":false}");
        assertThat(chat(made).error().path("message").asText()).contains("disabled");
        assertThat(gateway().chat("m").status()).isEqualTo(401);

        gateway().admin("PUT", "/clients/" + id, "{\"enabled\":true}");
        assertThat(chat(made).status()).isEqualTo(200);
        // far enough away to be taken, whenever it arrives
        Reply ending = gateway()
                .admin(
                        "PUT",
                        "/clients/" + id,
                        "{\"expires_at\":\"" + Instant.now().plusSeconds(15) + "\"}");
        assertThat(ending.status()).as(ending.toString()).isEqualTo(200);
        Await.until(() -> chat(made).status() == 401, "the end of the token");
        assertThat(chat(made).error().path("message").asText()).contains("expired");
        assertThat(view(made).path("state").asText()).isEqualTo("expired");
        assertThat(gateway().chat("m").status()).isEqualTo(401);
    }

    @Test
    void anotherTokenEndsTheOldOne() {
        provider("p", "m", "n");
        JsonNode made = client("'name':'" + ann + "'");

        JsonNode renewed = gateway()
                .admin("POST", "/clients/" + made.path("id").asText() + "/token", "")
                .json();

        assertThat(chat(made).status()).isEqualTo(401);
        assertThat(chat(renewed).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | Missing required field: name",
                "{'name':'open'} | must not be open",
                "{'name':'x','rpm_limit':-1} | rpm_limit must be an integer",
                "{'name':'x','budget_day_usd':0} | budget_day_usd must be null or a number",
                "{'name':'x','budget_day_usd':1e999999999} | budget_day_usd must be null or a number",
                "{'name':'x','cidrs':['10.0.0.0/40']} | cidrs must hold addresses",
                "{'name':'x','cidrs':['home.example']} | cidrs must hold addresses",
                "{'name':'x','models':'m'} | models must be a list",
                "{'name':'x','strict_translation':'yes'} | strict_translation must be true or false",
                "{'name':'x','heartbeat':'ping'} | heartbeat must be one of comment, chunk",
                "{'name':'x','expires_at':'tomorrow'} | expires_at must be null or a time",
                "{'name':'x','expires_at':'2020-01-01T00:00:00Z'} | expires_at must lie in the future"
            })
    void badFieldsAreRefusedByName(String body, String rule) {
        Reply refused = gateway().admin("POST", "/clients", body.replace('\'', '"'));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains(rule);
        assertThat(gateway().adminGet("/clients").json()).isEmpty();
    }

    @Test
    void aNameIsTakenOnceAndStays() {
        JsonNode made = client("'name':'" + ann + "'");

        assertThat(gateway()
                        .admin("POST", "/clients", "{\"name\":\"" + ann + "\"}")
                        .status())
                .isEqualTo(409);
        assertThat(gateway()
                        .admin("PUT", "/clients/" + made.path("id").asText(), "{\"name\":\"bob\"}")
                        .text())
                .contains("cannot be changed");
    }

    @Test
    void aClientSeesAndUsesItsModelsOnly() {
        StubUpstream stub = stub();
        gateway().create(Draft.of("p").at(stub).serves("m", "n").serves("dear", "d"));
        JsonNode made = client("'name':'" + ann + "','models':['m']");

        assertThat(chat(made).status()).isEqualTo(200);
        Reply refused = gateway().chat("dear", with(made));
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.error().path("code").asText()).isEqualTo("model_not_found");
        assertThat(gateway().get("/v1/models", with(made)).json().path("data").findValuesAsText("id"))
                .containsExactly("m");
        assertThat(gateway().get("/v1/models/dear", with(made)).status()).isEqualTo(404);
        assertThat(stub.count()).isEqualTo(1);
    }

    @Test
    void aClientCallsFromItsAddressesOnly() {
        provider("p", "m", "n");
        JsonNode here = client("'name':'here','cidrs':['127.0.0.0/8']");
        JsonNode away = client("'name':'away','cidrs':['10.0.0.0/8','fd00::/8']");

        assertThat(chat(here).status()).isEqualTo(200);
        Reply refused = chat(away);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.error().path("message").asText()).contains("address");
    }

    @Test
    void pinningIsARight() {
        provider("p", "m", "n");
        JsonNode may = client("'name':'may','may_pin':true");
        JsonNode mayNot = client("'name':'mayNot'");

        assertThat(chat(may, "X-Sidecar-Provider", "p").status()).isEqualTo(200);
        assertThat(chat(mayNot, "X-Sidecar-Provider", "p").status()).isEqualTo(403);
    }

    @Test
    void usageAndTheRequestLogAreKeptByClient() {
        priced(10, 5);
        JsonNode made = client("'name':'" + ann + "','rpm_limit':1");
        chat(made);
        assertThat(chat(made).status()).isEqualTo(429);
        Await.until(() -> view(made).path("used").path("running").asInt() == 0, "the end of the one that ran");
        JsonNode used = view(made).path("used");

        Await.until(
                () -> gateway()
                                .adminGet("/requests?client=" + ann)
                                .json()
                                .path("items")
                                .size()
                        == 2,
                "both requests in the log");
        JsonNode usage = gateway().adminGet("/stats/usage?by=client").json();
        assertThat(usage.toString()).contains(ann);
        assertThat(used.path("requests_minute").asInt()).isEqualTo(1);
        assertThat(used.path("tokens_minute").asInt()).isEqualTo(15);
        assertThat(used.path("day_usd").decimalValue()).isEqualByComparingTo("0.015");
        assertThat(used.path("running").asInt()).isZero();
    }

    @Test
    void aTokenGoesOnWorkingWhereverTheConfigurationIsCarried() {
        provider("p", "m", "n");
        JsonNode made = client("'name':'" + ann
                + "','budget_day_usd':2.50,'models':['m'],'strict_translation':true,'heartbeat':'chunk'");
        Reply exported = gateway().admin("POST", "/export", "{\"passphrase\":\"a long enough phrase\"}");
        assertThat(exported.status()).as(exported.toString()).isEqualTo(200);
        String request = "{\"configuration\":" + exported.text() + ",\"passphrase\":\"a long enough phrase\"}";
        assertThat(imported(request).path("clients").path("unchanged").asInt()).isEqualTo(1);

        delete(made);
        assertThat(imported(request).path("clients").path("created").asInt()).isEqualTo(1);

        assertThat(chat(made).status()).isEqualTo(200);
        JsonNode again = gateway().adminGet("/clients").json().path(0);
        assertThat(again.path("budget_day_usd").decimalValue()).isEqualByComparingTo("2.5");
        assertThat(again.path("models").path(0).asText()).isEqualTo("m");
        assertThat(again.path("strict_translation").asBoolean()).isTrue();
        assertThat(again.path("heartbeat").asText()).isEqualTo("chunk");
        assertThat(again.path("hint")).isEqualTo(made.path("hint"));
    }

    private JsonNode imported(String request) {
        Reply imported = gateway().admin("POST", "/import", request);
        assertThat(imported.status()).as(imported.toString()).isEqualTo(200);
        return imported.json();
    }

    @Test
    void aLimitIsToldAsOpenAiTellsIt() {
        provider("p", "m", "n");
        JsonNode made = client("'name':'" + ann + "','rpm_limit':1");
        chat(made);

        Reply refused = chat(made);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error().path("code").asText()).isEqualTo("rate_limit_exceeded");
        assertThat(refused.header("x-ratelimit-limit-requests")).isEqualTo("1");
        assertThat(refused.header("x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(refused.header("x-ratelimit-reset-requests")).matches("\\d+\\.\\d{3}s");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);

        gateway().admin("PUT", "/clients/" + made.path("id").asText(), "{\"rpm_limit\":null}");
        assertThat(chat(made).status()).isEqualTo(200);
    }

    @Test
    void aThousandAtOnceGetSixtyOfSixty() {
        StubUpstream stub = provider("p", "m", "n");
        JsonNode made = client("'name':'" + ann + "','rpm_limit':60");

        long begun = System.nanoTime();
        List<Integer> answers = together(1_000, 100, made);
        // one, unless the machine is so slow that places come free meanwhile
        long minutes = 1 + Duration.ofNanos(System.nanoTime() - begun).toMinutes();

        long granted = answers.stream().filter(status -> status == 200).count();
        assertThat(answers).hasSize(1_000).containsOnly(200, 429);
        assertThat(granted).isBetween(60L, 60 * minutes);
        assertThat(stub.count()).isEqualTo((int) granted);
    }

    @Test
    void aBudgetForTenIsNotOverspentByAHundredAtOnce() {
        // the request's own bound: 5 tokens of answer, and its bytes by four
        priced(30, 5);
        JsonNode made = client("'name':'" + ann + "','budget_day_usd':0.35");

        List<Integer> answers = together(100, 100, made);

        long served = answers.stream().filter(status -> status == 200).count();
        assertThat(answers.stream().filter(status -> status == 429).count()).isEqualTo(100 - served);
        BigDecimal spent = view(made).path("used").path("day_usd").decimalValue();
        assertThat(spent).isEqualByComparingTo(BigDecimal.valueOf(served).multiply(new BigDecimal("0.035")));
        // real costs may exceed what was reserved for those that ran at the same time, and by no more
        BigDecimal reserved = BigDecimal.valueOf((body().length() + 3) / 4 + 5L).movePointLeft(3);
        BigDecimal over = new BigDecimal("0.035").subtract(reserved).max(BigDecimal.ZERO);
        assertThat(spent).isLessThanOrEqualTo(new BigDecimal("0.35").add(over.multiply(BigDecimal.valueOf(served))));
        assertThat(served).isBetween(5L, 12L);
        Reply broke = post(made);
        assertThat(broke.status()).isEqualTo(429);
        assertThat(broke.error().path("code").asText()).isEqualTo("insufficient_quota");
        assertThat(broke.header("x-should-retry")).isEqualTo("false");
    }

    private static String body() {
        return "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(50)
                + "\"}]}";
    }

    private Reply post(JsonNode client) {
        return gateway().post("/v1/chat/completions", body(), with(client));
    }

    private List<Integer> together(int requests, int threads, JsonNode client) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                answers.add(pool.submit(() -> post(client).status()));
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> answer : answers) {
                statuses.add(answer.get());
            }
            return statuses;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            pool.shutdownNow();
        }
    }
}
