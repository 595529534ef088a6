package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Postgres;
import sidecar.kit.Usage;

/** Two gateways of one PostgreSQL: what one learns of an upstream acts on the other within a second. */
class SharedKnowledgeIT {

    private static final String MODEL = OwnSidecar.MODEL;

    /** A second, and what two questions to the admin API take on a busy machine. */
    private static final Duration BOUND = Duration.ofMillis(1_500);

    @TempDir
    private static Path home;

    private static Postgres postgres;
    private static OwnSidecar first;
    private static OwnSidecar second;
    private static Gateway one;
    private static Gateway other;
    private static String id;

    @BeforeAll
    static void serve() throws IOException {
        postgres = Postgres.start();
        first = new OwnSidecar(Files.createDirectory(home.resolve("one")), postgres.environment()).start();
        one = first.gateway();
        one.create(Draft.of("a").at(first.upstream()).serves(MODEL, "n"));
        id = one.provider("a").path("id").asText();
        second = new OwnSidecar(Files.createDirectory(home.resolve("other")), postgres.environment()).start();
        other = second.gateway();
    }

    @AfterAll
    static void end() {
        first.close();
        second.close();
        postgres.close();
    }

    @AfterEach
    void clear() {
        first.upstream().always(Answers.chat("hello", new Usage(10, 5)));
        clear(one);
        Await.until(() -> is(one, "healthy") && is(other, "healthy"), "nothing that is remembered");
    }

    private static void clear(Gateway gateway) {
        assertThat(gateway.admin("POST", "/backends/" + id + "/clear-cooldown", "")
                        .status())
                .isEqualTo(200);
    }

    private static boolean is(Gateway gateway, String status) {
        return gateway.provider("a").path("status").asText().equals(status);
    }

    /** Has a gateway meet the answer of the upstream; it may go on waiting for a better one. */
    private static void meet(Gateway gateway) {
        int before = first.upstream().count();
        CompletableFuture.runAsync(() -> gateway.chat(MODEL)).exceptionally(tooLate -> null);
        Await.until(() -> first.upstream().count() > before, "a request");
    }

    private static void acts(String what, Runnable cause, BooleanSupplier effect) {
        cause.run();
        long begun = System.nanoTime();
        Await.until(effect, what);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("%s acts on the other gateway after %d ms%n", what, took.toMillis());
        assertThat(took).as(what).isLessThan(BOUND);
    }

    @Test
    void aCooldownActsOnTheOtherAndSoDoesItsEnd() {
        long begun = System.currentTimeMillis();
        first.upstream().always(Answers.error(429, "too many", "rate_limit_exceeded"));
        acts("a cooldown", () -> meet(one), () -> is(other, "cooling"));
        Await.until(() -> is(one, "cooling"), "the cooldown where it began");
        String all = "select count(*), count(ended_ms) from cooldown_event where started_ms >= " + begun;
        Await.until(() -> postgres.psql("sidecar", all).equals(List.of("1|0")), "its record");

        first.upstream().always(Answers.chat("hello", new Usage(10, 5))); // there is somebody who waits
        acts("an operator's clear", () -> clear(other), () -> is(one, "healthy"));
        Await.until(() -> postgres.psql("sidecar", all).equals(List.of("1|1")), "that one record, which has ended");
    }

    @Test
    void aRefusedKeyActsOnTheOther() {
        first.upstream().always(Answers.error(401, "bad key", "invalid_api_key"));
        acts("a refused key", () -> meet(other), () -> is(one, "error"));
        Await.until(() -> is(other, "error"), "the error where it was found");
        Await.until(
                () -> postgres.psql("sidecar", "select count(*) from provider_error")
                        .equals(List.of("1")),
                "the row of the error");

        acts("the end of an error", () -> clear(one), () -> is(other, "healthy"));
        Await.until(
                () -> postgres.psql("sidecar", "select count(*) from provider_error")
                        .equals(List.of("0")),
                "no row any more");
    }

    @Test
    void afterTheDatabaseWasAwayItGoesOn() {
        first.upstream().always(Answers.error(429, "too many", "rate_limit_exceeded"));
        postgres.stop();
        meet(one);
        Await.until(() -> is(one, "cooling"), "a cooldown without a database");
        assertThat(is(other, "cooling")).isFalse();

        postgres.resume();

        Await.until(Duration.ofMinutes(1), () -> is(other, "cooling"), "the cooldown, on the other");
    }
}
