package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.Postgres;
import sidecar.kit.Reply;
import sidecar.kit.Usage;

/** Two gateways of one PostgreSQL: what is changed on one acts on the other within two seconds, and what both change at once ends as on one. */
class SharedDatabaseIT {

    private static final String MODEL = OwnSidecar.MODEL;
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private static Path home;

    private static Postgres postgres;
    private static OwnSidecar first;
    private static OwnSidecar second;
    private static Gateway one;
    private static Gateway other;

    @BeforeAll
    static void serve() throws IOException {
        postgres = Postgres.start();
        first = new OwnSidecar(Files.createDirectory(home.resolve("one")), postgres.environment());
        second = new OwnSidecar(Files.createDirectory(home.resolve("other")), postgres.environment());
        first.start();
        second.start();
        one = first.gateway();
        other = second.gateway();
    }

    @AfterAll
    static void end() {
        first.close();
        second.close();
        postgres.close();
    }

    @BeforeEach
    void provide() {
        one.create(Draft.of("provider").at(first.upstream()).serves(MODEL, "n"));
        Await.until(() -> other.chat(MODEL).status() == 200, "the provider, on the other");
    }

    @AfterEach
    void clear() {
        one.clear();
        Await.until(() -> other.providers().isEmpty(), "no provider, on the other");
    }

    /** Measures how long it takes from the answer of a change to that moment. */
    private static void acts(String what, Runnable change, BooleanSupplier effect) {
        change.run();
        long begun = System.nanoTime();
        long end = begun + PATIENCE.toNanos();
        boolean there = effect.getAsBoolean();
        while (!there && System.nanoTime() < end) {
            Await.sleep(Duration.ofMillis(2));
            there = effect.getAsBoolean();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("%s acts on the other gateway after %d ms%n", what, took.toMillis());
        assertThat(there).as(what).isTrue();
        assertThat(took).as(what).isLessThan(BOUND);
    }

    private static Reply ok(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply;
    }

    private static boolean isModel(Gateway gateway, String model) {
        return StreamSupport.stream(
                        gateway.get("/v1/models").json().path("data").spliterator(), false)
                .anyMatch(entry -> entry.path("id").asText().equals(model));
    }

    private static String setting(Gateway gateway, String key) {
        return StreamSupport.stream(gateway.adminGet("/config").json().spliterator(), false)
                .filter(row -> row.path("key").asText().equals(key))
                .map(row -> row.path("value").asText())
                .findFirst()
                .orElse("");
    }

    private static int asks(String token) {
        return other.chat(MODEL, "Authorization", "Bearer " + token).status();
    }

    @Test
    void whatIsChangedOnOneActsOnTheOther() {
        everythingActs("");
    }

    @Test
    void alsoAfterTheDatabaseWasStartedAgain() {
        postgres.stop();
        Await.until(() -> lacksDatabase(one) && lacksDatabase(other), "readiness that says so");
        postgres.resume();
        Await.until(PATIENCE, () -> !lacksDatabase(one) && !lacksDatabase(other), "a database that both use again");

        everythingActs(", after a restart,");
    }

    private static boolean lacksDatabase(Gateway gateway) {
        return gateway.get("/health/ready").text().contains("\"database\"");
    }

    private static void everythingActs(String when) {
        acts(
                "a new provider" + when,
                () -> one.create(Draft.of("more").at(first.upstream()).serves("another", "n")),
                () -> other.chat("another").status() == 200);
        String id = one.provider("more").path("id").asText();
        acts(
                "a provider's new mapping" + when,
                () -> one.update(id, "{\"model_mappings\":{\"renamed\":{\"native_id\":\"n\"}}}"),
                () -> other.chat("renamed").status() == 200);
        acts(
                "a provider switched off" + when,
                () -> one.update(id, "{\"enabled\":false}"),
                () -> !isModel(other, "renamed"));
        acts(
                "a deleted provider" + when,
                () -> ok(one.admin("DELETE", "/backends/" + id, "")),
                () -> other.providers().size() == 1);
        acts(
                "a model's alias" + when,
                () -> ok(one.admin("PUT", "/models/" + MODEL, "{\"aliases\":[\"alias\"]}")),
                () -> other.chat("alias").status() == 200);
        acts(
                "a setting" + when,
                () -> one.set("queue_max_depth", "77"),
                () -> setting(other, "queue_max_depth").equals("77"));
        List<String> token = new ArrayList<>();
        acts(
                "a new client" + when,
                () -> token.add(ok(one.admin("POST", "/clients", "{\"name\":\"program\"}"))
                        .json()
                        .path("token")
                        .asText()),
                () -> other.chat(MODEL).status() == 401 && asks(token.get(0)) == 200);
        String client = one.adminGet("/clients").json().get(0).path("id").asText();
        acts(
                "a revoked client token" + when,
                () -> token.add(ok(one.admin("POST", "/clients/" + client + "/token", ""))
                        .json()
                        .path("token")
                        .asText()),
                () -> asks(token.get(0)) == 401 && asks(token.get(1)) == 200);
        acts(
                "a disabled client" + when,
                () -> ok(one.admin("PUT", "/clients/" + client, "{\"enabled\":false}")),
                () -> asks(token.get(1)) == 401);
        acts(
                "a deleted client" + when,
                () -> ok(one.admin("DELETE", "/clients/" + client + "?confirm=open", "")),
                () -> other.chat(MODEL).status() == 200);
    }

    /** As of a gateway that was killed right after its commit, or of one whose notices are lost. */
    @Test
    void aChangeOfWhichNobodyTellsIsFound() {
        acts(
                "an untold change",
                () -> postgres.psql(
                        "sidecar",
                        "begin; insert into setting values ('queue_max_depth', '55', '', 0);"
                                + " update table_version set version = version + 1 where name = 'settings'; commit"),
                () -> setting(other, "queue_max_depth").equals("55"));
        one.set("queue_max_depth", "56"); // to be cleared
    }

    @Test
    void anErrorThatANewKeyEndsIsOverOnBoth() {
        String id = one.provider("provider").path("id").asText();
        second.upstream().always(Answers.error(401, "bad key", "invalid_api_key"));
        one.update(id, "{\"api_base_url\":" + Json.quoted(second.upstream().baseUrl()) + "}");
        Await.until(
                () -> {
                    other.chat(MODEL);
                    return other.provider("provider").path("status").asText().equals("error");
                },
                "a provider whose key is refused");
        second.upstream().always(Answers.chat("hello", new Usage(10, 5)));

        acts(
                "a provider's new key",
                () -> one.update(id, "{\"api_key\":\"sk-another\"}"),
                () -> other.chat(MODEL).status() == 200);
    }

    @Test
    void whatBothMakeAtOnceThereIsOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 20; i++) {
                String name = "twin-" + i;
                Supplier<String> provider = () -> Draft.of(name)
                        .at(first.upstream())
                        .serves(MODEL, "n")
                        .json()
                        .toString();
                String[] bodies = {provider.get(), provider.get()};
                assertThat(both(threads, "/backends", bodies))
                        .as(name)
                        .satisfiesExactlyInAnyOrder(SharedDatabaseIT::isStored, reply -> isTaken(reply, name));
                String client = "{\"name\":\"" + name + "\"}";
                assertThat(both(threads, "/clients", client, client))
                        .as(name)
                        .satisfiesExactlyInAnyOrder(SharedDatabaseIT::isStored, reply -> isTaken(reply, name));
            }
        } finally {
            threads.shutdown();
        }
    }

    private static void isStored(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    }

    private static void isTaken(Reply reply, String name) {
        assertThat(reply.status()).as(reply.toString()).isIn(400, 409);
        assertThat(reply.text()).contains(name).containsAnyOf("is taken", "exists already");
    }

    private static List<Reply> both(ExecutorService threads, String path, String... bodies) throws Exception {
        Future<Reply> there = threads.submit(() -> one.admin("POST", path, bodies[0]));
        Future<Reply> here = threads.submit(() -> other.admin("POST", path, bodies[1]));
        return List.of(there.get(), here.get());
    }

    /** Each reads what is stored and changes one field of it: with what the other one has changed meanwhile. */
    @Test
    void noChangeOfOneIsLostToTheOther() throws Exception {
        String id = one.provider("provider").path("id").asText();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 1; i <= 20; i++) {
                String notes = "{\"notes\":\"n" + i + "\"}";
                String limit = "{\"rpm_limit\":" + i * 1000 + "}";
                Future<?> there = threads.submit(() -> one.update(id, notes));
                Future<?> here = threads.submit(() -> other.update(id, limit));
                there.get();
                here.get();
                int round = i;
                for (Gateway gateway : List.of(one, other)) {
                    Await.until(
                            () -> {
                                JsonNode now = gateway.provider("provider");
                                return now.path("notes").asText().equals("n" + round)
                                        && now.path("rpm_limit").asInt() == round * 1000;
                            },
                            () -> "both changes of round " + round + " in " + gateway.provider("provider"));
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anImportActsOnTheOther() {
        JsonNode document = ok(one.admin("POST", "/export", "{\"passphrase\":\"of the journey\"}"))
                .json();
        ok(one.admin(
                "DELETE", "/backends/" + one.provider("provider").path("id").asText(), ""));
        Await.until(() -> other.providers().isEmpty(), "no provider, on the other");

        acts(
                "an import",
                () -> ok(one.admin(
                        "POST", "/import", "{\"passphrase\":\"of the journey\",\"configuration\":" + document + "}")),
                () -> other.chat(MODEL).status() == 200);
    }

    /** Until the other one has the new key as well, it serves with what it knows, and changes nothing. */
    @Test
    void aNewEncryptionKeyIsTakenFromTheFile() throws IOException {
        String next = "11".repeat(32);
        String file = "SIDECAR_ENCRYPTION_KEY=" + next + "\nSIDECAR_ENCRYPTION_KEY_PREVIOUS=" + OwnSidecar.KEY + "\n";
        String id = one.provider("provider").path("id").asText();
        Files.writeString(first.data().resolve("sidecar.env"), file);
        ok(one.admin("POST", "/keys/rotate", ""));
        Await.until(
                () -> second.server().text().contains("opens none of the stored provider keys"),
                "the other, which says so");
        assertThat(other.chat(MODEL).status()).isEqualTo(200);
        assertThat(other.admin("PUT", "/backends/" + id, "{\"notes\":\"x\"}").status())
                .isEqualTo(500);

        Files.writeString(second.data().resolve("sidecar.env"), file);
        Await.until(
                () -> other.admin("PUT", "/backends/" + id, "{\"notes\":\"y\"}").status() == 200,
                "a change on the other");
        assertThat(other.chat(MODEL).status()).isEqualTo(200);
        acts(
                "a change after a rotation",
                () -> other.update(id, "{\"notes\":\"z\"}"),
                () -> one.provider("provider").path("notes").asText().equals("z"));
    }

    @Test
    void aChangeCostsLittle() {
        int times = 200;
        for (int i = 0; i < times; i++) {
            one.set("queue_max_depth", String.valueOf(100 + i));
        }
        long begun = System.nanoTime();
        for (int i = 0; i < times; i++) {
            one.set("queue_max_depth", String.valueOf(100 + i));
        }
        System.out.printf("a change of a setting takes %.1f ms%n", (System.nanoTime() - begun) / 1e6 / times);
    }
}
