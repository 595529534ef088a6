package sidecar.kit;

import java.io.IOException;

/** What a stub does with one request: an honest answer, or anything else that can be done to a socket. */
@FunctionalInterface
public interface Answer {

    /**
     * Plays the answer. Runs on the connection's own thread and may wait as long as it likes.
     *
     * @throws IOException if the peer is gone; the stub notes it and closes the connection
     */
    void play(Call call) throws IOException;
}
