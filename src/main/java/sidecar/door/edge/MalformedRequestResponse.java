package sidecar.door.edge;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.WriteResult;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.nio.NIOConnection;
import sidecar.door.HttpFramingValidator;

/** The answer to what is no request, written past the server, which never sees one. Never blocks. */
final class MalformedRequestResponse {

    private MalformedRequestResponse() {}

    /**
     * Says why, and that nothing follows. The connection stays open for reading: closing it while bytes of the client's are
     * unread would reset it, and the answer be lost on its way.
     *
     * @param path of the request, if its first line got so far; decides the shape
     */
    static void answer(Connection<?> connection, HttpFramingValidator.Fault fault, String path) {
        ErrorBody error =
                ErrorBody.of(fault.status(), path, fault.message(), "invalid_request_error", Optional.empty());
        String body = error.json();
        String head = "HTTP/1.1 " + error.status() + ' ' + ReasonPhrases.of(error.status())
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n";
        write(
                connection,
                Buffers.wrap(
                        connection.getTransport().getMemoryManager(),
                        (head + body).getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Says nothing but what was said before, and that nothing follows. */
    static void end(Connection<?> connection) {
        write(connection, Buffers.EMPTY_BUFFER);
    }

    @SuppressWarnings({"unchecked", "FutureReturnValueIgnored"}) // the handler is told
    private static void write(Connection<?> connection, Buffer bytes) {
        ((Connection<Object>) connection).write(bytes, new HalfClose(connection));
    }

    /** Ends our direction once all is written. */
    private static final class HalfClose extends EmptyCompletionHandler<WriteResult<Object, Object>> {
        private final Connection<?> connection;

        HalfClose(Connection<?> connection) {
            this.connection = connection;
        }

        @Override
        public void completed(WriteResult<Object, Object> written) {
            try {
                ((SocketChannel) ((NIOConnection) (Object) connection).getChannel()).shutdownOutput();
            } catch (IOException gone) {
                connection.terminateSilently();
            }
        }

        @Override
        public void failed(Throwable gone) {
            connection.terminateSilently();
        }
    }
}
