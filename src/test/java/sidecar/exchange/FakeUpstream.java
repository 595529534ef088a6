package sidecar.exchange;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;
import sidecar.upstream.UpstreamBody;

/** An upstream that the test plays: it keeps what was sent, and says what the test says. Thread-safe. */
public final class FakeUpstream implements Upstream {

    /** Every call made, in order. */
    public final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

    /** Answers at once, before {@link #send} returns; nothing by default. */
    public BiConsumer<Integer, Call> script = (number, call) -> {};

    /** One call, from the upstream's side. */
    public static final class Call implements Upstream.Call {
        public final Upstream.Request request;
        public final AtomicInteger aborts = new AtomicInteger();
        public final AtomicLong credited = new AtomicLong();
        final AtomicLong received = new AtomicLong();
        /** For scripts without an order: an upstream has one head, and the first who sets this may send it. */
        final AtomicBoolean headed = new AtomicBoolean();

        private final Upstream.Listener listener;
        private final String body;

        Call(Upstream.Request request, Upstream.Listener listener) {
            this.request = request;
            this.listener = listener;
            this.body = read(request.body());
        }

        @Override
        public void credit(int bytes) {
            credited.addAndGet(bytes);
        }

        @Override
        public void abort() {
            aborts.incrementAndGet();
        }

        public Call sent() {
            listener.sent();
            return this;
        }

        public Call head(int status, String... namesAndValues) {
            List<Header> lines = new ArrayList<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                lines.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
            }
            listener.head(new Upstream.Head(status, new Headers(lines)));
            return this;
        }

        public Call json(int status, String body) {
            return sent().head(status, "Content-Type", "application/json", "Transfer-Encoding", "chunked")
                    .data(body);
        }

        public Call stream() {
            return sent().head(200, "Content-Type", "text/event-stream; charset=utf-8");
        }

        public Call data(String text) {
            return data(text.getBytes(StandardCharsets.UTF_8));
        }

        Call data(byte[] bytes) {
            received.addAndGet(bytes.length);
            listener.data(ByteBuffer.wrap(bytes.clone()));
            return this;
        }

        public void end() {
            listener.end();
        }

        public void fails(Upstream.Cause cause, boolean began) {
            listener.failed(new Upstream.Failure(cause, "the wire broke", began));
        }

        public String body() {
            return body;
        }

        private static String read(UpstreamBody body) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try (UpstreamBody.BodyPass reading = body.read()) {
                for (ByteBuffer some = reading.next(); some.hasRemaining(); some = reading.next()) {
                    byte[] copy = new byte[some.remaining()];
                    some.get(copy);
                    all.writeBytes(copy);
                }
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
            return all.toString(StandardCharsets.UTF_8);
        }

        String host() {
            return request.target().getHost();
        }
    }

    @Override
    public Call send(Request request, Listener listener) {
        Call call = new Call(request, listener);
        calls.add(call);
        script.accept(calls.size(), call);
        return call;
    }

    /** The n-th call, from 0. */
    public Call call(int index) {
        return calls.get(index);
    }

    Call last() {
        return calls.get(calls.size() - 1);
    }

    List<String> hosts() {
        return calls.stream().map(Call::host).toList();
    }
}
