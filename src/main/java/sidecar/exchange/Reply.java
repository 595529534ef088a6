package sidecar.exchange;

import java.nio.ByteBuffer;
import java.util.List;
import sidecar.failure.FailureClass;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

/** What the client has been sent; nobody else writes to it. Used in its exchange's mailbox. */
final class Reply {

    private final ClientRequest request;
    private final ClientStream client;
    private int status;
    private boolean events;

    Reply(ClientRequest request, ClientStream client) {
        this.request = request;
        this.client = client;
    }

    /** The status that the client was told; 0 before it was told any. */
    int status() {
        return status;
    }

    /**
     * An upstream's answer begins. Once, and no {@link #refuse} after it.
     *
     * @param headers what of the upstream's may pass
     * @param own what Sidecar says of the exchange
     * @param length −1 when it is not known
     * @param stream whether it is a stream of events
     */
    void answer(int status, Headers headers, List<Header> own, long length, boolean stream) {
        boolean bodyless = status == 204 || status == 304 || request.method().equals("HEAD");
        events = stream;
        head(status, AnswerHeaders.relayed(headers, own, bodyless ? -1 : length, stream));
    }

    /** Some bytes of the answer; {@code credit} is told to the stream's listener when they are written. */
    void pass(byte[] bytes, int credit) {
        client.write(ByteBuffer.wrap(bytes), credit);
    }

    /**
     * The answer was complete.
     *
     * @return the exchange's outcome
     */
    String end() {
        client.end();
        return status < 400 ? "ok" : FailureClass.CLIENT.wire();
    }

    /** Ends an answer under way so that the client can tell that it is not complete. */
    void breakOff(ApiError error) {
        if (events) {
            // an empty line first: what was relayed last may not have ended its event
            pass(RequestHead.bytes("\n"), 0);
            pass(ErrorFrame.of(request.path().kind(), error), 0);
            client.end();
        } else {
            client.cut();
        }
    }

    /** There is no answer, and that is why. */
    void refuse(ApiError error, List<Header> own) {
        byte[] body = error.json();
        head(error.status(), AnswerHeaders.refused(error, own, body.length));
        pass(body, 0);
        client.end();
    }

    private void head(int status, Headers headers) {
        this.status = status;
        client.head(status, headers);
    }
}
