package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/**
 * What a server knows that was started where another one was killed. One server lives through everything that is to be
 * remembered and is killed; every test asks the second one.
 */
class RestartIT {

    private static final Duration WINDOW = Duration.ofSeconds(61);

    @TempDir
    private static Path home;

    private static final Map<String, StubUpstream> STUBS = new HashMap<>();
    private static OwnSidecar sidecar;
    private static Gateway gateway;
    private static JsonNode before;
    private static JsonNode eventsBefore;

    @BeforeAll
    static void aLifeThatIsKilled() {
        sidecar = new OwnSidecar(home, Map.of("SIDECAR_COOLDOWN_BASE", "0.5"));
        start();
        // nobody waits for a cooldown to end
        gateway.set("queue_timeout_seconds", "0");
        gateway.set("cooldown_precheck_threshold_seconds", "0");
        gateway.set("emergency_rpm_fraction", "0");
        rateLimited("cooling", Answers.rateLimited("600"));
        rateLimited("cleared", Answers.rateLimited("600"));
        rateLimited("over", Answers.error(429, "not now", "rate_limit_exceeded"));
        refused("broken");
        refused("repaired");

        // this first: what is written down with the end of the cooldown, a second later at most, holds it then
        gateway.update(id("repaired"), "{\"api_key\":\"sk-a-new-key-000001\"}");
        gateway.admin("POST", "/backends/" + id("cleared") + "/clear-cooldown", "");
        Await.until(() -> events().size() == 3 && ended("cleared") && ended("over"), () -> "the events in " + events());
        gateway.set("queue_timeout_seconds", "240");
        fill();
        before = gateway.providers();
        eventsBefore = events();
        sidecar.server().kill();
        start();
    }

    private static void start() {
        gateway = sidecar.start().gateway();
    }

    private static StubUpstream provider(String name, int rpm) {
        StubUpstream stub = new StubUpstream();
        STUBS.put(name, stub);
        gateway.create(Draft.of(name).at(stub).serves(name, name).with("rpm_limit", rpm));
        return stub;
    }

    private static void rateLimited(String name, Answer answer) {
        provider(name, 0).next(answer);
        assertThat(gateway.chat(name).status()).isEqualTo(503);
    }

    private static void refused(String name) {
        provider(name, 0).next(Answers.error(401, "no such key", "invalid_api_key"));
        assertThat(gateway.chat(name).status()).isEqualTo(502);
        assertThat(gateway.provider(name).path("status").asText()).isEqualTo("error");
    }

    private static void fill() {
        provider("full", 3);
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.chat("full").status()).isEqualTo(200);
        }
    }

    private static String id(String name) {
        return gateway.provider(name).path("id").asText();
    }

    private static JsonNode events() {
        Reply reply = gateway.adminGet("/stats/cooldown");
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.json();
    }

    private static boolean ended(String name) {
        return !event(events(), name).path("ended_at").isNull();
    }

    private static JsonNode event(JsonNode events, String name) {
        for (JsonNode event : events) {
            if (event.path("backend_name").asText().equals(name)) {
                return event;
            }
        }
        throw new AssertionError("no event of " + name + " in " + events);
    }

    private static JsonNode before(String name) {
        for (JsonNode provider : before) {
            if (provider.path("name").asText().equals(name)) {
                return provider;
            }
        }
        throw new AssertionError("no provider " + name + " in " + before);
    }

    @AfterAll
    static void stop() {
        sidecar.close();
        STUBS.values().forEach(StubUpstream::close);
    }

    @Test
    void aFullWindowIsStillFull() {
        StubUpstream stub = STUBS.get("full");

        Reply fourth = gateway.chat("full");

        assertThat(fourth.status()).as(fourth.toString()).isEqualTo(200);
        assertThat(stub.count()).isEqualTo(4);
        // of the first of the three, so that a place is free; between the clocks of two processes lies a millisecond
        Duration apart = Duration.ofNanos(arrived(stub, 3) - arrived(stub, 0));
        assertThat(apart).isGreaterThanOrEqualTo(WINDOW.minusMillis(2));
    }

    private static long arrived(StubUpstream stub, int n) {
        return stub.received().get(n).atNanos();
    }

    @Test
    void aCooldownGoesOnToTheSameEnd() {
        JsonNode after = gateway.provider("cooling");

        assertThat(after.path("status").asText()).isEqualTo("cooling");
        assertThat(after.path("consecutive_429_count").asInt()).isEqualTo(1);
        Duration moved = Duration.between(
                Instant.parse(before("cooling").path("cooldown_until").asText()),
                Instant.parse(after.path("cooldown_until").asText()));
        assertThat(moved.abs()).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(event(events(), "cooling")).isEqualTo(event(eventsBefore, "cooling"));
        assertThat(event(events(), "cooling").path("ended_at").isNull()).isTrue();
    }

    @Test
    void aCooldownThatAnOperatorEndedStaysEnded() {
        assertThat(gateway.provider("cleared").path("status").asText()).isEqualTo("healthy");
        assertThat(gateway.provider("cleared").path("consecutive_429_count").asInt(-1))
                .isZero();
        assertThat(event(events(), "cleared")).isEqualTo(event(eventsBefore, "cleared"));
    }

    @Test
    void aCooldownThatRanOutUnprovenStillCounts() {
        assertThat(gateway.provider("over").path("status").asText()).isEqualTo("healthy");
        assertThat(gateway.provider("over").path("consecutive_429_count").asInt())
                .isEqualTo(1);
        assertThat(event(events(), "over")).isEqualTo(event(eventsBefore, "over"));
    }

    @Test
    void aRefusedKeyStaysRefusedUntilItIsEdited() {
        assertThat(gateway.provider("broken").path("status").asText()).isEqualTo("error");
        assertThat(gateway.chat("broken").status()).isNotEqualTo(200);
        assertThat(STUBS.get("broken").count()).isEqualTo(1);
        assertThat(gateway.provider("repaired").path("status").asText()).isEqualTo("healthy");
        assertThat(gateway.chat("repaired").status()).isEqualTo(200);
    }

    @Test
    void onlyTheOwnerMayReadTheGrants() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("data/grants"))))
                .isEqualTo("rw-------");
        assertThat(sidecar.server().text()).doesNotContain("of grants");
    }
}
