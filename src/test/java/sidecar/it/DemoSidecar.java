package sidecar.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.RunScript;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/** A Sidecar of its own, started as the README says, with keys and traffic as an owner of a dozen free keys has them. */
final class DemoSidecar implements AutoCloseable {

    static final String ADMIN = "the-admin-token-of-a-demonstration";

    private static final List<String> MODELS = List.of("deepseek-v3.1", "llama-3.3-70b", "qwen3-coder-480b");
    private static final Random RANDOM = new Random(1);

    private final RunScript server;
    private final Gateway gateway;
    private final StubUpstream upstream = new StubUpstream();
    private final List<String> tokens = new ArrayList<>();

    /** Starts it with its data in that directory, and with these flags of the JVM. */
    DemoSidecar(Path directory, String flags) {
        link(directory);
        server = RunScript.start(directory, Map.of("SIDECAR_ADMIN_TOKEN", ADMIN, "JAVA_OPTS", flags))
                .ready();
        gateway = new Gateway(server.port(), ADMIN);
    }

    private static void link(Path directory) {
        try {
            Files.createSymbolicLink(
                    directory.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Gateway gateway() {
        return gateway;
    }

    /** Twelve free keys, of which one is limited elsewhere too and one is no longer valid, and two paid ones in reserve. */
    void addKeys() {
        upstream.when(request -> request.key().contains("nvapi-07"), Answers.rateLimited("240"));
        upstream.when(
                request -> request.key().contains("nvapi-11"),
                Answers.error(401, "The key has been revoked", "invalid_api_key"));
        for (int i = 1; i <= 12; i++) {
            gateway.create(key(String.format("nvidia-%02d", i), String.format("nvapi-%02d-not-a-real-key-%02d", i, i))
                    .with("label", "nvidia")
                    .with("rpm_limit", 40));
        }
        gateway.create(key("openrouter", "sk-or-not-a-real-key")
                .with("label", "paid")
                .with("rpm_limit", 0)
                .fallback());
        gateway.create(key("deepseek", "sk-ds-not-a-real-key")
                .with("label", "paid")
                .with("rpm_limit", 120)
                .fallback());
    }

    /** So many providers, each with a model. */
    void addKeys(int many) {
        for (int i = 1; i <= many; i++) {
            gateway.create(key(String.format("key-%03d", i), String.format("key-%03d-not-a-real-one", i))
                    .with("rpm_limit", 40));
        }
    }

    private Draft key(String name, String key) {
        Draft draft = Draft.of(name).at(upstream).with("api_key", key);
        for (String model : MODELS) {
            draft = draft.serves(model, (ObjectNode) Json.read(
                    "{\"native_id\":\"vendor/" + model + "\",\"cost\":{\"input\":0.0000006,\"output\":0.0000018}}"));
        }
        return draft;
    }

    /** Three agents with tokens of their own, and what an owner would allow each; from now on the traffic is theirs. */
    void addClients() {
        for (String client : List.of(
                "{\"name\":\"openclaw\",\"rpm_limit\":240,\"budget_day_usd\":5,\"budget_month_usd\":60}",
                "{\"name\":\"codex\",\"tpm_limit\":200000,\"max_concurrency\":4,\"budget_day_usd\":0.5,"
                        + "\"models\":[\"qwen3-coder-480b\",\"deepseek-v3.1\",\"llama-3.3-70b\"],\"cidrs\":[\"127.0.0.0/8\"]}",
                "{\"name\":\"n8n\",\"rpm_limit\":120,\"may_pin\":true,\"expires_at\":\"2099-12-31T00:00:00Z\"}")) {
            tokens.add(gateway.admin("POST", "/clients", client)
                    .json()
                    .path("token")
                    .asText());
        }
        gateway.admin("POST", "/clients", "{\"name\":\"old laptop\",\"enabled\":false}");
    }

    /** Chats from several clients for a while. */
    void traffic(Duration time, int clients) {
        List<Thread> threads = java.util.stream.IntStream.range(0, clients)
                .mapToObj(i -> new Thread(() -> chat(time), "client-" + i))
                .toList();
        threads.forEach(Thread::start);
        threads.forEach(thread -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void chat(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            upstream.always(Answers.chat("Hello!", new Usage(300 + RANDOM.nextInt(900), 40 + RANDOM.nextInt(300))));
            String model = MODELS.get(RANDOM.nextInt(MODELS.size()));
            if (tokens.isEmpty()) {
                gateway.chat(model);
            } else {
                gateway.chat(model, "x-api-key", tokens.get(RANDOM.nextInt(tokens.size())));
            }
            Await.sleep(Duration.ofMillis(200 + RANDOM.nextInt(600)));
        }
    }

    @Override
    public void close() {
        server.close();
        upstream.close();
    }
}
