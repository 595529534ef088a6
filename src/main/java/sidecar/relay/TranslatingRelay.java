package sidecar.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.body.ByteBlocks;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerReader;
import sidecar.dialect.answer.AnswerWriter;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.failure.FailureClass;
import sidecar.json.Json;
import sidecar.ledger.MeteredUsage;
import sidecar.protocol.ApiError;
import sidecar.protocol.ErrorRenderer;
import sidecar.protocol.ResponsesStreamPosition;
import sidecar.protocol.UpstreamError;

/**
 * Puts an answer into the client's dialect while it comes. The provider's own relay judges it, holds it back and meters it as it would for a
 * client of its dialect; what that one passes on is read here, and written anew. A client that asked for a stream is given one, and a client that did
 * not is given a whole answer, whichever of the two the provider sends.
 */
public final class TranslatingRelay implements Relay {

    /** A longer answer that cannot be passed on piece by piece is none. */
    static final int MAX_HELD = 32 << 20;

    private static final int FIRST_ERROR = 400;
    private static final int BAD_GATEWAY = 502;

    private final Relay inner;
    private final int status;
    private final AnswerReader reader;
    private final AnswerWriter writer;
    private final AnswerForm client;
    private final RelayProgress progress = new RelayProgress();
    private final EventData events = new EventData(MAX_HELD);
    private final ByteBlocks held = new ByteBlocks();
    private final List<AnswerEvent> answer = new ArrayList<>();
    private Ending ending = Ending.OPEN;

    /**
     * How the client is answered.
     *
     * @param stream whether as a stream of events
     * @param answerId of a response of Responses; empty for other answers
     * @param errors the shape of a refusal
     * @param errorEvents makes the events that tell of an error in a stream under way, by where that stands
     */
    public record AnswerForm(boolean stream, String answerId, ErrorRenderer errors, ErrorEvents errorEvents) {}

    /** The events that tell of an error in a stream under way. */
    @FunctionalInterface
    public interface ErrorEvents {
        byte[] of(ApiError error, ResponsesStreamPosition position);
    }

    /** What the client has been told of the end of its stream. */
    private enum Ending {
        OPEN,
        ANSWERED,
        ERROR
    }

    /**
     * An answer that begins.
     *
     * @param inner reads it as the provider's dialect has it
     * @param status of its head
     */
    public TranslatingRelay(Relay inner, int status, AnswerReader reader, AnswerWriter writer, AnswerForm client) {
        this.inner = inner;
        this.status = status;
        this.reader = reader;
        this.writer = writer;
        this.client = client;
    }

    /** Whether the client is given a stream of events, as far as is known. */
    @Override
    public boolean isStream() {
        return client.stream() && status < FIRST_ERROR && (inner.isStream() || progress.isCommitted());
    }

    @Override
    public List<RelayStep> take(byte[] bytes) {
        return translated(inner.take(bytes));
    }

    @Override
    public List<RelayStep> end() {
        return translated(inner.end());
    }

    @Override
    public List<RelayStep> broken(String reason) {
        return translated(inner.broken(reason));
    }

    /** A whole answer cannot be passed on before it is whole. */
    @Override
    public List<RelayStep> commitHeld() {
        return isStream() ? translated(inner.commitHeld()) : List.of();
    }

    private List<RelayStep> translated(List<RelayStep> steps) {
        for (RelayStep step : steps) {
            if (!progress.isOver()) {
                try {
                    follow(step);
                } catch (InvalidAnswerException none) {
                    breakOff(RelayStep.Fail.of(FailureClass.BAD_SUCCESS, "HTTP " + status + ": " + none.getMessage()));
                }
            }
        }
        return progress.take();
    }

    private void follow(RelayStep step) throws InvalidAnswerException {
        // its own commit counts for nothing: what it passes may still turn out to be no answer
        if (step instanceof RelayStep.PassBytes passed) {
            received(passed.bytes());
        } else if (step instanceof RelayStep.Complete) {
            complete();
        } else if (step instanceof RelayStep.Truncate cut) {
            breakOff(RelayContext.broken(cut.reason()));
        } else if (step instanceof RelayStep.Fail failure) {
            progress.fail(failure);
        } else if (step instanceof RelayStep.RetryWithoutUsage) {
            progress.retryWithoutUsage();
        }
    }

    private void breakOff(RelayStep.Fail failure) {
        if (progress.isHolding()) {
            progress.fail(failure);
        } else {
            progress.truncate(failure.reason());
        }
    }

    private void received(byte[] bytes) throws InvalidAnswerException {
        if (!inner.isStream()) {
            held.add(bytes);
            if (held.size() > MAX_HELD) {
                throw new InvalidAnswerException("an answer of more than " + MAX_HELD + " bytes in one piece");
            }
            return;
        }
        events.add(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            for (ObjectNode event = events.next(); event != null && ending == Ending.OPEN; event = events.next()) {
                if (isError(event)) {
                    error(event, out);
                } else {
                    written(reader.read(event), out);
                }
            }
        } catch (InvalidAnswerException none) {
            if (progress.isCommitted()) {
                pass(out);
            }
            throw none;
        }
        pass(out);
    }

    private static boolean isError(ObjectNode event) {
        JsonNode error = event.path("error");
        return event.path("type").asText().equals("error") || (!error.isMissingNode() && !error.isNull());
    }

    /** An error in place of the rest of the answer. */
    private void error(ObjectNode event, ByteArrayOutputStream out) throws InvalidAnswerException {
        ApiError error = UpstreamError.of(BAD_GATEWAY, Json.bytes(event));
        if (!client.stream()) {
            throw new InvalidAnswerException("an error event in its answer");
        }
        ending = Ending.ERROR;
        out.writeBytes(client.errorEvents().of(error, position()));
    }

    /** What is written for a client of a stream goes to {@code out}; for one of a whole answer it is kept. */
    private void written(List<AnswerEvent> read, ByteArrayOutputStream out) {
        for (AnswerEvent event : read) {
            if (client.stream()) {
                out.writeBytes(Json.utf8(writer.write(event)));
            } else {
                answer.add(event);
            }
            if (event instanceof AnswerEvent.Finished) {
                ending = Ending.ANSWERED;
            }
        }
    }

    private void pass(ByteArrayOutputStream out) {
        if (client.stream() && out.size() > 0) {
            progress.commit(-1);
            progress.beginContent();
            progress.pass(out.toByteArray());
        }
    }

    private void complete() throws InvalidAnswerException {
        if (status >= FIRST_ERROR) {
            whole(client.errors().body(UpstreamError.of(status, held.joined())));
        } else if (!inner.isStream()) {
            byte[] body = held.joined();
            completePlain(Json.readAnswer(body, 0, body.length)
                    .orElseThrow(() -> new InvalidAnswerException("a body that is no JSON object")));
        } else {
            completeStream();
        }
    }

    private void completePlain(ObjectNode body) throws InvalidAnswerException {
        Answer plain = reader.readWhole(body);
        if (client.stream()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            written(plain.events(), out);
            pass(out);
            progress.complete();
        } else {
            whole(Json.bytes(writer.write(plain)));
        }
    }

    private void completeStream() throws InvalidAnswerException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (ending == Ending.OPEN) {
            written(reader.end(), out);
        }
        if (client.stream()) {
            pass(out);
            progress.commit(-1);
            progress.complete();
        } else {
            whole(Json.bytes(writer.write(Answer.of(answer))));
        }
    }

    private void whole(byte[] body) {
        held.drain();
        progress.commit(new RelayStep.Commit(body.length, true));
        progress.beginContent();
        progress.pass(body);
        progress.complete();
    }

    @Override
    public boolean isCommitted() {
        return progress.isCommitted();
    }

    /** Clients close at the last event of their own dialect. */
    @Override
    public boolean isComplete() {
        return progress.isCompleted() || (progress.isCommitted() && ending == Ending.ANSWERED);
    }

    @Override
    public boolean lastWord() {
        return inner.lastWord() || ending != Ending.OPEN;
    }

    @Override
    public boolean awaitsUsage() {
        return inner.isStream() && ending == Ending.OPEN && reader.awaitsUsage();
    }

    @Override
    public Optional<MeteredUsage> usage() {
        return progress.isCommitted() ? inner.usage() : Optional.empty();
    }

    @Override
    public long heldBytes() {
        return inner.heldBytes() + held.size() + events.pending() + 2 * reader.heldCharacters();
    }

    @Override
    public ResponsesStreamPosition position() {
        return new ResponsesStreamPosition(writer.nextSequence(), client.answerId());
    }

    @Override
    public boolean endedWithError() {
        return inner.endedWithError() || ending == Ending.ERROR;
    }
}
