package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.DONE;
import static sidecar.exchange.ExchangeFixture.delta;
import static sidecar.exchange.ExchangeFixture.stop;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.pool.SomeProvider;
import sidecar.protocol.ApiPath;

/** Whole exchanges: client, upstream and time are played, everything between them is real. Upstreams that say nothing, and the deadline. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeSilenceTest {

    @Test
    void noHeadInTimeGoesToTheNextProviderAndAbortsTheCall() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").timeout(Duration.ofSeconds(5)).maps("m", "n1"),
                        SomeProvider.named("p2").maps("m", "n2"))
                .plain();

        fixture.time.advance(Duration.ofMillis(4999));
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.time.advance(Duration.ofMillis(1));

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.upstream.call(0).aborts).hasPositiveValue();
        assertThat(fixture.failures).containsExactly("p1 timeout");
    }

    @Test
    void anUpstreamThatNeverTakesTheWholeRequestIsGivenUpLikeOneThatDoesNotAnswer() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").timeout(Duration.ofSeconds(5)).maps("m", "n1"),
                        SomeProvider.named("p2").timeout(Duration.ofSeconds(5)).maps("m", "n2"),
                        SomeProvider.named("p3").timeout(Duration.ofSeconds(5)).maps("m", "n3"))
                .plain();

        fixture.seconds(10);

        assertThat(fixture.upstream.hosts())
                .as("nothing can have been billed, so one more than after a request that was sent")
                .containsExactly("p1.example", "p2.example", "p3.example");
        assertThat(fixture.upstream.call(0).aborts).hasPositiveValue();
        assertThat(fixture.failures).containsExactly("p1 timeout", "p2 timeout");
    }

    @Test
    void aPlainBodyOfOneByteAMinuteIsBoundedByTheDeadline() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        fixture.call().json(200, "{");

        for (int i = 0; i < 9; i++) {
            fixture.seconds(60);
            fixture.call().data(" ");
        }
        fixture.notOver();
        fixture.seconds(60);

        assertThat(fixture.client.status()).isEqualTo(504);
        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("deadline_exceeded");
    }

    @Test
    void aClientThatTakesNothingKeepsItsUpstreamNoLongerThanAStreamMayLast() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.client.slow();
        fixture.call().stream().data(delta("n1", "a"));

        fixture.seconds(1799);
        fixture.notOver();
        fixture.seconds(1);

        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("truncated");
    }

    @Test
    void aHeadWithoutContentIsBoundedByTheFirstTokenTimeoutHoweverManyCommentsCome() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();
        fixture.call().stream();

        for (int i = 0; i < 35; i++) {
            fixture.seconds(5);
            fixture.call().data(": alive\n");
        }
        fixture.seconds(4);
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.seconds(1);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.upstream.call(0).aborts).hasPositiveValue();
        assertThat(fixture.failures).containsExactly("p1 timeout");
    }

    @Test
    void anInjectedAttemptThatHitsTheFirstTokenTimeoutIsRememberedOnceTheUntouchedOneSucceeded() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();

        fixture.call().stream();
        fixture.seconds(180);
        assertThat(fixture.usageBlocklist.allows(fixture.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isTrue();
        fixture.call().stream().data(delta("n1", "a") + stop("n1") + DONE).end();

        assertThat(fixture.usageBlocklist.allows(fixture.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isFalse();
        fixture.seconds(24 * 3600);
        assertThat(fixture.usageBlocklist.allows(fixture.provider("p1").id(), "m", ApiPath.PathKind.CHAT))
                .isTrue();
    }

    @Test
    void theOnlyProviderIsAskedUntouchedAfterAnInjectedAttemptHung() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();

        fixture.call().stream();
        fixture.seconds(180);

        assertThat(fixture.upstream.calls).hasSize(2);
        assertThat(fixture.upstream.call(0).body()).contains("include_usage");
        assertThat(fixture.upstream.call(1).body()).doesNotContain("include_usage");
    }

    @Test
    void aFallbackIsAskedBeforeAnInjectedAttemptThatHungIsRepeated() {
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").maps("m", "n1"),
                        SomeProvider.named("p2").maps("m", "n2").fallback())
                .stream();

        fixture.call().stream();
        fixture.seconds(180);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }

    @Test
    void aClientThatLeavesAfterTheLastWordHasItsWholeAnswer() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().stream().data(delta("n1", "a") + "data: [DONE]\n\n");

        fixture.exchange().disconnected();

        fixture.over("ok");
    }

    @Test
    void aSilentPlainBodyIsAFailedAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call().json(200, "{");
        fixture.seconds(119);
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.seconds(1);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(fixture.failures).containsExactly("p1 timeout");
    }

    @Test
    void everyByteOfAStreamBeginsTheIdleTimeAnew() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().stream().data(delta("n1", "a"));

        for (int i = 0; i < 10; i++) {
            fixture.seconds(119);
            fixture.call().data(delta("n1", "b"));
        }

        fixture.notOver();
        fixture.seconds(120);
        fixture.over("truncated");
    }

    @Test
    void aSlowClientIsNotMistakenForASilentUpstream() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.client.slow();
        fixture.call().stream().data(delta("n1", "a"));

        fixture.seconds(600);
        fixture.notOver();
        fixture.client.take();
        fixture.seconds(119);
        fixture.notOver();

        fixture.call().data(stop("n1") + DONE).end();
        fixture.over("ok");
    }

    @Test
    void aStreamMayNotLastForEver() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().stream();

        for (int i = 0; i < 1799; i++) {
            fixture.call().data(delta("n1", "x"));
            fixture.seconds(1);
        }
        fixture.notOver();
        fixture.seconds(1);

        assertThat(fixture.client.text()).contains("\"error\"").doesNotContain("[DONE]");
        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("truncated");
    }

    @ParameterizedTest
    @ValueSource(longs = {600, 3})
    void theDeadlineIs504BeforeTheFirstByte(long seconds) {
        ExchangeFixture fixture = new ExchangeFixture(
                SomeProvider.named("p1").timeout(Duration.ofHours(1)).maps("m", "n1"));
        fixture.deadline = Duration.ofSeconds(seconds);

        fixture.plain();
        fixture.call().sent();
        fixture.time.advance(Duration.ofSeconds(seconds).minusMillis(1));
        fixture.notOver();
        fixture.time.advance(Duration.ofMillis(1));

        assertThat(fixture.client.status()).isEqualTo(504);
        assertThat(fixture.client.text()).contains("\"code\":\"deadline_exceeded\"");
        assertThat(fixture.client.header("x-should-retry")).isEqualTo("false");
        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("deadline_exceeded");
    }

    @Test
    void theDeadlineAlsoEndsAPause() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.deadline = Duration.ofMillis(200);

        fixture.plain();
        fixture.call().json(500, "{}").end();
        fixture.seconds(1);

        assertThat(fixture.client.status()).isEqualTo(504);
        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.over("deadline_exceeded");
    }

    @Test
    void theDeadlineDoesNotTouchARelayUnderWay() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.deadline = Duration.ofSeconds(3);
        fixture.stream();
        fixture.call().stream().data(delta("n1", "x"));

        fixture.seconds(60);
        fixture.notOver();

        fixture.call().data(stop("n1") + DONE).end();
        fixture.over("ok");
    }
}
