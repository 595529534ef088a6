package sidecar.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A request's body as it goes out. Every call that sends it reads it from the beginning. Thread-safe. */
public interface UpstreamBody {

    /** How many bytes it has. */
    long length();

    /** Begins to read it. The bytes stay where they are until the reading is closed. */
    BodyPass read();

    /** One pass over the bytes, on one thread at a time. */
    interface BodyPass extends AutoCloseable {

        /**
         * The next bytes, to be read only; none at the end. May read a file for a moment.
         *
         * @throws IOException if they cannot be read, or this was closed
         */
        ByteBuffer next() throws IOException;

        /** Lets go of the bytes. Idempotent; from any thread. */
        @Override
        void close();
    }
}
