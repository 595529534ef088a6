package sidecar.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.body.ByteEdit;
import sidecar.failure.FailureClass;
import sidecar.ledger.MeteredUsage;
import sidecar.protocol.ResponseJson;
import sidecar.protocol.ResponsesStreamPosition;
import sidecar.protocol.StreamCompletion;
import sidecar.protocol.UsageMeter;

/**
 * An answer that is a stream of events. Events are held until the first that carries content, so that a stream that
 * fails before it says anything is a failed attempt. After that, bytes go out per upstream read up to the last complete
 * line; a partial line waits. A stream that was cut is never passed off as a complete one.
 */
public final class SseRelay implements Relay {

    static final int HELD_EVENTS = 64;
    static final int HELD_BYTES = 256 * 1024;

    /** A line of which so much has come is not waited for while memory is short. */
    static final int PIECE = 32 * 1024;

    private static final String DONE = "[DONE]";

    /** Which kind of event the line that comes next belongs to. */
    private enum LineState {
        BETWEEN_EVENTS,
        IN_EVENT,
        /** Its {@code event:} line calls it an error. */
        IN_ERROR_EVENT,
        /** Its data was not for the client, and its empty line is not either. */
        IN_SUPPRESSED_EVENT
    }

    private final RelayContext context;
    private final UsageMeter meter;
    private final RelayProgress progress = new RelayProgress();
    private final SseLines lines = new SseLines(HELD_BYTES);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StreamCompletion completion;
    private LineState lineState = LineState.BETWEEN_EVENTS;
    private ResponsesStreamPosition position = ResponsesStreamPosition.BEGINNING;
    private int heldEvents;

    public SseRelay(RelayContext context, UsageMeter meter) {
        this.context = context;
        this.meter = meter;
        this.completion = new StreamCompletion(context.kind());
    }

    @Override
    public boolean isStream() {
        return true;
    }

    @Override
    public List<RelayStep> take(byte[] bytes) {
        lines.add(bytes);
        for (byte[] line = lines.next(); line != null && !progress.isOver(); line = lines.next()) {
            line(line);
        }
        if (progress.isHolding() && (heldEvents >= HELD_EVENTS || out.size() >= HELD_BYTES)) {
            progress.commit(-1);
        }
        flush();
        return progress.take();
    }

    @Override
    public long heldBytes() {
        return (long) lines.pending() + out.size();
    }

    @Override
    public List<RelayStep> commitHeld() {
        if (!progress.isOver() && lines.pending() >= PIECE) {
            // as of a line that is too long to be held
            line(lines.rest());
        }
        if (!progress.isOver() && out.size() > 0) {
            progress.commit(-1);
            flush();
        }
        return progress.take();
    }

    private void flush() {
        if (progress.isCommitted() && !progress.isOver() && out.size() > 0) {
            progress.pass(out.toByteArray());
            out.reset();
        }
    }

    /** One line with its end. A line longer than the bound comes in pieces, which pass as they are. */
    private void line(byte[] line) {
        int length = SseLines.contentLength(line);
        if (length == 0) {
            endEvent(line);
        } else if (line[0] == ':' && progress.isHolding()) {
            return;
        } else {
            boolean begins = lineState == LineState.BETWEEN_EVENTS;
            lineState = SseLines.isErrorName(line, length)
                    ? LineState.IN_ERROR_EVENT
                    : begins ? LineState.IN_EVENT : lineState;
            int from = SseLines.data(line, length);
            if (from >= 0) {
                data(line, from, length);
            } else {
                out.writeBytes(line);
            }
        }
    }

    private void endEvent(byte[] emptyLine) {
        LineState ended = lineState;
        lineState = LineState.BETWEEN_EVENTS;
        if (ended == LineState.BETWEEN_EVENTS && progress.isHolding()) {
            return; // it ended a comment, not an event
        }
        heldEvents++;
        if (ended != LineState.IN_SUPPRESSED_EVENT) {
            out.writeBytes(emptyLine);
        }
    }

    private void data(byte[] line, int from, int length) {
        ResponseJson event = ResponseJson.read(line, from, length - from, context.nativeId(), context.clientModel());
        boolean error = lineState == LineState.IN_ERROR_EVENT || (event != null && event.isError());
        if (error || (event != null && event.isResponseFailed() && progress.isHolding())) {
            error(line, from, length, event);
        } else if (event == null) {
            unread(line, from, length);
        } else {
            event(line, from, event);
        }
    }

    /** An error in place of an answer, or of the rest of it. */
    private void error(byte[] line, int from, int length, @Nullable ResponseJson event) {
        if (progress.isHolding()) {
            String body = new String(line, from, length - from, StandardCharsets.UTF_8);
            progress.fail(new RelayStep.Fail(
                    context.errorInSuccess(event == null ? 0 : event.errorStatus, body),
                    "a stream with an error event before any content",
                    body));
        } else {
            // the client's SDK raises it: nothing needs to be added
            completion.error();
            out.writeBytes(context.redactor().bytes(line));
        }
    }

    private void event(byte[] line, int from, ResponseJson event) {
        completion.learn(event);
        meter.read(event);
        position = position.after(event);
        if (event.isOfResponses() && !event.id.isEmpty()) {
            progress.rememberId(event.id);
        }
        if (context.hidesUsage() && event.onlyUsage()) {
            lineState = LineState.IN_SUPPRESSED_EVENT;
            content();
            return;
        }
        byte[] edited = ByteEdit.join(
                line, event.edits.stream().map(edit -> edit.shifted(from)).toList());
        out.writeBytes(event.isResponseFailed() ? context.redactor().bytes(edited) : edited);
        if (completion.isContent(event)) {
            content();
        }
    }

    /** Data that is not a JSON object: {@code [DONE]}, or something we know nothing of. */
    private void unread(byte[] line, int from, int length) {
        out.writeBytes(line);
        if (text(line, from, length).equals(DONE)) {
            completion.last();
        } else {
            meter.unread(length - from);
            content();
        }
    }

    private static String text(byte[] line, int from, int length) {
        return new String(line, from, length - from, StandardCharsets.UTF_8).trim();
    }

    private void content() {
        progress.commit(-1);
        progress.beginContent();
    }

    @Override
    public List<RelayStep> end() {
        if (progress.isOver()) {
            return List.of();
        }
        byte[] rest = lines.rest();
        // a last line without its end is whole only if it reads as such
        if (rest.length > 0 && (completion.complete() || whole(rest))) {
            line(rest);
        }
        if (progress.isHolding() && (out.size() == 0 || (completion.complete() && completion.saidNothing()))) {
            progress.fail(RelayStep.Fail.of(FailureClass.BAD_SUCCESS, "200 with an empty stream"));
        } else if (!progress.isOver() && !completion.complete()) {
            breakOff("the upstream ended the stream before its answer was complete");
        } else if (!progress.isOver()) {
            progress.commit(-1);
            flush();
            progress.complete();
        }
        return progress.take();
    }

    private boolean whole(byte[] rest) {
        int from = SseLines.data(rest, rest.length);
        return from >= 0
                && (text(rest, from, rest.length).equals(DONE)
                        || ResponseJson.read(rest, from, rest.length - from, context.nativeId(), context.clientModel())
                                != null);
    }

    @Override
    public List<RelayStep> broken(String reason) {
        if (!progress.isOver()) {
            breakOff(reason);
        }
        return progress.take();
    }

    private void breakOff(String reason) {
        if (progress.isHolding()) {
            progress.fail(RelayContext.broken(reason));
        } else if (completion.ended()) {
            flush();
            progress.complete();
        } else {
            progress.truncate(reason);
        }
    }

    @Override
    public boolean isCommitted() {
        return progress.isCommitted();
    }

    @Override
    public boolean isComplete() {
        return progress.isCommitted() && completion.ended();
    }

    @Override
    public boolean lastWord() {
        return completion.lastWord();
    }

    @Override
    public boolean endedWithError() {
        return completion.endedWithError();
    }

    @Override
    public ResponsesStreamPosition position() {
        return position;
    }

    @Override
    public Optional<MeteredUsage> usage() {
        boolean whole = (progress.isCompleted() || isComplete()) && !completion.endedWithError();
        return progress.isCommitted() ? meter.metered(whole) : Optional.empty();
    }
}
