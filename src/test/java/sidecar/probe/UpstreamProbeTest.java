package sidecar.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.exchange.ExchangeFixture;
import sidecar.exchange.ExchangeServices;
import sidecar.pool.PoolInspector;
import sidecar.pool.SomeProvider;
import sidecar.provider.HealthLevel;
import sidecar.provider.Provider;
import sidecar.provider.ProviderProbe.Result;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusView;
import sidecar.upstream.Header;
import sidecar.upstream.Upstream;

class UpstreamProbeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String CHAT = "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"p\"}}],"
            + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":1}}";

    private final ExchangeFixture fixture = ExchangeFixture.ofOne();
    private final UpstreamProbe probe = probe(fixture.services(), Duration.ofSeconds(30), "Sidecar-probe/test");

    private Provider one() {
        return fixture.provider("p1");
    }

    private ProviderStatusView statusView() {
        return fixture.pool.status(one());
    }

    private Optional<Result> attempt() {
        return done(probe.attempt(one(), "m", PATIENCE));
    }

    private CompletionStage<Optional<Result>> attempting() {
        return probe.attempt(one(), "m", PATIENCE);
    }

    private static <T> T done(CompletionStage<T> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    private static String header(Upstream.Request request, String name) {
        return request.headers().lines().stream()
                .filter(line -> line.is(name))
                .map(Header::value)
                .findFirst()
                .orElse("");
    }

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(fixture.time.pending()).as("timers left").isZero();
        assertThat(PoolInspector.inFlight(fixture.pool, one())).as("leases").isZero();
    }

    // asking for a list

    @ParameterizedTest
    @CsvSource({
        "/v1/models, https://p1.example/v1/models",
        "/v1/models?limit=1, https://p1.example/v1/models?limit=1",
        "/healthz, https://p1.example/healthz",
    })
    void theListIsAskedForAtItsPathUnderOurOwnName(String target, String url) {
        CompletionStage<Result> asked = probe.reach(one(), target, PATIENCE);
        fixture.call().json(200, "{\"data\":[]}").end();

        assertThat(fixture.call().request.method()).isEqualTo("GET");
        assertThat(fixture.call().request.target()).hasToString(url);
        assertThat(header(fixture.call().request, "User-Agent")).isEqualTo("Sidecar-probe/test");
        assertThat(header(fixture.call().request, "Authorization")).startsWith("Bearer sk-p1");
        assertThat(done(asked).ok()).isTrue();
    }

    private static UpstreamProbe probe(ExchangeServices services, Duration patience, String userAgent) {
        return new UpstreamProbe(
                services.pool(), services.upstream(), services.failures(), services.time(), patience, userAgent);
    }

    @Test
    void theListIsWaitedForAsLongAsWanted() {
        CompletionStage<Result> asked = probe.reach(one(), "/v1/models", Duration.ofMillis(1500));

        fixture.time.advance(Duration.ofMillis(1499));
        assertThat(asked.toCompletableFuture()).isNotDone();
        fixture.time.advance(Duration.ofMillis(1));

        assertThat(done(asked)).isEqualTo(new Result(false, 0, 0, "timeout", "no answer within 1.5 s"));
        assertThat(fixture.call().aborts).hasPositiveValue();
    }

    @Test
    void askingForTheListTakesNoPlaceAndTellsThePoolNothing() {
        ProviderStatusView before = statusView();
        CompletionStage<Result> asked = probe.reach(one(), "/v1/models", PATIENCE);
        fixture.call().json(401, "{}").end();

        assertThat(done(asked).failureClass()).isEqualTo("credential");
        assertThat(statusView()).isEqualTo(before);
    }

    // a chat that counts

    @Test
    void aGoodChatTakesAPlaceAndCountsAsASuccess() {
        fixture.upstream.script = (number, call) -> call.json(200, CHAT).end();

        Optional<Result> result = attempt();

        assertThat(result).hasValueSatisfying(r -> assertThat(r.ok()).isTrue());
        assertThat(fixture.call().body()).contains("\"model\":\"n1\"", "\"max_tokens\":1");
        assertThat(statusView().used()).isEqualTo(1);
        assertThat(statusView().lately().successRate()).contains(1.0);
        assertThat(statusView().lately().lastStatus()).isEqualTo(200);
    }

    @Test
    void aChatThatIsRefusedForItsKeyIsAnErrorAndAGoodOneMayStillBeMade() {
        fixture.upstream.script =
                (number, call) -> call.json(number == 1 ? 401 : 200, CHAT).end();

        attempt();
        assertThat(statusView().status()).isEqualTo(ProviderStatus.ERROR);
        assertThat(statusView().reason()).isEqualTo("HTTP 401");

        assertThat(attempt()).hasValueSatisfying(r -> assertThat(r.ok()).isTrue());
    }

    @Test
    void a429CoolsAsLongAsTheUpstreamAsks() {
        CompletionStage<Optional<Result>> asked = attempting();
        fixture.call().sent().head(429, "Retry-After", "45").data("{}").end();

        assertThat(done(asked).orElseThrow().failureClass()).isEqualTo("rate_limited");
        assertThat(Duration.between(
                        fixture.time.instant(), statusView().cooldownUntil().orElseThrow()))
                .isEqualTo(Duration.ofSeconds(45));
    }

    @Test
    void whileItCoolsNothingIsSent() {
        CompletionStage<Optional<Result>> first = attempting();
        fixture.call().json(429, "{}").end();
        done(first);

        assertThat(attempt()).isEmpty();

        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.seconds(30);
        CompletionStage<Optional<Result>> again = attempting();
        fixture.call().json(200, CHAT).end();
        assertThat(done(again)).as("its cooldown is over, and this finds out").isPresent();
        assertThat(statusView().consecutive429()).isZero();
    }

    @Test
    void whenTheMinuteIsUsedUpNothingIsSent() {
        fixture.useUp("p1");

        assertThat(attempt()).isEmpty();

        assertThat(fixture.upstream.calls).isEmpty();
    }

    @Test
    void fiveLostConnectionsAreAHostThatIsDown() {
        fixture.upstream.script = (number, call) -> call.fails(Upstream.Cause.CONNECT, false);

        for (int i = 0; i < 5; i++) {
            attempt();
        }

        assertThat(statusView().health()).isEqualTo(HealthLevel.DOWN);
        assertThat(statusView().used()).as("nothing was sent").isZero();
    }

    @Test
    void aConnectionThatWasClosedJustThenIsNobodysFault() {
        fixture.upstream.script = (number, call) -> call.fails(Upstream.Cause.STALE, true);

        assertThat(attempt().orElseThrow().ok()).isFalse();

        assertThat(statusView().health()).isEqualTo(HealthLevel.HEALTHY);
        assertThat(statusView().lately().successRate()).isEmpty();
    }

    @Test
    void noAnswerInTimeCountsAgainstTheModel() {
        CompletionStage<Optional<Result>> asked = attempting();
        fixture.call().sent();
        fixture.seconds(10);

        assertThat(done(asked).orElseThrow().failureClass()).isEqualTo("timeout");
        assertThat(statusView().health()).isEqualTo(HealthLevel.DEGRADED);
    }

    @Test
    void a200WithAnErrorInsideIsNoSuccess() {
        CompletionStage<Optional<Result>> asked = attempting();
        fixture.call().json(200, "{\"error\":{\"message\":\"x\"}}").end();

        assertThat(done(asked).orElseThrow().failureClass()).isEqualTo("bad_success");
        assertThat(statusView().health()).isEqualTo(HealthLevel.DEGRADED);
    }

    @Test
    void aChatKeepsItsDistanceToTheRequestBeforeIt() {
        fixture.grantGap = Duration.ofMillis(25);
        fixture.upstream.script = (number, call) -> call.json(200, CHAT).end();
        attempt();

        CompletionStage<Optional<Result>> second = attempting();

        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.time.advance(Duration.ofMillis(25));
        assertThat(fixture.upstream.calls).hasSize(2);
        assertThat(done(second)).isPresent();
    }

    @Test
    void anAnswerLargerThanTheFirstWindowGetsItsCredit() {
        CompletionStage<Result> asked = probe.reach(one(), "/v1/models", PATIENCE);
        fixture.call().json(200, "x".repeat(100_000)).end();

        done(asked);

        assertThat(fixture.call().credited).hasValue(100_000);
    }

    @Test
    void aKeyThatCannotBeReadIsSaidAndNothingIsSent() {
        ExchangeFixture keyless =
                new ExchangeFixture(SomeProvider.named("k").maps("m", "n").withoutKey());
        UpstreamProbe prober = probe(keyless.services(), PATIENCE, "x");

        Result result = done(prober.chat(keyless.provider("k")));

        assertThat(result.failureClass()).isEqualTo("credential");
        assertThat(keyless.upstream.calls).isEmpty();
        assertThat(PoolInspector.inFlight(keyless.pool, keyless.provider("k"))).isZero();
    }
}
