package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.pool.PoolRules;
import sidecar.pool.SomeProvider;
import sidecar.provider.ModelRules;
import sidecar.provider.Provider;
import sidecar.upstream.Upstream;

/** Whole exchanges that wait, are paced, go elsewhere, or return to where they were. */
class WaitingTest {

    private static final String OK = "{\"model\":\"n\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"}}]}";
    private static final String BUSY = "{\"error\":\"ResourceExhausted: Worker local total request limit reached\"}";

    private final FlowStage stage = new FlowStage();

    private void of(SomeProvider... providers) {
        stage.providers(List.of(providers));
    }

    private static SomeProvider key(String name) {
        return SomeProvider.named(name).maps("m", "n");
    }

    private String at(String guest) {
        return stage.at(guest).map(Provider::name).orElse("nobody");
    }

    private void seconds(double seconds) {
        stage.time.advance(Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    // the gap

    @Test
    void theGapIsSleptOnTheChosenProviderAndSendsNobodyElsewhere() {
        stage.gap = Duration.ofMillis(25);
        of(key("p1"), key("p2"), key("f1").fallback());
        List<String> names = IntStream.range(0, 40).mapToObj(i -> "g" + i).toList();

        names.forEach(name -> stage.asks(name, "m"));
        assertThat(stage.upstream.calls).as("the first goes at once").hasSize(1);
        for (int sent = 2; sent <= 40; sent++) {
            stage.time.advance(Duration.ofMillis(25).minusNanos(1));
            assertThat(stage.upstream.calls).hasSize(sent - 1);
            stage.time.advance(Duration.ofNanos(1));
            assertThat(stage.upstream.calls).hasSize(sent);
        }

        assertThat(stage.upstream.hosts()).containsOnly("p1.example");
        assertThat(stage.admission.depth()).as("nobody waits in the queue").isZero();
        stage.clean();
    }

    @Test
    void theGapIsNoReasonToRefuseWhoMayNotWait() {
        stage.gap = Duration.ofMillis(25);
        stage.queueTimeout = Duration.ZERO;
        of(key("p1").rpm(2));

        stage.asks("first", "m");
        FlowStage.Guest second = stage.asks("second", "m");
        stage.time.advance(Duration.ofMillis(25));

        assertThat(at("second")).isEqualTo("p1");
        assertThat(second.client.status()).isZero();
        stage.clean();
    }

    @Test
    void whoLeavesDuringTheGapGivesThePlaceBack() {
        stage.gap = Duration.ofMillis(25);
        of(key("p1").rpm(2));
        stage.asks("first", "m");
        stage.asks("second", "m");
        stage.asks("third", "m");
        assertThat(stage.waits("third")).isTrue();

        stage.hangUp("second");
        seconds(0.1);

        assertThat(at("third")).isEqualTo("p1");
        stage.clean();
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 1"})
    void aPlaceIsGivenBackOnlyIfNoByteWasSent(boolean began, int used) {
        of(key("p1"), key("p2"));
        stage.asks("guest", "m");

        stage.answering("guest").fails(Upstream.Cause.CONNECT, began);

        assertThat(stage.pool.standing(stage.provider("p1")).used()).isEqualTo(used);
        assertThat(at("guest")).isEqualTo("p2");
        stage.clean();
    }

    // workers

    @Test
    void whenAModelIsBusyAnotherHostIsAskedFirst() {
        of(
                key("p1").url("https://h.example/v1"),
                key("p2").url("https://h.example/v1"),
                key("p3").url("https://other.example/v1"));
        stage.asks("guest", "m");

        stage.answering("guest").json(503, BUSY).end();

        assertThat(at("guest")).isEqualTo("p3");
        assertThat(stage.pool.standing(stage.provider("p1")).cooldownUntil())
                .as("no key is to blame")
                .isEmpty();
        stage.clean();
    }

    @Test
    void whenEveryHostIsBusyTheExchangeWaitsForAWorkerAndKeepsItsTurn() {
        of(key("p1"));
        IntStream.range(0, 4).forEach(i -> stage.asks("served" + i, "m"));
        seconds(5);
        stage.asks("refused", "m");
        seconds(0.01);
        stage.answering("refused").json(503, BUSY).end();
        stage.asks("later", "m");
        assertThat(stage.waits("refused")).isTrue();
        assertThat(stage.waits("later")).isTrue();
        seconds(2);
        assertThat(stage.waits("refused")).as("the pause is over, but there is no slot").isTrue();

        stage.answering("served0").json(200, OK).end();

        assertThat(at("refused")).isEqualTo("p1");
        assertThat(stage.waits("later")).isTrue();
        stage.clean();
    }

    @Test
    void aBusyModelIsNotAskedAgainWithinHalfASecondThatDoubles() {
        of(key("p1"));
        stage.asks("guest", "m");
        double pause = 0.5;
        for (int time = 0; time < 4; time++) {
            stage.answering("guest").json(429, BUSY).end();
            seconds(pause - 0.001);
            assertThat(at("guest")).isEqualTo("nobody");
            seconds(pause * 0.2 + 0.001);
            assertThat(at("guest")).isEqualTo("p1");
            pause *= 2;
        }
        stage.clean();
    }

    @Test
    void anExchangeMakesTwentyAttemptsAndNoMoreHoweverBusyTheModelIs() {
        of(key("p1"));
        FlowStage.Guest guest = stage.asks("guest", "m");
        int attempts = 0;
        while (guest.client.status() == 0) {
            stage.answering("guest").json(503, BUSY).end();
            attempts++;
            seconds(20);
        }

        assertThat(attempts).isEqualTo(20);
        assertThat(guest.client.status()).isEqualTo(503);
        stage.clean();
    }

    // other models

    @Test
    void anAliasIsServedAsItsModelAndAnsweredAsItself() {
        of(key("p1"));
        stage.rules(new ModelRules("m", List.of("nick"), Optional.empty(), List.of(), false));
        FlowStage.Guest guest = stage.asks("guest", "nick");

        stage.answering("guest").json(200, OK).end();

        assertThat(guest.client.text()).contains("\"model\":\"nick\"");
        assertThat(guest.client.header("X-Sidecar-Model")).isEqualTo("m");
        assertThat(guest.entry().orElseThrow().model()).isEqualTo("m");
        stage.clean();
    }

    @Test
    void fallbackModelsAreTriedInTheirOrderByWhateverNameTheyWereGiven() {
        of(key("p1"), SomeProvider.named("p2").maps("m2", "n2"), SomeProvider.named("p3").maps("m3", "n3"));
        stage.rules(new ModelRules("m2", List.of("second"), Optional.empty(), List.of(), false));
        stage.rules(new ModelRules("m", List.of(), Optional.empty(), List.of("nobody", "second", "m3"), false));
        FlowStage.Guest guest = stage.asks("guest", "m");

        stage.answering("guest").json(401, "{}").end();
        assertThat(at("guest")).isEqualTo("p2");
        stage.answering("guest").json(401, "{}").end();
        assertThat(at("guest")).isEqualTo("p3");
        stage.answering("guest").json(200, OK.replace("\"n\"", "\"n3\"")).end();

        assertThat(guest.client.text()).as("by the name that was asked for").contains("\"model\":\"m\"");
        assertThat(guest.client.header("X-Sidecar-Model")).isEqualTo("m3");
        stage.clean();
    }

    @Test
    void fallbackModelsOfAFallbackModelAreNotTried() {
        of(key("p1"), SomeProvider.named("p3").maps("m3", "n3"));
        stage.rules(new ModelRules("m2", List.of(), Optional.empty(), List.of("m3"), false));
        stage.rules(new ModelRules("m", List.of(), Optional.empty(), List.of("m2"), false));
        FlowStage.Guest guest = stage.asks("guest", "m");

        stage.answering("guest").json(401, "{}").end();

        assertThat(guest.client.status()).isNotZero();
        assertThat(stage.upstream.calls).hasSize(1);
        stage.clean();
    }

    // conversations

    private static String talk(String who, int messages, int length) {
        StringBuilder body = new StringBuilder("{\"model\":\"m\",\"messages\":[");
        for (int i = 0; i < messages; i++) {
            body.append(i > 0 ? "," : "")
                    .append("{\"role\":\"user\",\"content\":\"")
                    .append("x".repeat(length / messages))
                    .append("\"}");
        }
        return body.append("],\"user\":\"I am ").append(who).append("\"}").toString();
    }

    private String talks(String who, int messages, int length) {
        stage.asks(who, "m", talk(who, messages, length));
        String at = at(who);
        stage.answering(who).json(200, OK).end();
        return at;
    }

    private void conversations() {
        stage.affinity = true;
        stage.strategy = PoolRules.Strategy.BALANCED;
    }

    @Test
    void aConversationStaysWithItsProviderWhileOthersAreSpread() {
        conversations();
        of(key("p1"), key("p2"), key("p3"));
        String home = talks("first", 2, 5000);

        List<String> short0 = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            assertThat(talks("again" + i, 2, 5000)).isEqualTo(home);
            short0.add(talks("other" + i, 2, 100));
        }

        assertThat(short0).contains("p2", "p3");
        stage.clean();
    }

    @ParameterizedTest
    @CsvSource({"2, 4200, true", "2, 3900, false", "1, 9000, false"})
    void aConversationHasTwoMessagesOfFourKilobytesTogether(int messages, int length, boolean stays) {
        conversations();
        of(key("p1"), key("p2"));

        String first = talks("first", messages, length);
        String second = talks("second", messages, length);

        assertThat(second.equals(first)).isEqualTo(stays);
        stage.clean();
    }

    @ParameterizedTest
    @CsvSource({"299.999, true", "300, false"})
    void aConversationIsRememberedForFiveMinutes(double pause, boolean stays) {
        conversations();
        of(key("p1"), key("p2"));
        String first = talks("first", 2, 5000);
        seconds(pause - 1);
        talks("other", 2, 100);
        seconds(1);

        // what was asked last is the less attractive one
        boolean same = talks("second", 2, 5000).equals(first);

        assertThat(same || !stays).isTrue();
        if (!stays) {
            assertThat(talks("third", 2, 5000)).isNotBlank();
        }
        stage.clean();
    }

    @Test
    void aConversationLeavesAProviderWhoseMinuteIsNearlyUsed() {
        conversations();
        of(key("p1").rpm(10), key("p2").rpm(10));
        List<String> homes = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            homes.add(talks("talk" + i, 2, 5000));
        }

        assertThat(homes.subList(0, 8)).containsOnly(homes.get(0));
        assertThat(homes.get(8)).isNotEqualTo(homes.get(0));
        stage.clean();
    }

    @Test
    void aConversationNeitherWaitsForItsProviderNorFollowsItIntoTheFallbackPool() {
        conversations();
        of(key("p1").rpm(1), key("f1").fallback());
        assertThat(talks("first", 2, 5000)).isEqualTo("p1");
        assertThat(talks("second", 2, 5000)).as("p1 is full").isEqualTo("f1");

        seconds(61);

        assertThat(talks("third", 2, 5000)).as("a primary is free").isEqualTo("p1");
        stage.clean();
    }

    @Test
    void aConversationLeavesAnIllProvider() {
        conversations();
        of(key("p1"), key("p2"));
        String home = talks("first", 2, 5000);
        stage.asks("ill", "m", talk("ill", 2, 5000));
        assertThat(at("ill")).isEqualTo(home);

        stage.answering("ill").json(500, "{}").end();
        assertThat(at("ill")).isNotEqualTo(home);
        stage.answering("ill").json(200, OK).end();

        assertThat(talks("next", 2, 5000)).isNotEqualTo(home);
        stage.clean();
    }
}
