package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.RunScript;
import sidecar.kit.ServerProcess;
import sidecar.kit.Usage;

/**
 * Threads, memory and file descriptors are used up on purpose, at the flags that are shipped; everybody else is served
 * meanwhile, and afterwards all is as before. {@code -Dexhaustion.full=true} for the numbers of docs/benchmarks.md.
 */
class ExhaustionIT {

    private static final boolean FULL = Boolean.getBoolean("exhaustion.full");
    private static final String MODEL = OwnSidecar.MODEL;
    private static final String CHAT = "/v1/chat/completions";
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int SMALL_BUFFER = 4 * 1024;
    private static final int MEBIBYTE = 1 << 20;
    private static final List<String> LONG_ANSWERS = List.of(
            "/jakarta.faces.resource/components.js.xhtml?ln=primefaces",
            "/metrics",
            "/login",
            "/api/admin/openapi",
            "/api/admin/config");
    private static final String[] ADMIN = {"Authorization", "Bearer " + OwnSidecar.ADMIN};

    @TempDir
    private static Path homes;

    /** Of the tests that change nothing about the process: what one has used up must not be missing for the next. */
    private static OwnSidecar shared;

    private OwnSidecar sidecar;
    private Gateway gateway;
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void end() {
        clients.forEach(RawClient::close);
        if (sidecar != null && sidecar != shared) {
            sidecar.close();
        }
    }

    @AfterAll
    static void endShared() {
        if (shared != null) {
            shared.close();
        }
    }

    private void serve() {
        if (shared == null) {
            serve("shared", Map.of("JAVA_OPTS", RunScript.SHIPPED_HEAP));
            shared = sidecar;
        }
        sidecar = shared;
        gateway = shared.gateway();
    }

    private void serve(String name, Map<String, String> environment) {
        try {
            sidecar = new OwnSidecar(Files.createTempDirectory(homes, name), environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        gateway = sidecar.start().gateway();
        sidecar.upstream().always(Answers.chat("hello", new Usage(10, 5)));
        gateway.create(provider("ordinary").serves(MODEL, "native"));
        gateway.create(provider("large").serves("large", "native-large"));
        gateway.create(provider("stalling").serves("stalling", "native-stalling"));
        gateway.create(provider("endless").serves("endless", "native-endless"));
        play("native-large", Answers.chat("x".repeat(MEBIBYTE), new Usage(10, 5)));
        play(
                "native-stalling",
                call -> call.head(200, "Content-Type", Answers.JSON, "Content-Length", "" + MEBIBYTE)
                        .raw(("{\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(MEBIBYTE - 50_000))
                                .getBytes(UTF_8))
                        .stall());
        play(
                "native-endless",
                call -> call.streamHead()
                        .flood(event(Answers.textChunk("native-endless", "x".repeat(2_000))), 50_000_000));
    }

    /** A server that has just started is busy with itself at its first pages; this one has been used. */
    private void used() {
        for (int i = 0; i < 30; i++) {
            LONG_ANSWERS.forEach(path -> gateway.get(path, ADMIN));
        }
    }

    private Draft provider(String name) {
        return Draft.of(name).at(sidecar.upstream()).with("rpm_limit", 0);
    }

    private void play(String nativeModel, Answer answer) {
        sidecar.upstream().when(request -> request.model().equals(nativeModel), answer);
    }

    private static byte[] event(String data) {
        String event = "data: " + data + "\n\n";
        return (Integer.toHexString(event.length()) + "\r\n" + event + "\r\n").getBytes(UTF_8);
    }

    private RawClient client() {
        RawClient client = RawClient.to(gateway.port(), SMALL_BUFFER);
        clients.add(client);
        return client;
    }

    /** Asks again and again on one connection, and reads nothing. */
    private void asksWithoutReading(String path, int times, String... headers) {
        RawClient client = client();
        try {
            for (int i = 0; i < times; i++) {
                client.request("GET", path, new byte[0], headers);
            }
        } catch (UncheckedIOException closed) {
            // as it should be: it has asked more than it reads
        }
    }

    private void streamsWithoutReading() {
        client().post(CHAT, Gateway.chatBody("endless", true));
    }

    /** Readers on each of the paths whose answers are long, or cost a thread. */
    private void readersThatDoNotRead(int each) {
        for (int i = 0; i < each; i++) {
            LONG_ANSWERS.forEach(path -> asksWithoutReading(path, 40, ADMIN));
            streamsWithoutReading();
        }
    }

    private long exchangesInMemory() {
        return sidecar.server().process().instances("sidecar.exchange.Exchange");
    }

    private void unharmed(Bystanders bystanders) {
        assertThat(bystanders.failures())
                .as("not served of %d", bystanders.asked())
                .isEmpty();
        System.out.printf(
                "%d bystanders served, the slowest in milliseconds: %s%n",
                bystanders.asked(), bystanders.slowestMillis());
        assertThat(sidecar.server().alive()).isTrue();
        assertThat(sidecar.server().text()).doesNotContain("OutOfMemoryError");
    }

    /** Strangers, as it was tried: these 17 took all 16 threads for as long as they liked. */
    @Test
    void seventeenThatReadNothingHoldNobodyUp() {
        serve();
        used();
        try (Bystanders bystanders = new Bystanders(sidecar.server(), MODEL, 20)) {
            for (int i = 0; i < 17; i++) {
                asksWithoutReading(LONG_ANSWERS.get(0), 40);
            }
            Await.until(LONG, () -> clients.stream().noneMatch(RawClient::heldByServer), "all are closed");
            unharmed(bystanders);
        }
    }

    /** The same of many, on each path whose answer is long. */
    @Test
    void whoeverDoesNotReadHoldsNobodyUp() {
        serve();
        used();
        try (Bystanders bystanders = new Bystanders(sidecar.server(), MODEL, 20)) {
            readersThatDoNotRead(FULL ? 60 : 10);
            Await.until(LONG, () -> clients.stream().noneMatch(RawClient::heldByServer), "all are closed");
            unharmed(bystanders);
        }
    }

    /** 89 one after the other ended the process. */
    @Test
    void longAnswersOneAfterTheOtherLeaveNothing() {
        serve();
        Await.until(LONG, () -> exchangesInMemory() == 0, "the end of what the test before has begun");
        for (int i = 0; i < (FULL ? 2_000 : 200); i++) {
            Reply reply = gateway.chat("large");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("model").asText()).isEqualTo("large");
        }

        assertThat(exchangesInMemory()).isZero();
    }

    /** 180 at once ended the process: each was held back up to a megabyte. */
    @Test
    void everythingAtOnce() {
        serve();
        try (Bystanders bystanders = new Bystanders(sidecar.server(), MODEL, 20)) {
            for (int i = 0; i < 300; i++) {
                client().post(CHAT, Gateway.chatBody("stalling", false));
            }
            readersThatDoNotRead(FULL ? 60 : 5);
            for (int i = 0; i < (FULL ? 2_000 : 50); i++) {
                assertThat(gateway.chat("large").status()).isEqualTo(200);
            }
            unharmed(bystanders);
        }
    }

    /** The idle heap and 200 bodies were more than a small heap holds. */
    @Test
    void bodiesThatASmallHeapCannotHoldAreRefused() {
        serve("small", Map.of("JAVA_OPTS", RunScript.SHIPPED_HEAP + " -Xmx128m", "SIDECAR_MAX_SPOOL_BYTES", "1048576"));
        play("native", Answers.silence());
        byte[] body = ("{\"model\":\"" + MODEL + "\",\"messages\":\"" + "x".repeat(MEBIBYTE) + "\"}").getBytes(UTF_8);
        List<RawClient> asking = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RawClient client = RawClient.to(gateway.port());
            clients.add(client);
            asking.add(client);
            send(client, body);
        }

        Await.until(LONG, () -> gateway.adminGet("/pools").status() == 200, "the process lives");
        List<Integer> refused = asking.stream()
                .filter(client -> client.hasUnread())
                .map(client -> client.head().status())
                .toList();
        assertThat(refused).isNotEmpty().containsOnly(503);
        assertThat(sidecar.server().text()).doesNotContain("OutOfMemoryError");
    }

    private static void send(RawClient client, byte[] body) {
        try {
            client.request("POST", CHAT, body, "Content-Type", Answers.JSON);
        } catch (UncheckedIOException refusedMeanwhile) {
            // it says so on the connection
        }
    }

    /** Without descriptors, classes of the data path could not be loaded, and never were again. */
    @Test
    void aShortageOfFileDescriptorsEndsWithIt() throws IOException, InterruptedException {
        serve("fresh", Map.of("JAVA_OPTS", RunScript.SHIPPED_HEAP));
        ServerProcess process = sidecar.server().process();
        List<RawClient> before = Stream.generate(this::client).limit(10).toList();
        Deque<RawClient> monitors =
                new ArrayDeque<>(Stream.generate(this::client).limit(60).toList());
        Stream.concat(before.stream(), monitors.stream()).forEach(client -> {
            client.request("GET", "/health", new byte[0]);
            client.head();
            client.body();
        });
        limitFiles(process.pid(), process.openFiles("") + 20);
        for (int i = 0; i < 400; i++) {
            clients.add(RawClient.to(gateway.port()));
        }
        Await.until(LONG, () -> readiness(monitors).contains("file descriptors are in use"), "readiness tells");
        // the first requests ever, and every class that they need is asked for now
        before.forEach(client -> client.post(CHAT, Gateway.chatBody(MODEL, true)));
        before.forEach(client -> assertThat(client.head().status()).isIn(200, 502, 503));
        clients.forEach(RawClient::close);
        clients.clear();

        Await.until(LONG, () -> answers(gateway), "it serves again");
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.chat(MODEL).status()).isEqualTo(200);
        }
        assertThat(gateway.chatStream(MODEL).status()).isEqualTo(200);
        assertThat(sidecar.server().text()).doesNotContain("NoClassDefFoundError");
        Await.until(LONG, () -> told("there are file descriptors again") == 1, "its end is told");
        assertThat(told("short of file descriptors")).isEqualTo(1);
        // what else was found wrong meanwhile, such as a disk that cannot be read, is looked at again every few seconds
        Await.until(LONG, () -> readiness(gateway).contains("\"UP\""), () -> readiness(gateway));
        assertThat(readiness(gateway)).doesNotContain("files");
    }

    private long told(String what) {
        return sidecar.server().output().stream()
                .filter(line -> line.contains(what))
                .count();
    }

    private static String readiness(Gateway gateway) {
        return gateway.get("/health/ready").text();
    }

    /** Asked over a connection that was kept, since new ones are not accepted; it ends with a 503, as the server has it. */
    private static String readiness(Deque<RawClient> kept) {
        Await.sleep(Duration.ofMillis(250)); // each of them is of use once
        try (RawClient monitor = kept.remove()) {
            monitor.request("GET", "/health/ready", new byte[0]);
            monitor.head();
            return new String(monitor.body(), UTF_8);
        }
    }

    private static boolean answers(Gateway gateway) {
        try {
            return gateway.chat(MODEL).status() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private static void limitFiles(long pid, int files) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("prlimit", "--pid", "" + pid, "--nofile=" + files + ":" + files)
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }
}
