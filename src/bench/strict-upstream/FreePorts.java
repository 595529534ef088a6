package sidecar.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that begin to listen later. They lie below those that the ends of clients' connections are given (from 32768 on, Linux'
 * ip_local_port_range): such a one that was free a moment ago may be taken when the server comes. Callable from any thread.
 */
final class FreePorts {

    private static final int FIRST = 10_000;
    private static final int COUNT = 10_000;

    /** Elsewhere in each process, so that two which run at once do not take the same. */
    private static final AtomicInteger NEXT = new AtomicInteger(new Random().nextInt(COUNT));

    private FreePorts() {}

    /** One on which nobody listens at 127.0.0.1; each only once. */
    static int next() {
        int port;
        do {
            port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
        } while (!isFree(port));
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
