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
    private static ExchangeFixture priced(ClientToken who) {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1").priced("m", "n1", "1", "2", "0"));
        fixture.who = who;
        return fixture;
    }

    @Test
    void oneTooManyIsToldWhatSdksLookAtAndReachesNobody() {
        ExchangeFixture fixture = priced(limited(1, 5_000, ""));
        fixture.clientLimiter.take(fixture.who, new MaxUsage(1_000, BigDecimal.ZERO));

        fixture.plain();

        assertThat(fixture.client.status()).isEqualTo(429);
        assertThat(fixture.client.text()).contains("\"code\":\"rate_limit_exceeded\"", "rpm_limit", "'ann'");
        assertThat(fixture.client.header("x-ratelimit-limit-requests")).isEqualTo("1");
        assertThat(fixture.client.header("x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(fixture.client.header("x-ratelimit-reset-requests")).isEqualTo("60.000s");
        assertThat(fixture.client.header("x-ratelimit-remaining-tokens")).isEqualTo("4000");
        assertThat(fixture.client.header("Retry-After")).isEqualTo("60");
        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.over("rate_limit_exceeded").attempts()).isEmpty();
    }

    @Test
    void anEmptyBudgetIsNothingThatARetryMends() {
        ExchangeFixture fixture = priced(limited(0, 0, "100"));

        fixture.plain();

        assertThat(fixture.client.status()).isEqualTo(429);
        assertThat(fixture.client.text()).contains("insufficient_quota", "100 USD a day", "budget_day_usd");
        assertThat(fixture.client.header("x-should-retry")).isEqualTo("false");
        assertThat(fixture.client.header("Retry-After")).isEmpty();
        fixture.over("insufficient_quota");
    }

    @Test
    void whatIsReservedMakesRoomForWhatWasUsed() {
        ExchangeFixture fixture = priced(limited(10, 100_000, "10000"));
        fixture.plain();
        // 4,096 tokens of answer at 2 USD each, and a prompt of a quarter of its bytes
        assertThat(fixture.clientLimiter.usage(fixture.who).reserved())
                .isEqualByComparingTo(BigDecimal.valueOf(2 * 4_096 + (ExchangeFixture.PLAIN.length() + 3) / 4));

        fixture.call().json(200, ANSWER).end();

        LedgerEntry entry = fixture.over("ok");
        ClientUsageView usage = fixture.clientLimiter.usage(fixture.who);
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
        ExchangeFixture fixture = priced(limited(0, 0, "1000000"));
        String body = "{\"model\":\"m\",\"messages\":[]," + bound + "}";

        fixture.post(ExchangeFixture.CHAT, body);

        assertThat(fixture.clientLimiter.usage(fixture.who).reserved())
                .isEqualByComparingTo(BigDecimal.valueOf(usd + (body.length() + 3) / 4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"1e18 | 3", "1e400 | 3", "3 | 1e18", "-5 | 3", "3 | -1e18", "999999999 | 3", "3 | 999999999"})
    void anUpstreamsAbsurdFiguresAreNeitherBookedNorHeldAgainstAnybody(String prompt, String completion) {
        ExchangeFixture fixture = priced(limited(0, 0, ""));
        long words = (ExchangeFixture.PLAIN.length() + 3L) / 4;

        fixture.plain()
                .call()
                .json(
                        200,
                        "{\"model\":\"n1\",\"choices\":[{\"message\":{\"content\":\"hello\"}}],\"usage\":{\"prompt_tokens\":"
                                + prompt + ",\"completion_tokens\":" + completion + "}}")
                .end();

        Bill bill = fixture.over("ok").bill().orElseThrow();
        assertThat(bill.certainty()).isEqualTo(Bill.Certainty.ESTIMATED);
        assertThat(bill.usage().prompt()).isEqualTo(words);
        assertThat(bill.usage().completion()).isEqualTo(2);
        assertThat(fixture.clientLimiter.usage(fixture.who).day())
                .isEqualByComparingTo(BigDecimal.valueOf(words + 2 * 2));
    }

    @Test
    void whatComesFromTheCacheIsAtMostThePrompt() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1").priced("m", "n1", "1", "2", "0.1"));
        fixture.who = limited(0, 0, "");

        fixture.plain()
                .call()
                .json(
                        200,
                        "{\"model\":\"n1\",\"choices\":[{\"message\":{\"content\":\"hi\"}}],\"usage\":{\"prompt_tokens\":10,"
                                + "\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":1000000}}}")
                .end();

        Bill bill = fixture.over("ok").bill().orElseThrow();
        assertThat(bill.usage().cached()).isEqualTo(10);
        assertThat(bill.cost()).isEqualByComparingTo("7");
    }

    @Test
    void theReservationIsAtTheHighestPricesOfAllWhoMayServe() {
        ExchangeFixture fixture = new ExchangeFixture(
                SomeProvider.named("cheap").priced("m", "n1", "1", "2", "0"),
                SomeProvider.named("input").priced("m", "n2", "5", "2", "0"),
                SomeProvider.named("output").priced("m", "n3", "1", "7", "0"),
                SomeProvider.named("cache").priced("m", "n4", "1", "2", "6"),
                SomeProvider.named("other").priced("other", "n5", "100", "100", "100"));
        fixture.who = limited(0, 0, "1000000");

        fixture.plain();

        assertThat(fixture.clientLimiter.usage(fixture.who).reserved())
                .isEqualByComparingTo(BigDecimal.valueOf(7 * 4_096 + 6L * ((ExchangeFixture.PLAIN.length() + 3) / 4)));
    }

    @Test
    void whoeverIsRefusedByEverybodyElseHasNotUsedAnything() {
        ExchangeFixture fixture = priced(limited(1, 0, "10000")).impatient();
        fixture.useUp("p1");

        fixture.plain();

        assertThat(fixture.client.status()).isEqualTo(503);
        assertThat(fixture.clientLimiter.usage(fixture.who).requests()).isZero();
        assertThat(fixture.clientLimiter.usage(fixture.who).day()).isEqualByComparingTo("0");
    }

    @Test
    void aClientThatLeavesGivesItsPlaceBack() {
        ExchangeFixture fixture = priced(limited(10, 0, "10000"));
        fixture.plain();

        fixture.exchange().disconnected();

        assertThat(fixture.clientLimiter.usage(fixture.who).running()).isZero();
        assertThat(fixture.clientLimiter.usage(fixture.who).reserved()).isEqualByComparingTo("0");
    }

    @ParameterizedTest
    @CsvSource({"client_gone", "deadline_exceeded", "draining"})
    void whatWasSentIsPaidForAlthoughNobodyAwaitsTheAnswer(String outcome) {
        ExchangeFixture fixture = priced(limited(0, 0, "10000"));
        fixture.deadline = Duration.ofMinutes(1);
        fixture.plain().call().sent();

        end(fixture, outcome);

        Bill bill = fixture.over(outcome).bill().orElseThrow();
        long prompt = (ExchangeFixture.PLAIN.length() + 3L) / 4;
        assertThat(bill.certainty()).isEqualTo(Bill.Certainty.PARTIAL);
        assertThat(bill.usage()).isEqualTo(new Usage(prompt, 0, 0, 0, 0));
        assertThat(fixture.clientLimiter.usage(fixture.who).day()).isEqualByComparingTo(BigDecimal.valueOf(prompt));
        assertThat(fixture.clientLimiter.usage(fixture.who).reserved()).isEqualByComparingTo("0");
    }

    private static void end(ExchangeFixture fixture, String outcome) {
        switch (outcome) {
            case "client_gone" -> fixture.exchange().disconnected();
            case "draining" -> fixture.exchange().shutdown();
            default -> fixture.seconds(61);
        }
    }

    @Test
    void anAnswerThatWasHeldBackIsPaidForToo() {
        ExchangeFixture fixture = priced(limited(0, 0, "10000"));
        fixture.plain()
                .call()
                .sent()
                .head(200, "Content-Type", "text/event-stream")
                .data(ExchangeFixture.role("n1"));

        fixture.exchange().disconnected();

        Bill bill = fixture.over("client_gone").bill().orElseThrow();
        assertThat(bill.certainty()).isEqualTo(Bill.Certainty.PARTIAL);
        assertThat(bill.usage().prompt()).isEqualTo((ExchangeFixture.PLAIN.length() + 3) / 4);
    }

    @Test
    void whatWasNotSentOrWasRefusedCostsNothing() {
        ExchangeFixture unsent = priced(limited(0, 0, "10000"));
        unsent.plain();
        unsent.exchange().disconnected();
        assertThat(unsent.over("client_gone").bill()).isEmpty();

        ExchangeFixture refused = priced(limited(0, 0, "10000"));
        refused.plain().call().sent().head(429, "Content-Type", "application/json");
        refused.exchange().disconnected();
        assertThat(refused.over("client_gone").bill()).isEmpty();

        ExchangeFixture failed = priced(limited(0, 0, "10000"));
        failed.plain().call().sent().json(429, "{}").end();
        failed.exchange().disconnected();
        assertThat(failed.over("client_gone").bill()).isEmpty();
    }

    @Test
    void aModelThatIsNotTheClientsDoesNotExistForIt() {
        ExchangeFixture fixture = priced(restricted("other"));

        fixture.plain();

        assertThat(fixture.client.status()).isEqualTo(404);
        assertThat(fixture.client.text()).contains("model_not_found", "may not use it");
        assertThat(fixture.upstream.calls).isEmpty();
        fixture.over("model_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "short-*", "short-2026"})
    void aModelMayBeAllowedByAnAlias(String allowed) {
        ExchangeFixture fixture = priced(restricted(allowed));
        fixture.catalog.publish(new ProviderCatalog(
                fixture.catalog.get().all(),
                Map.of(
                        "m",
                        new ModelSettings(
                                "m",
                                List.of("short", "short-*"),
                                Optional.empty(),
                                List.of(),
                                false,
                                TranslationMode.DEFAULT))));

        fixture.plain().call().json(200, ANSWER).end();

        fixture.over("ok");
    }

    @Test
    void noFallbackModelIsUsedThatTheClientMayNotUse() {
        ExchangeFixture fixture = new ExchangeFixture(
                SomeProvider.named("p1").maps("m", "n1"),
                SomeProvider.named("p2").maps("dear", "n2"));
        fixture.who = restricted("m");
        fixture.catalog.publish(new ProviderCatalog(
                fixture.catalog.get().all(),
                Map.of(
                        "m",
                        new ModelSettings(
                                "m", List.of(), Optional.empty(), List.of("dear"), false, TranslationMode.DEFAULT))));
        fixture.impatient().useUp("p1");

        fixture.plain();

        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.client.status()).isEqualTo(503);
    }

    @Test
    void pinningIsARight() {
        ExchangeFixture fixture = priced(limited(0, 0, ""));
        fixture.pinned = Optional.of("p1");

        fixture.plain();

        assertThat(fixture.client.status()).isEqualTo(403);
        assertThat(fixture.client.text()).contains("pin_not_allowed", "may_pin");
        fixture.over("pin_not_allowed");
    }

    @Test
    void aClientOfCertainModelsMayReadButNotPostWithoutNamingOne() {
        ExchangeFixture fixture = priced(restricted("m"));

        fixture.post("/v1/batches", "{\"input_file_id\":\"file-1\"}");

        assertThat(fixture.client.status()).isEqualTo(403);
        assertThat(fixture.client.text()).contains("model_required");
    }
}
