package sidecar.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between one node and its database: passes bytes on, or holds them while connections stay open, as when a cable is cut. Bytes that were
 * sent meanwhile arrive when it is healed. Callable from any thread.
 */
final class DatabaseLink implements AutoCloseable {

    private static final int PIECE = 8 * 1024;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private boolean cut; // guarded by this

    private DatabaseLink(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** One to that port of 127.0.0.1. */
    static DatabaseLink to(int target) {
        try {
            DatabaseLink link = new DatabaseLink(new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1")), target);
            Listener.thread("database link", link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it is to be connected to. */
    int port() {
        return server.getLocalPort();
    }

    /** From now on nothing passes, neither way. */
    synchronized void cut() {
        cut = true;
    }

    /** What was held passes, and everything after it. */
    synchronized void heal() {
        cut = false;
        notifyAll();
    }

    private synchronized void awaitWhole() throws InterruptedException {
        while (cut) {
            wait();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                open.add(near);
                Listener.thread("database link", () -> connect(near));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket near) {
        try {
            awaitWhole();
            Socket far = new Socket(InetAddress.getByName("127.0.0.1"), target);
            open.add(far);
            Listener.thread("database link", () -> pump(near, far));
            pump(far, near);
        } catch (IOException refused) {
            close(near);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Until either end closes, which closes the other. */
    private void pump(Socket from, Socket to) {
        try {
            to.setTcpNoDelay(true);
            InputStream in = from.getInputStream();
            byte[] piece = new byte[PIECE];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                awaitWhole();
                to.getOutputStream().write(piece, 0, length);
            }
            awaitWhole();
        } catch (IOException gone) {
            // the other end learns of it below
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        } finally {
            close(from);
            close(to);
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(this::close);
        heal();
    }
}
