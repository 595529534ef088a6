package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.client.ClientLimiter.ClientUsageView;
import sidecar.client.ClientLimiter.MaxUsage;
import sidecar.client.ClientLimits;
import sidecar.client.ClientToken;
import sidecar.client.Clients;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.Usage;
import sidecar.pool.SomeProvider;
import sidecar.provider.ModelSettings;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;

/** A client's rights and limits, over the life of an exchange. */
class ClientAuthorizationTest {

    private static final String ANSWER =
            "{\"model\":\"n1\",\"choices\":[{\"message\":{\"content\":\"hi\"}}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}";

    private static ClientToken limited(int rpm, int tpm, String day) {
        return Clients.of(
                "ann",
                new ClientLimits(
                        rpm == 0 ? OptionalInt.empty() : OptionalInt.of(rpm),
                        tpm == 0 ? OptionalInt.empty() : OptionalInt.of(tpm),
                        OptionalInt.empty(),
                        Optional.of(day).filter(usd -> !usd.isEmpty()).map(BigDecimal::new),
                        Optional.empty()),
                List.of(),
                false);
    }

    private static ClientToken restricted(String... models) {
        return Clients.of("ann", ClientLimits.NONE, List.of(models), false);
    }

    /** A dollar per token in, two per token out: figures that are easily seen. */
    private static Scene priced(ClientToken who) {
        Scene scene = new Scene(SomeProvider.named("p1").priced("m", "n1", "1", "2", "0"));
        scene.who = who;
        return scene;
    }

    @Test
    void oneTooManyIsToldWhatSdksLookAtAndReachesNobody() {
        Scene scene = priced(limited(1, 5_000, ""));
        scene.clientLimiter.take(scene.who, new MaxUsage(1_000, BigDecimal.ZERO));

        scene.plain();

        assertThat(scene.client.status()).isEqualTo(429);
        assertThat(scene.client.text()).contains("\"code\":\"rate_limit_exceeded\"", "rpm_limit", "'ann'");
        assertThat(scene.client.header("x-ratelimit-limit-requests")).isEqualTo("1");
        assertThat(scene.client.header("x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(scene.client.header("x-ratelimit-reset-requests")).isEqualTo("60.000s");
        assertThat(scene.client.header("x-ratelimit-remaining-tokens")).isEqualTo("4000");
        assertThat(scene.client.header("Retry-After")).isEqualTo("60");
        assertThat(scene.upstream.calls).isEmpty();
        assertThat(scene.over("rate_limit_exceeded").attempts()).isEmpty();
    }

    @Test
    void anEmptyBudgetIsNothingThatARetryMends() {
        Scene scene = priced(limited(0, 0, "100"));

        scene.plain();

        assertThat(scene.client.status()).isEqualTo(429);
        assertThat(scene.client.text()).contains("insufficient_quota", "100 USD a day", "budget_day_usd");
        assertThat(scene.client.header("x-should-retry")).isEqualTo("false");
        assertThat(scene.client.header("Retry-After")).isEmpty();
        scene.over("insufficient_quota");
    }

    @Test
    void whatIsReservedMakesRoomForWhatWasUsed() {
        Scene scene = priced(limited(10, 100_000, "10000"));
        scene.plain();
        // 4,096 tokens of answer at 2 USD each, and a prompt of a quarter of its bytes
        assertThat(scene.clientLimiter.usage(scene.who).reserved())
                .isEqualByComparingTo(BigDecimal.valueOf(2 * 4_096 + (Scene.PLAIN.length() + 3) / 4));

        scene.call().json(200, ANSWER).end();

        LedgerEntry entry = scene.over("ok");
        ClientUsageView usage = scene.clientLimiter.usage(scene.who);
        assertThat(usage.reserved()).isEqualByComparingTo("0");
        assertThat(usage.day())
                .isEqualByComparingTo("13")
                .isEqualByComparingTo(entry.bill().orElseThrow().cost());
        assertThat(usage.tokens()).isEqualTo(10);
        assertThat(usage.running()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "'\"max_tokens\":5', 10",
        "'\"max_tokens\":5,\"max_completion_tokens\":7', 14",
        "'\"max_output_tokens\":5,\"n\":3', 30",
        "'\"max_tokens\":999999', 131072",
        "'\"n\":2', 16384",
        "'\"max_tokens\":999999,\"n\":2', 262144"
    })
    void theReservationKnowsTheBoundOfTheAnswer(String bound, long usd) {
        Scene scene = priced(limited(0, 0, "1000000"));
        String body = "{\"model\":\"m\",\"messages\":[]," + bound + "}";

        scene.post(Scene.CHAT, body);

        assertThat(scene.clientLimiter.usage(scene.who).reserved())
                .isEqualByComparingTo(BigDecimal.valueOf(usd + (body.length() + 3) / 4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"1e18 | 3", "1e400 | 3", "3 | 1e18", "-5 | 3", "3 | -1e18", "999999999 | 3", "3 | 999999999"})
    void anUpstreamsAbsurdFiguresAreNeitherBookedNorHeldAgainstAnybody(String prompt, String completion) {
        Scene scene = priced(limited(0, 0, ""));
        long words = (Scene.PLAIN.length() + 3L) / 4;

        scene.plain()
                .call()
                .json(
                        200,
                        "{\"model\":\"n1\",\"choices\":[{\"message\":{\"content\":\"hello\"}}],\"usage\":{\"prompt_tokens\":"
                                + prompt + ",\"completion_tokens\":" + completion + "}}")
                .end();

        Bill bill = scene.over("ok").bill().orElseThrow();
        assertThat(bill.certainty()).isEqualTo(Bill.Certainty.ESTIMATED);
        assertThat(bill.usage().prompt()).isEqualTo(words);
        assertThat(bill.usage().completion()).isEqualTo(2);
        assertThat(scene.clientLimiter.usage(scene.who).day()).isEqualByComparingTo(BigDecimal.valueOf(words + 2 * 2));
    }

    @Test
    void whatComesFromTheCacheIsAtMostThePrompt() {
        Scene scene = new Scene(SomeProvider.named("p1").priced("m", "n1", "1", "2", "0.1"));
        scene.who = limited(0, 0, "");

        scene.plain()
                .call()
                .json(
                        200,
                        "{\"model\":\"n1\",\"choices\":[{\"message\":{\"content\":\"hi\"}}],\"usage\":{\"prompt_tokens\":10,"
                                + "\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":1000000}}}")
                .end();

        Bill bill = scene.over("ok").bill().orElseThrow();
        assertThat(bill.usage().cached()).isEqualTo(10);
        assertThat(bill.cost()).isEqualByComparingTo("7");
    }

    @Test
    void theReservationIsAtTheHighestPricesOfAllWhoMayServe() {
        Scene scene = new Scene(
                SomeProvider.named("cheap").priced("m", "n1", "1", "2", "0"),
                SomeProvider.named("input").priced("m", "n2", "5", "2", "0"),
                SomeProvider.named("output").priced("m", "n3", "1", "7", "0"),
                SomeProvider.named("cache").priced("m", "n4", "1", "2", "6"),
                SomeProvider.named("other").priced("other", "n5", "100", "100", "100"));
        scene.who = limited(0, 0, "1000000");

        scene.plain();

        assertThat(scene.clientLimiter.usage(scene.who).reserved())
                .isEqualByComparingTo(BigDecimal.valueOf(7 * 4_096 + 6L * ((Scene.PLAIN.length() + 3) / 4)));
    }

    @Test
    void whoeverIsRefusedByEverybodyElseHasNotUsedAnything() {
        Scene scene = priced(limited(1, 0, "10000")).impatient();
        scene.useUp("p1");

        scene.plain();

        assertThat(scene.client.status()).isEqualTo(503);
        assertThat(scene.clientLimiter.usage(scene.who).requests()).isZero();
        assertThat(scene.clientLimiter.usage(scene.who).day()).isEqualByComparingTo("0");
    }

    @Test
    void aClientThatLeavesGivesItsPlaceBack() {
        Scene scene = priced(limited(10, 0, "10000"));
        scene.plain();

        scene.exchange().disconnected();

        assertThat(scene.clientLimiter.usage(scene.who).running()).isZero();
        assertThat(scene.clientLimiter.usage(scene.who).reserved()).isEqualByComparingTo("0");
    }

    @ParameterizedTest
    @CsvSource({"client_gone", "deadline_exceeded", "draining"})
    void whatWasSentIsPaidForAlthoughNobodyAwaitsTheAnswer(String outcome) {
        Scene scene = priced(limited(0, 0, "10000"));
        scene.deadline = Duration.ofMinutes(1);
        scene.plain().call().sent();

        end(scene, outcome);

        Bill bill = scene.over(outcome).bill().orElseThrow();
        long prompt = (Scene.PLAIN.length() + 3L) / 4;
        assertThat(bill.certainty()).isEqualTo(Bill.Certainty.PARTIAL);
        assertThat(bill.usage()).isEqualTo(new Usage(prompt, 0, 0, 0, 0));
        assertThat(scene.clientLimiter.usage(scene.who).day()).isEqualByComparingTo(BigDecimal.valueOf(prompt));
        assertThat(scene.clientLimiter.usage(scene.who).reserved()).isEqualByComparingTo("0");
    }

    private static void end(Scene scene, String outcome) {
        switch (outcome) {
            case "client_gone" -> scene.exchange().disconnected();
            case "draining" -> scene.exchange().shutdown();
            default -> scene.seconds(61);
        }
    }

    @Test
    void anAnswerThatWasHeldBackIsPaidForToo() {
        Scene scene = priced(limited(0, 0, "10000"));
        scene.plain()
                .call()
                .sent()
                .head(200, "Content-Type", "text/event-stream")
                .data(Scene.role("n1"));

        scene.exchange().disconnected();

        Bill bill = scene.over("client_gone").bill().orElseThrow();
        assertThat(bill.certainty()).isEqualTo(Bill.Certainty.PARTIAL);
        assertThat(bill.usage().prompt()).isEqualTo((Scene.PLAIN.length() + 3) / 4);
    }

    @Test
    void whatWasNotSentOrWasRefusedCostsNothing() {
        Scene unsent = priced(limited(0, 0, "10000"));
        unsent.plain();
        unsent.exchange().disconnected();
        assertThat(unsent.over("client_gone").bill()).isEmpty();

        Scene refused = priced(limited(0, 0, "10000"));
        refused.plain().call().sent().head(429, "Content-Type", "application/json");
        refused.exchange().disconnected();
        assertThat(refused.over("client_gone").bill()).isEmpty();

        Scene failed = priced(limited(0, 0, "10000"));
        failed.plain().call().sent().json(429, "{}").end();
        failed.exchange().disconnected();
        assertThat(failed.over("client_gone").bill()).isEmpty();
    }

    @Test
    void aModelThatIsNotTheClientsDoesNotExistForIt() {
        Scene scene = priced(restricted("other"));

        scene.plain();

        assertThat(scene.client.status()).isEqualTo(404);
        assertThat(scene.client.text()).contains("model_not_found", "may not use it");
        assertThat(scene.upstream.calls).isEmpty();
        scene.over("model_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "short-*", "short-2026"})
    void aModelMayBeAllowedByAnAlias(String allowed) {
        Scene scene = priced(restricted(allowed));
        scene.catalog.publish(new ProviderCatalog(
                scene.catalog.get().all(),
                Map.of(
                        "m",
                        new ModelSettings(
                                "m",
                                List.of("short", "short-*"),
                                Optional.empty(),
                                List.of(),
                                false,
                                TranslationMode.DEFAULT))));

        scene.plain().call().json(200, ANSWER).end();

        scene.over("ok");
    }

    @Test
    void noFallbackModelIsUsedThatTheClientMayNotUse() {
        Scene scene = new Scene(
                SomeProvider.named("p1").maps("m", "n1"),
                SomeProvider.named("p2").maps("dear", "n2"));
        scene.who = restricted("m");
        scene.catalog.publish(new ProviderCatalog(
                scene.catalog.get().all(),
                Map.of(
                        "m",
                        new ModelSettings(
                                "m", List.of(), Optional.empty(), List.of("dear"), false, TranslationMode.DEFAULT))));
        scene.impatient().useUp("p1");

        scene.plain();

        assertThat(scene.upstream.calls).isEmpty();
        assertThat(scene.client.status()).isEqualTo(503);
    }

    @Test
    void pinningIsARight() {
        Scene scene = priced(limited(0, 0, ""));
        scene.pinned = Optional.of("p1");

        scene.plain();

        assertThat(scene.client.status()).isEqualTo(403);
        assertThat(scene.client.text()).contains("pin_not_allowed", "may_pin");
        scene.over("pin_not_allowed");
    }

    @Test
    void aClientOfCertainModelsMayReadButNotPostWithoutNamingOne() {
        Scene scene = priced(restricted("m"));

        scene.post("/v1/batches", "{\"input_file_id\":\"file-1\"}");

        assertThat(scene.client.status()).isEqualTo(403);
        assertThat(scene.client.text()).contains("model_required");
    }
}
