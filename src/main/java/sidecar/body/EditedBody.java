package sidecar.body;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import sidecar.upstream.UpstreamBody;

/** A held body with some spans replaced. Nothing is copied but, piece by piece, what is in a file. */
final class EditedBody implements UpstreamBody {

    private final RequestBody held;
    private final List<ByteEdit> edits;

    /** @param edits in order, not overlapping */
    EditedBody(RequestBody held, List<ByteEdit> edits) {
        this.held = held;
        this.edits = List.copyOf(edits);
    }

    @Override
    public long length() {
        long length = held.length();
        for (ByteEdit edit : edits) {
            length += edit.with().length - (edit.to() - edit.from());
        }
        return length;
    }

    @Override
    public BodyPass read() {
        return new Pass(held.take());
    }

    /** One pass, which keeps the held bytes where they are. */
    private final class Pass implements BodyPass {
        private final AtomicBoolean closed;
        private int at;
        private int edit;

        Pass(boolean there) {
            closed = new AtomicBoolean(!there);
        }

        @Override
        public ByteBuffer next() throws IOException {
            if (closed.get()) {
                throw new IOException("the body was let go of");
            }
            while (edit < edits.size() && at == edits.get(edit).from()) {
                ByteEdit change = edits.get(edit++);
                at = change.to();
                if (change.with().length > 0) {
                    return ByteBuffer.wrap(change.with());
                }
            }
            return original(edit < edits.size() ? edits.get(edit).from() : held.length());
        }

        private ByteBuffer original(int to) throws IOException {
            try {
                ByteBuffer some = held.bytes().some(at);
                some.limit(Math.min(some.limit(), to - at));
                at += some.limit();
                return some;
            } catch (UncheckedIOException lost) {
                throw new IOException("a held body cannot be read", lost);
            }
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                held.releaseOne();
            }
        }
    }
}
