package sidecar.body;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where request bodies wait that find no memory. Thread-safe; waits for the disk, but for moments only. */
public interface Spool {

    /** A new, empty file that nobody else can open. */
    SpooledFile open() throws IOException;

    /** One file, gone once it is closed, or the process is. */
    interface SpooledFile {

        /** Adds those bytes at the end. On one thread at a time. */
        void append(ByteBuffer bytes) throws IOException;

        /**
         * Reads some bytes from {@code from} on; −1 at the end. From any thread.
         *
         * @throws IOException if they cannot be read, or this was closed
         */
        int read(ByteBuffer into, long from) throws IOException;

        /** Deletes it. Idempotent; from any thread. */
        void close();
    }
}
