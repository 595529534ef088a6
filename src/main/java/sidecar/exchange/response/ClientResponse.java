package sidecar.exchange.response;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sidecar.exchange.ClientRequest;
import sidecar.exchange.ExchangeSettings;
import sidecar.failure.FailureClass;
import sidecar.protocol.ApiError;
import sidecar.protocol.ErrorRenderer;
import sidecar.protocol.ResponsesStreamPosition;
import sidecar.protocol.request.RequestHead;
import sidecar.relay.NonStreamResponse;
import sidecar.time.TimeSource;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

/**
 * What the client has been sent; nobody else writes to it. While there is nothing to say it sends heartbeats to a client
 * that waits for a stream: the first of them tells it status 200, and what comes after that, also a refusal, comes as
 * events. Used in its exchange's mailbox.
 */
public final class ClientResponse {

    private static final byte[] NOTHING = {};

    private final ClientRequest request;
    private final ClientStream client;
    private final Heartbeat heartbeat;
    private final InstantSource clock;
    private @Nullable NonStreamResponse nonStream;
    private int status;
    private boolean events;
    private boolean opened;

    /** @param mailbox the exchange's */
    public ClientResponse(
            ClientRequest request,
            ClientStream client,
            ExchangeSettings settings,
            TimeSource time,
            Consumer<Runnable> mailbox) {
        this.request = request;
        this.client = client;
        this.clock = time.clock();
        Duration grace = request.wantsEvents() ? settings.heartbeatGrace() : Duration.ZERO;
        this.heartbeat = new Heartbeat(time.timer(), time.ticker(), mailbox, grace, this::sendHeartbeat);
    }

    /** The client waits from now on. */
    public void begin() {
        heartbeat.begin();
    }

    /** The status that the client was told; 0 before it was told any. */
    public int status() {
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
    public void answer(int status, Headers headers, List<Header> own, long length, boolean stream) {
        if (opened) {
            nonStream = stream ? null : new NonStreamResponse(status);
            introduce(own);
            return;
        }
        if (!stream) {
            heartbeat.end();
        }
        boolean bodyless = status == 204 || status == 304 || request.method().equals("HEAD");
        head(status, ResponseHeaders.relayed(headers, own, bodyless ? -1 : length, stream), stream);
    }

    /** Some bytes of the answer; {@code credit} is told to the stream's listener when they are written. */
    public void pass(byte[] bytes, int credit) {
        if (nonStream == null) {
            write(bytes, credit);
        } else {
            nonStream.take(bytes);
            write(NOTHING, credit);
        }
    }

    /**
     * The client took bytes of that credit.
     *
     * @return how much of it belongs to what was passed
     */
    public int taken(int credit) {
        return heartbeat.taken(credit);
    }

    /**
     * The answer was complete.
     *
     * @return what was wrong with it all the same; empty when nothing was
     */
    public Optional<FailureClass> end() {
        FailureClass fault = status < 400 ? null : FailureClass.CLIENT;
        if (nonStream != null) {
            fault = nonStream.kind();
            frame(nonStream.error(), ResponsesStreamPosition.BEGINNING);
        }
        client.end();
        return Optional.ofNullable(fault);
    }

    /**
     * Ends an answer under way so that the client can tell that it is not complete.
     *
     * @param sent where its stream stands
     */
    public void abort(ApiError error, ResponsesStreamPosition sent) {
        if (events) {
            // an empty line first: what was relayed last may not have ended its event
            write(RequestHead.bytes("\n"), 0);
            frame(error, sent);
            client.end();
        } else {
            client.cut();
        }
    }

    /** There is no answer, and that is why. */
    public void refuse(ApiError error, List<Header> own) {
        if (opened) {
            introduce(own);
            frame(error, ResponsesStreamPosition.BEGINNING);
        } else {
            ErrorRenderer renderer = ErrorRenderer.of(Optional.of(request.path()), request.id());
            byte[] body = renderer.body(error);
            head(renderer.status(error), ResponseHeaders.refused(error, own, body.length), false);
            write(body, 0);
        }
        client.end();
    }

    /** Nothing more is sent. Idempotent. */
    public void over() {
        heartbeat.end();
    }

    private void sendHeartbeat(int credit) {
        if (status == 0) {
            opened = true;
            head(200, ResponseHeaders.opened(request), true);
        }
        client.write(ByteBuffer.wrap(RequestHead.bytes(heartbeatText())), credit);
    }

    /** In the form that the client's token asks for, where its protocol has more than one. */
    private String heartbeatText() {
        return switch (request.client().permissions().heartbeat()) {
            case COMMENT -> request.path().heartbeat();
            case CHUNK -> request.path().chunkHeartbeat(request.id(), model(), clock.instant());
        };
    }

    /** As the client calls it. */
    private String model() {
        return request.head().model().orElse("");
    }

    /** What would have been in the head. */
    private void introduce(List<Header> own) {
        write(ResponseHeaders.comment(own), 0);
    }

    private void frame(ApiError error, ResponsesStreamPosition sent) {
        ResponsesStreamPosition at = sent.responseId().isEmpty()
                ? new ResponsesStreamPosition(sent.nextSequence(), "resp_" + request.id())
                : sent;
        write(ErrorRenderer.frame(request.path().kind(), error, at, model(), clock.instant()), 0);
    }

    private void head(int status, Headers headers, boolean events) {
        this.status = status;
        this.events = events;
        client.head(status, headers);
    }

    private void write(byte[] bytes, int credit) {
        heartbeat.wrote(bytes, credit);
        client.write(ByteBuffer.wrap(bytes), credit);
    }
}
