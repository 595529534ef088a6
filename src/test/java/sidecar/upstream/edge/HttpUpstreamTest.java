package sidecar.upstream.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.time.FakeTime;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;
import sidecar.upstream.UpstreamBody;

/** The early proof about names: on which thread they are asked for, and that what was refused is not connected to. */
class HttpUpstreamTest {

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> checkedOn = new LinkedBlockingQueue<>();
    private final BlockingQueue<Runnable> blocking = new LinkedBlockingQueue<>();
    private final FakeTime time = new FakeTime();
    private volatile Optional<String> refusal = Optional.empty();
    private ServerSocket server;
    private HttpUpstream upstream;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        upstream = new HttpUpstream(
                blocking::add,
                address -> {
                    checkedOn.add(Thread.currentThread().getName());
                    return refusal;
                },
                System::nanoTime,
                time);
    }

    @AfterEach
    void close() throws IOException {
        upstream.close();
        server.close();
    }

    private Upstream.Call send() {
        return send("GET", new Counted());
    }

    private Upstream.Call send(String method, UpstreamBody body) {
        return send(method, "localhost", body);
    }

    private Upstream.Call send(String method, String host, UpstreamBody body) {
        return send(method, URI.create("http://" + host + ":" + server.getLocalPort() + "/v1/models"), body);
    }

    private Upstream.Call send(String method, URI target, UpstreamBody body) {
        return upstream.send(new Upstream.Request(method, target, Headers.NONE, body), new Recorder());
    }

    /** A body in those pieces, that knows how many of its readings are open. */
    private static final class Counted implements UpstreamBody {
        final AtomicInteger open = new AtomicInteger();
        private final List<String> pieces;

        Counted(String... pieces) {
            this.pieces = List.of(pieces);
        }

        @Override
        public long length() {
            return String.join("", pieces).length();
        }

        @Override
        public BodyPass read() {
            open.incrementAndGet();
            Iterator<String> rest = pieces.iterator();
            AtomicBoolean closed = new AtomicBoolean();
            return new BodyPass() {
                @Override
                public ByteBuffer next() throws IOException {
                    if (closed.get()) {
                        throw new IOException("closed");
                    }
                    return StandardCharsets.US_ASCII.encode(rest.hasNext() ? rest.next() : "");
                }

                @Override
                public void close() {
                    if (closed.compareAndSet(false, true)) {
                        open.decrementAndGet();
                    }
                }
            };
        }
    }

    /** Writes down what it is told. */
    private final class Recorder implements Upstream.Listener {
        @Override
        public void sent() {}

        @Override
        public void head(Upstream.Head head) {
            told.add("head " + head.status());
        }

        @Override
        public void data(ByteBuffer chunk) {}

        @Override
        public void end() {
            told.add("end");
        }

        @Override
        public void failed(Upstream.Failure failure) {
            told.add(failure.cause() + ", began " + failure.began());
        }
    }

    @Test
    void namesAreLookedUpOnTheBlockingExecutorOnlyAndAskedForByTheConnectingThread() throws Exception {
        send();
        assertThat(told).isEmpty();
        Runnable lookup = blocking.poll(60, TimeUnit.SECONDS);
        assertThat(lookup).isNotNull();

        lookup.run();

        try (Socket accepted = server.accept()) {
            accepted.getInputStream().read(new byte[4096]);
            accepted.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("head 200");
            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("end");
        }
        assertThat(checkedOn)
                .as("the resolver runs inside execute: a look-up there would block whoever sends")
                .contains(Thread.currentThread().getName());
    }

    /** Were it taken for a reset, it would be asked again and again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nx",
                "HTTP/1.1 abc OK\r\n\r\n",
                "SSH-2.0-OpenSSH_9.6\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"
            })
    void whatIsNotHttpSaysSo(String answer) throws Exception {
        send();
        blocking.take().run();

        try (Socket accepted = server.accept()) {
            accepted.getInputStream().read(new byte[4096]);
            accepted.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));

            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("MALFORMED, began true");
        }
    }

    @Test
    void aRefusedAddressIsNeverConnectedTo() throws Exception {
        refusal = Optional.of("a metadata address");
        server.setSoTimeout(300);

        send();
        blocking.take().run();

        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("FORBIDDEN_ADDRESS, began false");
        assertThatThrownBy(() -> server.accept()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aBodyIsSentPieceByPieceAndLetGoOfBeforeTheAnswerEnds() throws Exception {
        Counted body = new Counted("one ", "two ", "three");
        send("POST", body);
        blocking.take().run();

        try (Socket accepted = server.accept()) {
            String request = "";
            while (!request.endsWith("three")) {
                request += (char) accepted.getInputStream().read();
            }
            accepted.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("head 200");

            assertThat(request).contains("Content-Length: 13\r\n").endsWith("\r\n\r\none two three");
            assertThat(body.open).hasValue(0);
        }
    }

    @Test
    void aBodyThatCannotBeSentIsLetGoOf() throws Exception {
        refusal = Optional.of("a metadata address");
        Counted body = new Counted("one");
        send("POST", body);
        assertThat(body.open).hasValue(1);

        blocking.take().run();

        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("FORBIDDEN_ADDRESS, began false");
        assertThat(body.open).hasValue(0);
    }

    @Test
    void aBodyForAHostThatNobodyKnowsIsLetGoOf() throws Exception {
        Counted body = new Counted("one");
        // longer than any name: no resolver needs to be asked
        send("POST", "x".repeat(64), body);

        blocking.take().run();

        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("DNS, began false");
        assertThat(body.open).hasValue(0);
    }

    @Test
    void anAbortLetsGoOfTheBody() {
        Counted body = new Counted("one");

        send("POST", body).abort();

        assertThat(body.open).hasValue(0);
    }

    // --- our own timer for a connection: of the client's own none has a chance here, since hardly any real time passes

    private void timePasses() throws InterruptedException {
        time.advance(HttpUpstream.CONNECT.minusMillis(1));
        assertThat(told.poll(200, TimeUnit.MILLISECONDS)).isNull();
        time.advance(Duration.ofMillis(1));
    }

    @Test
    void aNameThatNobodyLooksUpIsGivenUp() throws Exception {
        Counted body = new Counted("one");
        send("POST", body);

        timePasses();

        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("CONNECT, began false");
        assertThat(body.open).hasValue(0);
        blocking.take().run();
        server.setSoTimeout(300);
        assertThatThrownBy(() -> server.accept())
                .as("nothing is sent when the name becomes known after all")
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void anAddressThatDoesNotAnswerIsGivenUp() throws Exception {
        List<Socket> queue = new ArrayList<>();
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // the kernel takes two connections that nobody accepts, and answers no third one
            for (int i = 0; i < 2; i++) {
                queue.add(new Socket(deaf.getInetAddress(), deaf.getLocalPort()));
            }
            Counted body = new Counted("one");
            send("POST", URI.create("http://localhost:" + deaf.getLocalPort() + "/v1/x"), body);
            blocking.take().run();

            timePasses();

            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("CONNECT, began false");
            assertThat(body.open).hasValue(0);
        } finally {
            for (Socket socket : queue) {
                socket.close();
            }
        }
    }

    @Test
    void aTlsHandshakeThatNeverEndsIsGivenUp() throws Exception {
        send("POST", URI.create("https://localhost:" + server.getLocalPort() + "/v1/x"), new Counted("one"));
        blocking.take().run();

        try (Socket accepted = server.accept()) {
            assertThat(accepted.getInputStream().read()).as("a hello").isEqualTo(0x16);

            timePasses();

            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("CONNECT, began false");
        }
    }

    @Test
    void aConnectionThatIsThereHasNoTimer() throws Exception {
        send("POST", new Counted("one"));
        blocking.take().run();

        try (Socket accepted = server.accept()) {
            while (accepted.getInputStream().read() != 'o') {
                // until the body has begun to arrive
            }

            assertThat(time.pending()).isZero();
        }
    }

    @Test
    void whatIsAbortedOrFailsHasNoTimer() throws Exception {
        send().abort();
        refusal = Optional.of("a metadata address");
        send();
        blocking.take().run();
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("FORBIDDEN_ADDRESS, began false");

        assertThat(time.pending()).isZero();
    }
}
