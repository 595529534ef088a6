package sidecar.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.kit.Await;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/**
 * What is sent by those who mean harm, byte for byte. Each gets an error or a closed connection in time, never a page of
 * the server's own; nothing that two programs in a row could read differently is taken; and nobody else notices.
 */
class HostileIT extends RunningSidecar {

    private static final String MODEL = "canon";
    private static final String BODY = "{\"model\":\"canon\",\"messages\":[]}";
    private static final int LENGTH = BODY.length();
    private static final String CHUNKS = Integer.toHexString(LENGTH) + "\r\n" + BODY + "\r\n0\r\n\r\n";

    /** The second request that is to be slipped through behind the first. */
    private static final String SECOND = "GET /v1/slipped-through HTTP/1.1\r\nHost: localhost\r\n\r\n";

    /** Of a wait for an answer or the end: long for any machine, and well before a head that never ends is cut. */
    private static final Duration BOUND = Duration.ofSeconds(15);

    private static final Duration A_MOMENT = Duration.ofSeconds(1);
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void leave() {
        clients.forEach(RawClient::close);
    }

    private RawClient client() {
        return client(gateway().port());
    }

    private RawClient client(int port) {
        RawClient client = RawClient.to(port);
        clients.add(client);
        return client;
    }

    /** All that comes back until the connection is closed, or nothing more comes. */
    private record Echo(String text, boolean closed) {
        List<Integer> statuses() {
            return STATUS.matcher(text)
                    .results()
                    .map(found -> Integer.parseInt(found.group(1)))
                    .toList();
        }

        void assertNoPage() {
            assertThat(text).doesNotContainIgnoringCase("<html").doesNotContain("\tat ", "Exception", "Payara");
        }
    }

    /** @param silence after which, once something has come, no more is waited for */
    private Echo send(String bytes, Duration silence) {
        return send(bytes, silence, gateway().port());
    }

    private Echo send(String bytes, Duration silence, int port) {
        RawClient client = client(port);
        Thread sender = new Thread(() -> {
            try {
                client.send(bytes);
            } catch (UncheckedIOException hungUp) {
                // its right
            }
        });
        sender.start();
        return new Echo(
                new String(client.everything(BOUND, silence), ISO_8859_1), client.closedWithin(Duration.ofMillis(1)));
    }

    private static String post(String... headers) {
        StringBuilder head = new StringBuilder("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static String get(String target, String... headers) {
        StringBuilder head = new StringBuilder("GET " + target + " HTTP/1.1\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    // --- where does it end?

    static Stream<Arguments> ambiguous() {
        String length = "Content-Length: " + LENGTH;
        String chunked = "Transfer-Encoding: chunked";
        return Stream.of(
                Arguments.of("length and chunks", post("Content-Length: 4", chunked) + CHUNKS + SECOND),
                Arguments.of("chunks and length", post(chunked, length) + CHUNKS + SECOND),
                Arguments.of("two lengths", post(length, "Content-Length: " + (LENGTH + 9)) + BODY + SECOND),
                Arguments.of("a list of lengths", post(length + ", " + LENGTH) + BODY + SECOND),
                Arguments.of("a length with a sign", post("Content-Length: +" + LENGTH) + BODY + SECOND),
                Arguments.of("a length below zero", post("Content-Length: -1") + BODY + SECOND),
                Arguments.of("a length with a gap", post("Content-Length: 3 1") + BODY + SECOND),
                Arguments.of("a length in hexadecimal", post("Content-Length: 0x1f") + BODY + SECOND),
                Arguments.of("a length of words", post("Content-Length: abc") + BODY + SECOND),
                Arguments.of("a length beyond numbers", post("Content-Length: 99999999999999999999") + BODY),
                Arguments.of("an empty length", post("Content-Length: ") + BODY + SECOND),
                Arguments.of("a blank before the colon of the length", post("Content-Length : " + LENGTH) + BODY),
                Arguments.of("a blank before the colon", post("Transfer-Encoding : chunked") + CHUNKS + SECOND),
                Arguments.of("a tab before the colon", post("Transfer-Encoding\t: chunked") + CHUNKS + SECOND),
                Arguments.of("a folded coding", post("Transfer-Encoding:\r\n chunked") + CHUNKS + SECOND),
                Arguments.of("a folded length", post("Content-Length:\r\n " + LENGTH) + BODY + SECOND),
                Arguments.of("any folded line", post("X-A: b\r\n c", length) + BODY + SECOND),
                Arguments.of("a first line that is folded", post(" " + length) + BODY + SECOND),
                Arguments.of("bare line feeds", post(length).replace("\r\n", "\n") + BODY + SECOND),
                Arguments.of("one bare line feed", post("X-A: b\n" + chunked) + CHUNKS + SECOND),
                Arguments.of("a bare carriage return", post("X-A: b\r" + chunked, length) + BODY + SECOND),
                Arguments.of("an unknown coding", post("Transfer-Encoding: xchunked") + CHUNKS + SECOND),
                Arguments.of("chunked first", post("Transfer-Encoding: chunked, identity") + CHUNKS + SECOND),
                Arguments.of("chunked last", post("Transfer-Encoding: gzip, chunked") + CHUNKS + SECOND),
                Arguments.of("chunked twice", post(chunked, chunked) + CHUNKS + SECOND),
                Arguments.of("chunked and a cow", post(chunked, "Transfer-Encoding: cow") + CHUNKS + SECOND),
                Arguments.of("a coding with a control", post("Transfer-Encoding: \u000bchunked") + CHUNKS + SECOND),
                Arguments.of("a coding in quotes", post("Transfer-Encoding: \"chunked\"") + CHUNKS + SECOND),
                Arguments.of("an empty coding", post("Transfer-Encoding: ", length) + BODY + SECOND),
                Arguments.of("chunks in HTTP/1.0", post(chunked).replace("/1.1", "/1.0") + CHUNKS + SECOND),
                Arguments.of("a NUL in a name", post("Transfer-Enc\0oding: chunked", length) + BODY + SECOND),
                Arguments.of("a name with a blank", post("X Y: z", length) + BODY + SECOND),
                Arguments.of("a line without a colon", post("garbage", length) + BODY + SECOND),
                Arguments.of("a line without a name", post(": x", length) + BODY + SECOND),
                Arguments.of("a chunk of no number", post(chunked) + "zz\r\n" + BODY + "\r\n0\r\n\r\n" + SECOND),
                Arguments.of("a chunk below zero", post(chunked) + "-1\r\n" + BODY + "\r\n0\r\n\r\n" + SECOND),
                Arguments.of("a chunk with a sign", post(chunked) + "+1f\r\n" + BODY + "\r\n0\r\n\r\n" + SECOND),
                Arguments.of("a chunk with a prefix", post(chunked) + "0x1f\r\n" + BODY + "\r\n0\r\n\r\n" + SECOND),
                Arguments.of(
                        "a chunk beyond numbers",
                        post(chunked) + "1000000000000001f\r\n" + BODY + "\r\n0\r\n\r\n" + SECOND),
                Arguments.of("a chunk with no end", post(chunked) + "1f\r\n" + BODY + "XX0\r\n\r\n" + SECOND),
                Arguments.of("chunks with bare line feeds", post(chunked) + "1f\n" + BODY + "\n0\n\n" + SECOND));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ambiguous")
    void aRequestWhoseEndIsAMatterOfOpinionIsRefusedAndNothingAfterItIsRead(String name, String bytes) {
        StubUpstream upstream = provider("one", MODEL, "n");

        Echo echo = send(bytes, BOUND);

        assertThat(echo.closed()).as("closed: %s", echo).isTrue();
        assertThat(echo.statuses()).as(echo.text()).hasSizeLessThanOrEqualTo(1).allMatch(status -> status >= 400);
        echo.assertNoPage();
        assertThat(upstream.received()).isEmpty();
        assertUntouched();
    }

    private void assertUntouched() {
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
    }

    static Stream<Arguments> laterFaults() {
        return Stream.of(
                Arguments.of("a bad target", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", List.of(200, 400)),
                Arguments.of("no request", "\u0016\u0003\u0001\0", List.of(200, 400)),
                Arguments.of("two lengths", post("Content-Length: 3", "Content-Length: 3") + "abc", List.of(200, 400)),
                Arguments.of("another HTTP", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", List.of(200, 505)),
                Arguments.of(
                        "a long head", get("/v1/models", "Host: x", "X: " + "a".repeat(70_000)), List.of(200, 431)),
                Arguments.of("a bad chunk", post("Transfer-Encoding: chunked") + "zz\r\n", List.of(200)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("laterFaults")
    void aRequestBeforeAFaultIsAnsweredFirst(String name, String bad, List<Integer> statuses) {
        StubUpstream upstream = provider("one", MODEL, "n");
        String good = post("Content-Type: application/json", "Content-Length: " + LENGTH) + BODY;

        Echo together = send(good + bad + SECOND, BOUND);

        assertThat(together.statuses()).as(together.text()).isEqualTo(statuses);
        assertThat(together.closed()).isTrue();
        assertThat(upstream.received()).hasSize(1);

        RawClient client = client();
        client.send(good.substring(0, good.length() - 5));
        client.send(good.substring(good.length() - 5) + bad.substring(0, 3));
        client.send(bad.substring(3) + SECOND);
        Echo apart = new Echo(
                new String(client.everything(BOUND, BOUND), ISO_8859_1), client.closedWithin(Duration.ofMillis(1)));

        assertThat(apart.statuses()).as(apart.text()).isEqualTo(statuses);
        assertThat(apart.closed()).isTrue();
        assertUntouched();
    }

    static Stream<Arguments> longHeads() {
        String[] many = Stream.concat(
                        Stream.of("Host: x"), IntStream.range(0, 3_000).mapToObj(i -> "X-" + i + ": " + "a".repeat(20)))
                .toArray(String[]::new);
        String[] large = Stream.concat(
                        Stream.of("Host: x"), IntStream.range(0, 60).mapToObj(i -> "X-" + i + ": " + "a".repeat(1_200)))
                .toArray(String[]::new);
        return Stream.of("/v1/models", "/health")
                .flatMap(path -> Stream.of(
                        Arguments.of("one of 70 KB, " + path, get(path, "Host: x", "X: " + "a".repeat(70_000))),
                        Arguments.of("one of 3 MB, " + path, get(path, "Host: x", "X: " + "a".repeat(3_000_000))),
                        Arguments.of(
                                "one that does not end, " + path,
                                "GET " + path + " HTTP/1.1\r\nX: " + "a".repeat(70_000)),
                        Arguments.of("many small ones, " + path, get(path, many)),
                        Arguments.of("sixty large ones, " + path, get(path, large)),
                        Arguments.of("a target, " + path, get(path + "?" + "a".repeat(70_000), "Host: x"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("longHeads")
    void aHeadThatIsTooLongIsAnswered431OnBothPorts(String name, String head) {
        provider("one", MODEL, "n");
        // connections are watched from the first request of a port on; outside of this test that is Sidecar's own
        assertThat(send(get("/health", "Host: localhost", "Connection: close"), BOUND, metricsPort())
                        .statuses())
                .containsExactly(200);

        for (int port : List.of(gateway().port(), metricsPort())) {
            Echo echo = send(head, BOUND, port);

            assertThat(echo.statuses()).as("port %d: %s", port, echo.text()).containsExactly(431);
            assertThat(echo.text()).contains("application/json", "head of a request");
            assertThat(echo.closed()).isTrue();
        }
        assertUntouched();
    }

    /**
     * Asks again and again for some seconds, since what was sent before may still be on its way in. Nobody waits for those that do harm:
     * they would be let go of only after 30 seconds, when a thread's write has failed, or 60, when a body is late.
     */
    private static void assertPrompt(Runnable... questions) {
        long begun = System.nanoTime();
        do {
            for (Runnable question : questions) {
                long asked = System.nanoTime();
                question.run();
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(BOUND);
            }
        } while (System.nanoTime() - begun < Duration.ofSeconds(3).toNanos());
    }

    // --- what is that?

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("nothing but blanks", "      \r\n\r\n"),
                Arguments.of(
                        "a TLS hello", "\u0016\u0003\u0001\0\u00c8\u0001\0\0\u00c4\u0003\u0003" + "\u0001".repeat(180)),
                Arguments.of("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of(
                        "HTTP/2 by name", get("/v1/models", "Host: localhost").replace("/1.1", "/2.0")),
                Arguments.of("HTTP/3.7", get("/v1/models", "Host: localhost").replace("/1.1", "/3.7")),
                Arguments.of("no HTTP", get("/v1/models", "Host: localhost").replace("HTTP/1.1", "FOO")),
                Arguments.of("HTTP/0.9", "GET /v1/models\r\n\r\n"),
                Arguments.of("no host", get("/v1/models")),
                Arguments.of("two hosts", get("/v1/models", "Host: a", "Host: b")),
                Arguments.of("a host that is none", get("/v1/models", "Host: a b<script>")),
                Arguments.of("a host with a NUL", get("/v1/models", "Host: a\0b")),
                Arguments.of("a port beyond ports", get("/v1/models", "Host: a:99999999")),
                Arguments.of("a port of letters", get("/v1/models", "Host: a:abc")),
                Arguments.of("a path of 70 KB", get("/v1/" + "a".repeat(70_000), "Host: localhost")),
                Arguments.of("a path of 1 MB", get("/v1/" + "a".repeat(1_000_000), "Host: localhost")),
                Arguments.of("a path with a NUL", get("/v1/mod\0els", "Host: localhost")),
                Arguments.of("a path with an encoded NUL", get("/v1/mod%00els", "Host: localhost")),
                Arguments.of("a path up and away", get("/v1/../api/admin/backends", "Host: localhost")),
                Arguments.of("a path up and away, encoded", get("/v1/%2e%2e/api/admin/backends", "Host: localhost")),
                Arguments.of("a path up with a parameter", get("/v1/..;/api/admin/backends", "Host: localhost")),
                Arguments.of("a path into the WAR", get("/WEB-INF/web.xml", "Host: localhost")),
                Arguments.of("a path into the WAR, encoded", get("/%57EB-INF/web.xml", "Host: localhost")),
                Arguments.of("a header of 70 KB", get("/v1/models", "Host: localhost", "X: " + "a".repeat(70_000))),
                Arguments.of("a header of 5 MB", get("/v1/models", "Host: localhost", "X: " + "a".repeat(5_000_000))),
                Arguments.of(
                        "20,000 headers",
                        get(
                                "/v1/models",
                                Stream.concat(
                                                Stream.of("Host: localhost"),
                                                IntStream.range(0, 20_000).mapToObj(i -> "X" + i + ": a"))
                                        .toArray(String[]::new))),
                Arguments.of(
                        "a method of 60 KB", "G".repeat(60_000) + " /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("a method with a NUL", "G\0T /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("a tunnel", "CONNECT x:80 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("a trace", "TRACE / HTTP/1.1\r\nHost: localhost\r\nX-Secret: told-to-nobody\r\n\r\n"),
                Arguments.of(
                        "a form in a character set that nobody knows",
                        "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded;"
                                + " charset=nosuch\r\nContent-Length: 3\r\n\r\na=b"),
                Arguments.of(
                        "a form that is none",
                        "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                                + "Content-Length: 5\r\n\r\n--x--"),
                Arguments.of(
                        "a page that never was",
                        "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                + "Content-Length: 26\r\n\r\njakarta.faces.ViewState=zz"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void whatIsNoRequestOfOursIsAnsweredInTimeAndPlainly(String name, String bytes) {
        StubUpstream upstream = provider("one", MODEL, "n");

        Echo echo = send(bytes, A_MOMENT);

        assertThat(echo.closed() || !echo.statuses().isEmpty())
                .as("answered or closed")
                .isTrue();
        assertThat(echo.text()).doesNotContain("told-to-nobody", "servlet-class");
        if (!bytes.startsWith("POST /login")) {
            echo.assertNoPage();
            assertThat(echo.statuses()).as(echo.text()).allMatch(status -> status >= 400);
        }
        assertThat(upstream.received()).isEmpty();
        assertUntouched();
    }

    @Test
    void anAnthropicClientIsToldInItsShapeWhatIsWrongWithItsHead() {
        RawClient client = client();
        client.send("POST /v1/messages?beta=true HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n");

        assertThat(client.head().status()).isEqualTo(400);
        assertThat(new String(client.body(), ISO_8859_1))
                .startsWith(
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"A request has one");
    }

    // --- slowly

    @Test
    void aHeadThatNeverEndsIsCutAndOthersAreServedMeanwhile() {
        provider("one", MODEL, "n");
        List<RawClient> slow = IntStream.range(0, 64).mapToObj(i -> client()).toList();
        slow.forEach(client -> client.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));

        long begun = System.nanoTime();
        boolean[] closed = new boolean[slow.size()];
        Await.until(Duration.ofMinutes(3), () -> allClosed(slow, closed), "64 slow heads that are cut");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(20));
        assertUntouched();
    }

    /** Sends one more byte on each, a second apart, and finds out which are gone. */
    private static boolean allClosed(List<RawClient> slow, boolean[] closed) {
        boolean all = true;
        for (int i = 0; i < slow.size(); i++) {
            if (!closed[i]) {
                try {
                    slow.get(i).send("x");
                } catch (UncheckedIOException cut) {
                    closed[i] = true;
                }
            }
            all &= closed[i];
        }
        Await.sleep(Duration.ofSeconds(1));
        return all;
    }

    @Test
    void aConnectionIsNotCutBecauseAnEarlierHeadWasSlow() {
        provider("one", MODEL, "n");
        RawClient client = client();
        for (int i = 0; i < 4; i++) {
            client.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
            Await.sleep(Duration.ofSeconds(10));
            client.send("x\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(200);
            client.body();
        }
    }

    /** Pages and the admin interface wait for a body on a thread; there are sixteen. */
    @Test
    void formsThatNeverArriveDoNotKeepOthersWaiting() {
        provider("one", MODEL, "n");
        List<RawClient> slow = IntStream.range(0, 64).mapToObj(i -> client()).toList();
        slow.forEach(client -> client.send("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                + " application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na="));

        assertPrompt(
                this::assertUntouched,
                () -> assertThat(gateway().get("/health").status()).isEqualTo(200),
                () -> assertThat(gateway().get("/login").status()).isEqualTo(200));
    }

    @Test
    void pagesThatAreNotReadDoNotKeepOthersWaiting() {
        provider("one", MODEL, "n");
        String script = script();
        List<RawClient> deaf = IntStream.range(0, 64)
                .mapToObj(i -> RawClient.to(gateway().port(), 4_096))
                .toList();
        clients.addAll(deaf);
        deaf.forEach(client -> client.request("GET", script, new byte[0]));

        assertPrompt(
                this::assertUntouched,
                () -> assertThat(gateway().get("/health").status()).isEqualTo(200));
    }

    /** The largest thing that everybody may fetch. */
    private String script() {
        String page = gateway().get("/login").text();
        return Pattern.compile("src=\"(/jakarta[^\"]*components\\.js[^\"]*)\"")
                .matcher(page)
                .results()
                .map(found -> found.group(1).replace("&amp;", "&"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no script in " + page));
    }

    // --- a lot

    @Test
    void thousandsOfIdleConnectionsDisturbNobody() {
        provider("one", MODEL, "n");
        for (int i = 0; i < 3_000; i++) {
            client();
        }

        assertPrompt(this::assertUntouched);
    }

    /** The server keeps what has come of a head in memory. */
    @Test
    void thousandsOfLongHeadsDoNotUseUpTheMemory() {
        provider("one", MODEL, "n");
        String head = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(60_000);
        for (int i = 0; i < 6_000; i++) {
            try {
                client().send(head);
            } catch (UncheckedIOException hungUp) {
                // its right
            }
        }

        assertUntouched();
    }

    @Test
    void anAdminBodyThatIsTooLargeIsRefusedHoweverItIsSent() {
        String megabyte = " ".repeat(1 << 20);
        assertThat(statusOf("Content-Length: " + (9 << 20), megabyte)).isEqualTo(413);
        assertThat(statusOf("Transfer-Encoding: chunked", "100000\r\n" + megabyte + "\r\n"))
                .isEqualTo(413);
    }

    private int statusOf(String framing, String megabyte) {
        RawClient client = client();
        Thread sender = new Thread(() -> {
            try {
                client.lines(
                        "POST /api/admin/backends HTTP/1.1",
                        "Host: localhost",
                        "Authorization: Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN"),
                        framing,
                        "");
                for (int i = 0; i < 9; i++) {
                    client.send(megabyte);
                }
            } catch (UncheckedIOException hungUp) {
                // its right
            }
        });
        sender.start();
        return client.head().status();
    }

    @Test
    void aFewMegabytesThatWouldBecomeHundredsInMemoryAreRefused() {
        Reply reply = gateway().admin("POST", "/backends", "[" + "{},".repeat(1_200_000) + "{}]");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(gateway().get("/health").status()).isEqualTo(200);
    }
}
