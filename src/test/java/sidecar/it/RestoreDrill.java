package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Operator;
import sidecar.kit.Reply;

/** Load, a backup under load, the data directory destroyed, a restore, and what is there afterwards held against what was. */
final class RestoreDrill {

    private static final List<String> OF_A_PROVIDER = List.of(
            "id",
            "name",
            "label",
            "api_base_url",
            "api_key",
            "pool",
            "weight",
            "rpm_limit",
            "enabled",
            "model_mappings",
            "notes");

    private final OwnSidecar sidecar;

    /**
     * What one drill came to.
     *
     * @param rows in the backup
     * @param backup how long it took, reading included
     * @param outage from the destruction to the first answer
     */
    record Result(
            int providers, long rows, long requests, Duration backup, Duration restore, Duration outage, long bytes) {}

    RestoreDrill(OwnSidecar sidecar) {
        this.sidecar = sidecar;
    }

    /** Runs it on a started Sidecar without providers. */
    Result run(int providers, int clients, Duration load) {
        for (int i = 0; i < providers; i++) {
            sidecar.gateway()
                    .create(Draft.of("key-" + i)
                            .at(sidecar.upstream())
                            .serves(OwnSidecar.MODEL, "n")
                            .with("notes", "number " + i));
        }
        sidecar.gateway().set("queue_max_depth", "321");
        sidecar.gateway().set("routing_strategy", "ordered");
        Map<String, JsonNode> before = configuration();
        long earlier = total();
        JsonNode backup;
        long least;
        long max;
        long begun;
        long made;
        try (OwnSidecar.Load running = sidecar.load(clients)) {
            Await.sleep(load);
            Await.until(() -> total() > earlier, "something to back up");
            least = total();
            begun = System.nanoTime();
            backup = sidecar.gateway().backUp();
            made = System.nanoTime();
            max = sidecar.upstream().count();
            Await.sleep(Duration.ofMillis(500));
        }
        assertThat(backup.path("verified").asBoolean()).isTrue();
        Path kept = sidecar.home().resolve("kept.zip");
        download(backup.path("name").asText(), kept);

        long destroyed = System.nanoTime();
        sidecar.server().kill();
        delete(sidecar.data());
        refuseAnotherKey(kept);
        long restoring = System.nanoTime();
        Operator.Said restored = sidecar.command(Map.of(), "restore", kept.toString());
        long put = System.nanoTime();
        assertThat(restored.status()).as(restored.text()).isZero();
        assertThat(restored.text()).contains(providers + " providers");
        sidecar.start();
        Duration outage = Duration.ofNanos(System.nanoTime() - destroyed);

        assertThat(configuration()).isEqualTo(before);
        assertThat(total()).isBetween(least, max).isPositive();
        assertThat(sidecar.inTheBooks()).isEqualTo((int) total());
        assertThat(sidecar.logged()).hasSize((int) total()).doesNotHaveDuplicates();
        long requests = total();
        // the keys in it are the ones that upstreams know
        assertThat(sidecar.gateway().chat(OwnSidecar.MODEL).status()).isEqualTo(200);
        Await.until(() -> sidecar.logged().size() == requests + 1, "that request in the log");
        sidecar.gateway().admin("DELETE", "/config/queue_max_depth", "");
        sidecar.gateway().admin("DELETE", "/config/routing_strategy", "");
        return new Result(
                providers,
                rows(backup),
                requests,
                Duration.ofNanos(made - begun),
                Duration.ofNanos(put - restoring),
                outage,
                backup.path("size_bytes").asLong());
    }

    private void refuseAnotherKey(Path backup) {
        Operator.Said refused =
                sidecar.command(Map.of("SIDECAR_ENCRYPTION_KEY", "ab".repeat(32)), "restore", backup.toString());

        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.text()).contains("made under another encryption key", "nothing was changed");
        assertThat(sidecar.data().resolve("sidecar.mv.db")).doesNotExist();
    }

    private void download(String name, Path file) {
        Reply zip = sidecar.gateway().adminGet("/backups/" + name);
        assertThat(zip.status()).isEqualTo(200);
        try {
            Files.write(file, zip.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long rows(JsonNode backup) {
        long rows = 0;
        for (JsonNode count : backup.path("contents").path("rows")) {
            rows += count.asLong();
        }
        return rows;
    }

    long total() {
        return sidecar.gateway()
                .adminGet("/stats/total")
                .json()
                .path("total_requests")
                .asLong();
    }

    /** Providers by id and settings by key, without what changes by itself. */
    Map<String, JsonNode> configuration() {
        Map<String, JsonNode> all = new TreeMap<>();
        for (JsonNode provider : sidecar.gateway().providers()) {
            all.put(provider.path("id").asText(), ((ObjectNode) provider).retain(OF_A_PROVIDER));
        }
        for (JsonNode setting : sidecar.gateway().adminGet("/config").json()) {
            all.put(setting.path("key").asText(), setting.path("value"));
        }
        return all;
    }

    static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
