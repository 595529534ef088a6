package sidecar.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port at 127.0.0.1. Every connection gets a thread of its own, until either end closes it. */
final class Listener implements AutoCloseable {

    private static final int STACK_BYTES = 256 * 1024;
    private static final int BACKLOG = 2048;

    private final ServerSocket server;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Speaks with one peer until the connection is to end. */
    interface Handler {
        void serve(HttpConnection wire) throws IOException;
    }

    private Listener(ServerSocket server, Handler handler) {
        this.server = server;
        this.handler = handler;
    }

    /** Opens that port, 0 for any. */
    static Listener at(int port, Handler handler) {
        try {
            ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getByName("127.0.0.1"));
            Listener listener = new Listener(server, handler);
            thread("accept", listener::accept);
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a daemon with a small stack. */
    static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                thread("connection", () -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (HttpConnection wire = new HttpConnection(socket)) {
            handler.serve(wire);
        } catch (IOException e) {
            // the peer has left; what it left behind is counted where it happened
        } finally {
            open.remove(socket);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
