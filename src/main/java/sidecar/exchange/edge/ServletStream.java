package sidecar.exchange.edge;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import sidecar.body.ByteBudget;
import sidecar.exchange.response.ClientStream;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

/**
 * Writes an answer without ever blocking. What arrives is queued; one thread at a time takes it from there: the one that
 * brought it, or the container's when the client can take more again. The state is guarded by {@code this}, which is
 * never held while the container is called.
 */
final class ServletStream implements ClientStream, WriteListener {

    private static final System.Logger LOG = System.getLogger(ServletStream.class.getName());

    /** What a queued step takes beside its bytes: an upstream may send them one by one. */
    private static final int STEP_BYTES = 128;

    /** Who writes. */
    private enum WriteState {
        IDLE,
        WRITING,
        BLOCKED,
        CLOSED
    }

    /** Whether the container still has bytes that must not wait for more. */
    private enum FlushState {
        /** The answer is no stream of events: the container flushes as it likes. */
        NEVER,
        FLUSHED,
        UNFLUSHED
    }

    /** What is to be done next on the answer. */
    private sealed interface Step {
        record Begin(int status, Headers headers) implements Step {}

        record Bytes(ByteBuffer bytes, int credit) implements Step {}

        record End() implements Step {}

        record Cut() implements Step {}
    }

    private final AsyncContext async;
    private final HttpServletResponse response;
    private final ServletOutputStream out;
    private final ClientConnection connection;
    private final ByteBudget memory;
    private final ByteBudget.Share held;
    private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
    private Observer listener;
    private WriteState state = WriteState.IDLE;
    private boolean possible;
    private boolean gone;
    private FlushState flush = FlushState.NEVER;
    /** What is left of the declared length; negative when none was declared. */
    private long remaining = -1;

    ServletStream(AsyncContext async, ClientConnection connection, ByteBudget memory) throws IOException {
        this.async = async;
        this.response = (HttpServletResponse) async.getResponse();
        this.out = response.getOutputStream();
        this.connection = connection;
        this.memory = memory;
        this.held = memory.share();
    }

    /** Begins to listen to the container and to the client. Before anything is written. */
    void open(Observer listener) {
        this.listener = listener;
        connection.boundQueue();
        out.setWriteListener(this);
        connection.watch(this::left);
    }

    @Override
    public void head(int status, Headers headers) {
        put(new Step.Begin(status, headers));
    }

    @Override
    public void write(ByteBuffer bytes, int credit) {
        put(new Step.Bytes(bytes, credit));
    }

    @Override
    public void end() {
        put(new Step.End());
    }

    @Override
    public void cut() {
        put(new Step.Cut());
    }

    private void put(Step step) {
        held.add(weight(step));
        steps.add(step);
        WriteState before;
        synchronized (this) {
            before = state;
            if (state == WriteState.IDLE) {
                state = WriteState.WRITING;
            }
        }
        switch (before) {
            case IDLE -> drain();
            case BLOCKED -> cutIfMemoryIsShort();
            case CLOSED -> steps.clear();
            case WRITING -> {}
        }
    }

    /** Whoever does not read while others have no memory left is not waited for. */
    private void cutIfMemoryIsShort() {
        if (memory.isExceeded()) {
            LOG.log(System.Logger.Level.DEBUG, "client is cut off: memory is short, and it does not read");
            connection.terminate();
        }
    }

    private static long weight(Step step) {
        return step instanceof Step.Bytes write ? STEP_BYTES + write.bytes().remaining() : STEP_BYTES;
    }

    /** Also called inside {@code setWriteListener}. Whatever it throws would end all further calls. */
    @Override
    public void onWritePossible() {
        synchronized (this) {
            if (state == WriteState.WRITING) {
                // the writer has been told "not ready" and has not said so yet
                possible = true;
                return;
            }
            if (state == WriteState.CLOSED) {
                return;
            }
            state = WriteState.WRITING;
        }
        drain();
    }

    private void drain() {
        try {
            while (true) {
                if (leftMeanwhile()) {
                    return;
                }
                Step next = steps.peek();
                if (next == null && flush != FlushState.UNFLUSHED) {
                    if (rested()) {
                        return;
                    }
                } else if (!out.isReady()) {
                    if (blocked()) {
                        return;
                    }
                } else if (next == null) {
                    flush = FlushState.FLUSHED;
                    out.flush();
                } else {
                    steps.remove();
                    held.add(-weight(next));
                    if (perform(next)) {
                        return;
                    }
                }
            }
        } catch (IOException | RuntimeException closed) {
            LOG.log(System.Logger.Level.DEBUG, "client lost while writing", closed);
            close();
            listener.disconnected();
        }
    }

    private synchronized boolean rested() {
        if (!steps.isEmpty()) {
            return false;
        }
        state = gone ? WriteState.WRITING : WriteState.IDLE;
        return !gone;
    }

    private synchronized boolean blocked() {
        if (possible) {
            possible = false;
            return false;
        }
        if (gone) {
            return false;
        }
        state = WriteState.BLOCKED;
        return true;
    }

    /** @return whether that was the last step */
    private boolean perform(Step step) throws IOException {
        if (step instanceof Step.Bytes write) {
            ByteBuffer bytes = write.bytes();
            remaining -= bytes.remaining();
            if (remaining == 0) {
                connection.forget();
            }
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            if (flush == FlushState.FLUSHED) {
                flush = FlushState.UNFLUSHED;
            }
            if (write.credit() > 0) {
                listener.taken(write.credit());
            }
            return false;
        }
        if (step instanceof Step.Begin begin) {
            begin(begin);
            return false;
        }
        if (step instanceof Step.Cut) {
            connection.terminate();
        }
        close();
        return true;
    }

    private void begin(Step.Begin begin) {
        response.setStatus(begin.status());
        for (Header line : begin.headers().lines()) {
            if (line.is("Content-Type")) {
                response.setContentType(line.value());
                boolean events = line.value().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
                flush = events ? FlushState.UNFLUSHED : FlushState.NEVER;
            } else if (line.is("Content-Length")) {
                remaining = Long.parseLong(line.value());
                response.setContentLengthLong(remaining);
            } else {
                response.addHeader(line.name(), line.value());
            }
        }
    }

    private void left() {
        synchronized (this) {
            if (state == WriteState.CLOSED) {
                return;
            }
            gone = true;
            if (state == WriteState.WRITING) {
                // completing the request under a writer would give its buffers to another exchange
                return;
            }
            state = WriteState.WRITING;
        }
        leftMeanwhile();
    }

    private boolean leftMeanwhile() {
        synchronized (this) {
            if (!gone) {
                return false;
            }
        }
        close();
        listener.disconnected();
        return true;
    }

    private void close() {
        synchronized (this) {
            if (state == WriteState.CLOSED) {
                return;
            }
            state = WriteState.CLOSED;
        }
        steps.clear();
        held.close();
        connection.forget();
        try {
            async.complete();
        } catch (IllegalStateException alreadyOver) {
            LOG.log(System.Logger.Level.DEBUG, "request was over already", alreadyOver);
        }
    }

    @Override
    public void onError(Throwable cause) {
        left();
    }
}
