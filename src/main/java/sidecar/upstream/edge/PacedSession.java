package sidecar.upstream.edge;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.Lock;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.Command;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;

/**
 * A connection that is not read while its protocol does not listen for bytes. Without it the credit of a slow client is
 * overrun by any amount: httpcore 5.4.4 refills its buffer from the socket in the middle of a read, and reads on as long
 * as the buffer holds something, which an upstream that sends many small chunks fast keeps true (40 MB piled up for a
 * client that had read 90 KB). What is in the buffer already is still taken, so nothing is stuck there.
 */
final class PacedSession implements IOSession {

    private final IOSession inner;

    PacedSession(IOSession inner) {
        this.inner = inner;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        boolean listening = (inner.getEventMask() & SelectionKey.OP_READ) != 0;
        return listening ? inner.read(into) : 0;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return inner.write(from);
    }

    @Override
    public IOEventHandler getHandler() {
        return inner.getHandler();
    }

    @Override
    public void upgrade(IOEventHandler handler) {
        inner.upgrade(handler);
    }

    @Override
    public Lock getLock() {
        return inner.getLock();
    }

    @Override
    public void enqueue(Command command, Command.Priority priority) {
        inner.enqueue(command, priority);
    }

    @Override
    public boolean hasCommands() {
        return inner.hasCommands();
    }

    @Override
    public Command poll() {
        return inner.poll();
    }

    @Override
    public ByteChannel channel() {
        return inner.channel();
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return inner.getRemoteAddress();
    }

    @Override
    public SocketAddress getLocalAddress() {
        return inner.getLocalAddress();
    }

    @Override
    public int getEventMask() {
        return inner.getEventMask();
    }

    @Override
    public void setEventMask(int mask) {
        inner.setEventMask(mask);
    }

    @Override
    public void setEvent(int operation) {
        inner.setEvent(operation);
    }

    @Override
    public void clearEvent(int operation) {
        inner.clearEvent(operation);
    }

    @Override
    public void close() {
        inner.close();
    }

    @Override
    public void close(CloseMode mode) {
        inner.close(mode);
    }

    @Override
    public Status getStatus() {
        return inner.getStatus();
    }

    @Override
    public Timeout getSocketTimeout() {
        return inner.getSocketTimeout();
    }

    @Override
    public void setSocketTimeout(Timeout timeout) {
        inner.setSocketTimeout(timeout);
    }

    @Override
    public long getLastReadTime() {
        return inner.getLastReadTime();
    }

    @Override
    public long getLastWriteTime() {
        return inner.getLastWriteTime();
    }

    @Override
    public long getLastEventTime() {
        return inner.getLastEventTime();
    }

    @Override
    public void updateReadTime() {
        inner.updateReadTime();
    }

    @Override
    public void updateWriteTime() {
        inner.updateWriteTime();
    }

    @Override
    public String getId() {
        return inner.getId();
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }
}
