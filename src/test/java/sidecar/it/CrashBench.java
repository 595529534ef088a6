package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Reply;

/**
 * {@code kill -9} at random moments, under load and with changes of the configuration in flight ({@code src/bench/crash/run.sh}): it always
 * opens, no change that was answered is lost, and of usage at most the last second.
 */
class CrashBench {

    private static final int KILLS = Integer.getInteger("bench.kills", 20);
    private static final int CLIENTS = Integer.getInteger("bench.clients", 8);
    private static final long SEED = Long.getLong("bench.seed", System.nanoTime());
    private static final int LONGEST_LIFE_MILLIS = 5_000;

    /** A second is promised, on a machine that has time for it. */
    private static final Duration LOST = Duration.ofSeconds(Integer.getInteger("bench.lost", 1));

    /** Random moments, and not only in quiet: a third of the kills hit a backup as well. */
    private final Random random = new Random(SEED);

    private final Editor providers = new Editor();
    private final Editor settings = new Editor();
    private final Set<String> gone = new HashSet<>();

    /**
     * Changes that were asked for, and those that were answered: what was asked for and not answered may be there or not.
     */
    private static final class Editor {
        private final AtomicInteger last = new AtomicInteger();
        private final Map<Integer, String> asked = new ConcurrentHashMap<>();
        private final Map<Integer, String> answered = new ConcurrentHashMap<>();

        int begin(String what) {
            int number = last.incrementAndGet();
            asked.put(number, what);
            return number;
        }

        void done(int number) {
            answered.put(number, asked.get(number));
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void killsAtRandomMoments(@TempDir Path home) {
        try (OwnSidecar sidecar = new OwnSidecar(home)) {
            sidecar.start();
            sidecar.gateway().create(Draft.of("serving").at(sidecar.upstream()).serves(OwnSidecar.MODEL, "n"));
            long slowest = 0;
            Losses losses = new Losses();
            for (int i = 0; i < KILLS; i++) {
                long killed = liveAndDie(sidecar);
                sidecar.start();
                slowest = Math.max(slowest, System.nanoTime() - killed);
                nothingThatWasAnsweredIsLost(sidecar);
                losses.add(sidecar, killed);
            }
            System.out.printf(
                    "kills     %d, each followed by a start that opened; the slowest took %.1f s%n",
                    KILLS, slowest / 1e9);
            System.out.printf(
                    "edits     %d changes of providers and settings answered with 200, none lost%n",
                    providers.answered.size() + settings.answered.size());
            System.out.printf(
                    "usage     %d requests answered, %d missing afterwards, the oldest of them %.2f s before its kill; none twice%n",
                    sidecar.answered().size(), losses.ids.size(), losses.oldestNanos / 1e9);
            System.out.printf("seed      %d (-Dbench.seed=… makes the same moments)%n", SEED);
        }
    }

    /** Load and changes until a random moment, in which the process is killed; answers that moment. */
    private long liveAndDie(OwnSidecar sidecar) {
        Gateway gateway = sidecar.gateway();
        boolean backup = random.nextInt(3) == 0;
        int life = random.nextInt(LONGEST_LIFE_MILLIS);
        List<Thread> editors = List.of(
                new Thread(() -> edit(() -> changeProviders(gateway, sidecar))),
                new Thread(() -> edit(() -> changeSetting(gateway))),
                new Thread(() -> edit(() -> backUp(gateway, backup))));
        try (OwnSidecar.Load load = sidecar.load(CLIENTS)) {
            editors.forEach(Thread::start);
            Await.sleep(Duration.ofMillis(life));
            long killed = System.nanoTime();
            sidecar.server().kill();
            editors.forEach(OwnSidecar::join);
            return killed;
        }
    }

    /** Again and again, until nobody answers any more; not so fast that thousands of providers slow everything down. */
    private static void edit(Runnable change) {
        try {
            while (true) {
                change.run();
                Await.sleep(Duration.ofMillis(10));
            }
        } catch (UncheckedIOException | AssertionError killed) {
            // what was under way is in doubt, and nothing else
        }
    }

    private void changeProviders(Gateway gateway, OwnSidecar sidecar) {
        String name = "p-" + (providers.last.get() + 1);
        int made = providers.begin(name);
        String id = gateway.create(Draft.of(name).at(sidecar.upstream()).with("notes", "as made"))
                .path("id")
                .asText();
        gateway.update(id, "{\"notes\":\"changed\"}");
        providers.done(made);
        if (made % 3 != 0) {
            gone.add(name); // from here on it may be gone
            assertThat(gateway.admin("DELETE", "/backends/" + id, "").status()).isEqualTo(200);
            gone.add("surely " + name);
        }
    }

    private void changeSetting(Gateway gateway) {
        int number = settings.begin("");
        Reply reply = gateway.admin("PUT", "/config/queue_max_depth", "{\"value\":\"" + (1_000 + number) + "\"}");
        assertThat(reply.status()).isEqualTo(200);
        settings.done(number);
    }

    private static void backUp(Gateway gateway, boolean wanted) {
        if (!wanted) {
            throw new AssertionError("no backup this time");
        }
        gateway.admin("POST", "/backups", "");
    }

    private void nothingThatWasAnsweredIsLost(OwnSidecar sidecar) {
        Map<String, String> there = new ConcurrentHashMap<>();
        for (JsonNode provider : sidecar.gateway().providers()) {
            there.put(provider.path("name").asText(), provider.path("notes").asText());
            // its key opens
            assertThat(provider.path("api_key").asText()).contains("****");
        }
        providers.answered.values().forEach(name -> {
            if (!gone.contains(name)) {
                assertThat(there).containsEntry(name, "changed");
            }
            if (gone.contains("surely " + name)) {
                assertThat(there).doesNotContainKey(name);
            }
        });
        assertThat(providers.asked.values()).containsAll(without(there.keySet(), "serving"));
        int last = settings.answered.keySet().stream().max(Integer::compare).orElse(0);
        JsonNode depth = sidecar.gateway().adminGet("/config/queue_max_depth").json();
        if (last > 0) {
            // the last one answered, or the one after it that was in flight
            assertThat(depth.path("value").asInt()).isBetween(1_000 + last, 1_000 + settings.last.get());
        }
    }

    private static Set<String> without(Set<String> names, String name) {
        Set<String> rest = new HashSet<>(names);
        rest.remove(name);
        return rest;
    }

    /** What is missing in the request log, over all kills. */
    private static final class Losses {
        private final Set<String> ids = new HashSet<>();
        private long oldestNanos;

        void add(OwnSidecar sidecar, long killed) {
            List<String> rows = sidecar.logged();
            assertThat(rows).doesNotHaveDuplicates();
            assertThat(sidecar.inTheBooks()).isEqualTo(rows.size());
            Set<String> found = new HashSet<>(rows);
            sidecar.answered().forEach((id, at) -> {
                if (!found.contains(id) && ids.add(id)) {
                    assertThat(killed - at)
                            .as("nanoseconds before the kill: " + id)
                            .isLessThan(LOST.toNanos());
                    oldestNanos = Math.max(oldestNanos, killed - at);
                }
            });
        }
    }
}
