package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.ANSWER;
import static sidecar.exchange.ExchangeFixture.CHAT;
import static sidecar.exchange.ExchangeFixture.PLAIN;
import static sidecar.exchange.ExchangeFixture.STREAM;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureClassifier;
import sidecar.failure.FailureRule;
import sidecar.failure.LabelGlob;
import sidecar.ledger.LedgerEntry;
import sidecar.pool.SomeProvider;
import sidecar.provider.ProviderStatus;
import sidecar.upstream.Upstream;

/** Whole exchanges: client, upstream and time are played, everything between them is real. What fails before the first relayed byte goes to another provider, or is told to the client. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeRetryTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "429 | {'title':'Too Many Requests'} | rate_limited",
                "429 | {'detail':'ResourceExhausted: Worker local total request limit reached (71/32)'} | model_busy",
                "502 | ResourceExhausted | model_busy",
                "503 | ResourceExhausted: All workers are busy, please retry later | model_busy",
                "401 | {} | credential",
                "402 | {} | credential",
                "403 | {} | refused",
                "403 | {'error':{'message':'Your account is suspended'}} | credential",
                "402 | {'error':{'message':'You can only afford 1200'}} | refused",
                "404 | {'detail':'Function abc: Not found for account x'} | model_missing",
                "410 | gone | model_missing",
                "500 | {} | overloaded",
                "502 | <html> | overloaded",
                "503 | {} | overloaded",
                "504 | {} | overloaded",
                "529 | {} | overloaded",
                "400 | {'detail':'DEGRADED function cannot be invoked'} | overloaded",
                "302 | moved | bad_success",
                "200 | {'error':{'message':'boom'}} | bad_success",
                "200 | ~~ | bad_success"
            })
    void aFailureBeforeTheFirstByteGoesToTheNextProvider(int status, String body, String kind) {
        for (String request : List.of(PLAIN, STREAM)) {
            ExchangeFixture fixture = ExchangeFixture.ofTwo().post(CHAT, request);

            fixture.call()
                    .json(status, body == null ? "" : body.replace('\'', '"'))
                    .end();

            assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
            assertThat(fixture.client.status()).isZero();
            fixture.call().json(200, ANSWER.replace("n1", "n2")).end();
            assertThat(fixture.client.status()).isEqualTo(200);
            assertThat(fixture.client.header("X-Sidecar-Attempts")).isEqualTo("2");
            assertThat(fixture.failures).containsExactly("p1 " + kind);
            assertThat(fixture.over("ok").last().orElseThrow().provider()).isEqualTo("p2");
        }
    }

    @ParameterizedTest
    @CsvSource({"400", "413", "415", "422", "404", "405", "406", "408", "409", "418"})
    void theClientsOwnFaultIsRelayedOnceAsItCame(int status) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();

        fixture.call()
                .sent()
                .head(status, "Content-Type", "application/json", "Retry-After", "3")
                .data("{\"error\":{\"message\":\"no such thing\"}}")
                .end();

        assertThat(fixture.upstream.calls).hasSize(1);
        assertThat(fixture.client.status()).isEqualTo(status);
        assertThat(fixture.client.text()).isEqualTo("{\"error\":{\"message\":\"no such thing\"}}");
        assertThat(fixture.client.header("Retry-After")).isEqualTo("3");
        assertThat(fixture.failures).isEmpty();
        assertThat(fixture.over("client").status()).isEqualTo(status);
        assertThat(fixture.pool.status(fixture.provider("p1")).status()).isEqualTo(ProviderStatus.HEALTHY);
    }

    @Test
    void aRelayedErrorShowsOnlyTheMaskOfTheProvidersSecrets() {
        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1")
                        .maps("m", "n1")
                        .key("sk-abcdef-1234567890")
                        .header("X-Team", "team-secret-4711"))
                .plain();

        fixture.call()
                .json(400, "{\"error\":\"bad key sk-abcdef-1234567890 of team-secret-4711\"}")
                .end();

        assertThat(fixture.client.text())
                .isEqualTo(
                        "{\"error\":{\"message\":\"bad key sk-abc****7890 of team-s****4711\",\"type\":\"invalid_request_error\"}}");
        assertThat(fixture.client.header("Content-Length")).isEqualTo(Integer.toString(fixture.client.size()));
        fixture.over("client");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aBrokenConnectionGoesToTheNextProviderAndBlamesTheHost(boolean began) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().fails(began ? Upstream.Cause.RESET : Upstream.Cause.CONNECT, began);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.failures).containsExactly("p1 network");
    }

    @Test
    void aRequestOfWhichNothingWasSentGivesItsPlaceBack() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").rpm(1).maps("m", "n1")).plain();

        fixture.call().fails(Upstream.Cause.CONNECT, false);
        fixture.seconds(1);

        assertThat(fixture.upstream.calls)
                .as("asked again within the same minute")
                .hasSize(2);
        fixture.call().json(200, ANSWER).end();
        fixture.over("ok");
    }

    @Test
    void aCutPlainBodyIsAFailedAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(200, "{\"id\":\"c\",").fails(Upstream.Cause.TRUNCATED, true);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.client.status()).isZero();
        assertThat(fixture.failures).containsExactly("p1 network");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "429 | {} | 503 | all_cooling | all_cooling | ~~",
                "503 | ResourceExhausted | 503 | all_cooling | model_busy | ~~",
                "401 | {} | 502 | credential | credential | false",
                "302 | {} | 502 | bad_success | bad_success | ~~"
            })
    void afterTheLastAttemptTheOutcomeSaysWhatTheFailuresMeant(
            int upstream, String body, int status, String code, String outcome, String shouldRetry) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.attempts = 2;
        fixture.upstream.script =
                (number, call) -> call.json(upstream, body.replace('\'', '"')).end();

        fixture.plain();
        fixture.seconds(300);

        assertThat(fixture.client.status()).isEqualTo(status);
        assertThat(fixture.client.text()).contains("\"code\":\"" + code + "\"").doesNotContain("n1 does not exist");
        assertThat(fixture.client.header("Content-Type")).isEqualTo("application/json");
        assertThat(fixture.client.header("x-should-retry")).isEqualTo(shouldRetry == null ? "" : shouldRetry);
        assertThat(fixture.over(outcome).status()).isEqualTo(status);
    }

    @Test
    void noAttemptIsMadeBeyondMaxPoolRetries() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.attempts = 3;
        fixture.upstream.script =
                (number, call) -> call.json(500, "secret stack trace").end();

        fixture.plain();
        fixture.seconds(60);

        assertThat(fixture.upstream.calls).hasSize(3);
        assertThat(fixture.client.status()).isEqualTo(502);
        assertThat(fixture.client.text())
                .contains("\"code\":\"overloaded\"", "3 attempts")
                .doesNotContain("secret stack trace");
        LedgerEntry entry = fixture.over("overloaded");
        assertThat(entry.attempts()).hasSize(3);
        assertThat(entry.last().orElseThrow().provider()).isEqualTo("p1");
        assertThat(entry.bill()).isEmpty();
    }

    @Test
    void rateLimitedAttemptsDoNotCountButNeverMoreThanTwentyAreMade() {
        SomeProvider[] many = new SomeProvider[30];
        for (int i = 0; i < many.length; i++) {
            many[i] = SomeProvider.named("p" + i).maps("m", "n");
        }
        ExchangeFixture fixture = new ExchangeFixture(many);
        fixture.attempts = 1;
        fixture.upstream.script = (number, call) -> call.json(429, "{}").end();

        fixture.plain();

        assertThat(fixture.upstream.calls).hasSize(20);
        assertThat(fixture.client.status()).isEqualTo(503);
        fixture.over("rate_limited");
    }

    @Test
    void sixRateLimitedProvidersAreNoReasonToGiveUp() {
        SomeProvider[] many = new SomeProvider[7];
        for (int i = 0; i < many.length; i++) {
            many[i] = SomeProvider.named("p" + i).maps("m", "n1");
        }
        ExchangeFixture fixture = new ExchangeFixture(many);
        fixture.upstream.script = (number, call) ->
                call.json(number <= 6 ? 429 : 200, number <= 6 ? "{}" : ANSWER).end();

        fixture.plain();

        assertThat(fixture.client.status()).isEqualTo(200);
        assertThat(fixture.over("ok").attempts()).hasSize(7);
    }

    @Test
    void theOnlyProviderIsAskedAgainAfterAGrowingPause() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        long begin = fixture.time.nanos();

        fixture.call().json(500, "{}").end();
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.time.advance(Duration.ofMillis(499));
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.time.advance(Duration.ofMillis(102));
        assertThat(fixture.upstream.calls).hasSize(2);

        fixture.call().fails(Upstream.Cause.RESET, true);
        fixture.time.advance(Duration.ofMillis(999));
        assertThat(fixture.upstream.calls).hasSize(2);
        fixture.time.advance(Duration.ofMillis(202));
        assertThat(fixture.upstream.calls).hasSize(3);

        fixture.call().json(200, ANSWER).end();
        assertThat(fixture.over("ok").times().took()).isLessThan(Duration.ofNanos(fixture.time.nanos() - begin + 1));
    }

    @Test
    void aFailedProviderIsAskedAgainAfterThePauseAlsoWhileTheOthersCool() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(500, "{}").end();
        fixture.call().json(429, "{}").end();
        fixture.notOver();
        fixture.seconds(1);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example", "p1.example");
        fixture.call().json(200, ANSWER).end();
        fixture.over("ok");
    }

    @Test
    void aWindowThatIsFullAfterAFailureIsWaitedFor() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").rpm(1).maps("m", "n1")).plain();
        fixture.call().json(500, "{}").end();

        fixture.seconds(60);
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.seconds(1);
        assertThat(fixture.upstream.calls).hasSize(2);
        fixture.call().json(200, "{\"model\":\"n1\",\"choices\":[{}]}").end();

        assertThat(fixture.client.status()).isEqualTo(200);
        fixture.over("ok");
    }

    @Test
    void aWindowThatIsFullAfterAFailureDoesNotHideWhyTheAttemptFailed() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").rpm(1).maps("m", "n1"))
                .impatient()
                .plain();

        fixture.call().json(500, "{}").end();
        fixture.seconds(2);

        assertThat(fixture.upstream.calls).hasSize(1);
        assertThat(fixture.client.status()).isEqualTo(502);
        assertThat(fixture.client.text()).contains("\"code\":\"overloaded\"");
        fixture.over("overloaded");
    }

    @Test
    void afterATimeoutOfAFullySentRequestOneMoreIsMadeAndNoFurther() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").maps("m", "n"),
                        SomeProvider.named("p2").maps("m", "n"),
                        SomeProvider.named("p3").maps("m", "n"))
                .plain();

        fixture.call().sent();
        fixture.seconds(120);
        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        fixture.call().json(500, "{}").end();

        assertThat(fixture.upstream.calls).hasSize(2);
        assertThat(fixture.client.status()).isEqualTo(502);
        fixture.over("overloaded");
    }

    @Test
    void aTimeoutIsNotTriedElsewhereWhenTheOperatorSaysSo() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.retryOnTimeout = false;

        fixture.plain();
        fixture.call().sent();
        fixture.seconds(120);

        assertThat(fixture.upstream.calls).hasSize(1);
        assertThat(fixture.client.status()).isEqualTo(502);
        assertThat(fixture.client.text()).contains("\"code\":\"timeout\"");
        fixture.over("timeout");
    }

    @Test
    void badCredentialsPutTheProviderInErrorAndTheNextExchangeSkipsIt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();
        fixture.call()
                .json(401, "{\"error\":\"invalid key sk-p1-secret-0123456789\"}")
                .end();
        fixture.call().json(200, ANSWER).end();

        assertThat(fixture.pool.status(fixture.provider("p1")).status()).isEqualTo(ProviderStatus.ERROR);
        assertThat(fixture.pool.status(fixture.provider("p1")).reason()).doesNotContain("secret");
        fixture.over("ok");
    }

    @Test
    void retryAfterIsHonoured() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().sent().head(429, "Retry-After", "100").data("{}").end();

        assertThat(fixture.pool.status(fixture.provider("p1")).cooldownUntil())
                .contains(fixture.time.instant().plusSeconds(100));
    }

    @Test
    void aBodysTryAgainInIsHonoured() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(429, "{\"error\":\"Please try again in 2m\"}").end();

        assertThat(fixture.pool.status(fixture.provider("p1")).cooldownUntil())
                .contains(fixture.time.instant().plusSeconds(120));
    }

    @ParameterizedTest
    @CsvSource({"90, 300, 300", "400, 300, 400", "0, 10, 30"})
    void aRulesCooldownAndTheUpstreamsWishAreBothHonoured(int asked, int rule, int cools) {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.failureRules = new FailureClassifier(List.of(new FailureRule(
                429, 429, Optional.empty(), LabelGlob.ANY, FailureClass.RATE_LIMITED, Duration.ofSeconds(rule))));
        fixture.plain();

        fixture.call()
                .sent()
                .head(429, "Retry-After", String.valueOf(asked))
                .data("{}")
                .end();

        assertThat(fixture.pool.status(fixture.provider("p1")).cooldownUntil())
                .contains(fixture.time.instant().plusSeconds(cools));
    }

    @Test
    void rulesCanNameALabel() {
        ExchangeFixture fixture = new ExchangeFixture(
                SomeProvider.named("p1").label("nvidia-1").maps("m", "n1"),
                SomeProvider.named("p2").maps("m", "n2"));
        fixture.failureRules = new FailureClassifier(List.of(new FailureRule(
                400, 400, Optional.empty(), new LabelGlob("nvidia*"), FailureClass.OVERLOADED, Duration.ZERO)));
        fixture.plain();

        fixture.call().json(400, "{}").end();
        fixture.call().json(400, "{}").end();

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        fixture.over("client");
    }
}
