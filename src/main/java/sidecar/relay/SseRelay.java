package sidecar.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import sidecar.body.ByteEdit;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureRules;
import sidecar.failure.Verdict;
import sidecar.ledger.MeteredUsage;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ResponseJson;
import sidecar.protocol.ResponsesStreamPosition;
import sidecar.protocol.SseLines;
import sidecar.protocol.StreamCompletion;
import sidecar.protocol.UsageMeter;
import sidecar.provider.Redactor;

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
    private static final String FAILED = "response.failed";

    private final Shape shape;
    private final UsageMeter meter;
    private final Sink sink;
    private final SseLines lines = new SseLines(HELD_BYTES);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StreamCompletion completion;
    private int heldEvents;
    private boolean committed;
    private boolean over;
    private boolean completed;
    private boolean spoilt;
    private boolean told;
    private boolean dropping;
    private boolean inEvent;
    private boolean namedError;
    private long sequence = -1;
    private String responseId = "";

    /**
     * What is known about the stream.
     *
     * @param label of the provider
     * @param injected whether usage was asked for by us, so that the client must not see it
     */
    public record Shape(
            ApiPath.PathKind kind,
            FailureRules rules,
            String label,
            String nativeId,
            String clientModel,
            boolean injected,
            Redactor redactor) {}

    public SseRelay(Shape shape, UsageMeter meter, Sink sink) {
        this.shape = shape;
        this.meter = meter;
        this.sink = sink;
        this.completion = new StreamCompletion(shape.kind());
    }

    @Override
    public boolean isStream() {
        return true;
    }

    @Override
    public void take(byte[] bytes) {
        lines.add(bytes);
        for (byte[] line = lines.next(); line != null && !over; line = lines.next()) {
            line(line);
        }
        if (!over && !committed && (heldEvents >= HELD_EVENTS || out.size() >= HELD_BYTES)) {
            commit();
        }
        flush();
    }

    @Override
    public long heldBytes() {
        return (long) lines.pending() + out.size();
    }

    @Override
    public void commitHeld() {
        if (!over && lines.pending() >= PIECE) {
            // as of a line that is too long to be held
            line(lines.rest());
        }
        if (!over && out.size() > 0) {
            commit();
            flush();
        }
    }

    private void flush() {
        if (committed && !over && out.size() > 0) {
            sink.pass(out.toByteArray());
            out.reset();
        }
    }

    private void commit() {
        if (!committed) {
            committed = true;
            sink.commit(-1);
        }
    }

    /** One line with its end. A line longer than the bound comes in pieces, which pass as they are. */
    private void line(byte[] line) {
        int length = SseLines.contentLength(line);
        if (length == 0) {
            if (!inEvent && !committed) {
                return; // it ended a comment, not an event
            }
            inEvent = false;
            namedError = false;
            heldEvents++;
            if (dropping) {
                dropping = false;
                return;
            }
        } else if (line[0] == ':' && !committed) {
            return;
        } else {
            inEvent = true;
            namedError |= SseLines.isErrorName(line, length);
            int from = SseLines.data(line, length);
            if (from >= 0) {
                data(line, from, length);
                return;
            }
        }
        out.writeBytes(line);
    }

    private void data(byte[] line, int from, int length) {
        ResponseJson event = ResponseJson.read(line, from, length - from, shape.nativeId(), shape.clientModel());
        if (event == null && !namedError) {
            unread(line, from, length);
            return;
        }
        if (event == null
                || namedError
                || event.error
                || event.type.equals("error")
                || (event.type.equals(FAILED) && !committed)) {
            if (!committed) {
                over = true;
                String body = new String(line, from, length - from, StandardCharsets.UTF_8);
                Verdict verdict = shape.rules().inSuccess(event == null ? 0 : event.errorStatus, body, shape.label());
                sink.failed(verdict, "a stream with an error event before any content", body);
                return;
            }
            // the client's SDK raises it: nothing needs to be added
            completion.last();
            spoilt = true;
            out.writeBytes(shape.redactor().bytes(line));
            return;
        }
        completion.learn(event);
        meter.read(event);
        sequence = Math.max(sequence, event.sequence);
        if (event.type.startsWith("response.") && !event.id.isEmpty()) {
            responseId = event.id;
            sink.issued(event.id);
        }
        if (shape.injected() && event.onlyUsage()) {
            dropping = true;
            tell();
            return;
        }
        byte[] edited = ByteEdit.join(
                line, event.edits.stream().map(edit -> edit.shifted(from)).toList());
        boolean failed = event.type.equals(FAILED);
        spoilt |= failed;
        out.writeBytes(failed ? shape.redactor().bytes(edited) : edited);
        if (completion.isContent(event)) {
            tell();
        }
    }

    /** Data that is not a JSON object: {@code [DONE]}, or something we know nothing of. */
    private void unread(byte[] line, int from, int length) {
        out.writeBytes(line);
        boolean done = new String(line, from, length - from, StandardCharsets.UTF_8)
                .trim()
                .equals(DONE);
        if (done) {
            completion.last();
        } else {
            meter.unread(length - from);
            tell();
        }
    }

    private void tell() {
        commit();
        if (!told) {
            told = true;
            sink.content();
        }
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        byte[] rest = lines.rest();
        // a last line without its end is whole only if it reads as such
        if (rest.length > 0 && (completion.complete() || whole(rest))) {
            line(rest);
        }
        if (over) {
            return;
        }
        if (!committed && out.size() == 0) {
            over = true;
            sink.failed(FailureClass.BAD_SUCCESS, "200 with an empty stream");
            return;
        }
        if (!completion.complete()) {
            broken("the upstream ended the stream before its answer was complete");
            return;
        }
        if (!committed && completion.saidNothing()) {
            over = true;
            sink.failed(FailureClass.BAD_SUCCESS, "200 with an empty stream");
            return;
        }
        commit();
        flush();
        complete();
    }

    private void complete() {
        over = true;
        completed = true;
        sink.complete();
    }

    private boolean whole(byte[] rest) {
        int from = SseLines.data(rest, rest.length);
        if (from < 0) {
            return false;
        }
        String text = new String(rest, from, rest.length - from, StandardCharsets.UTF_8).trim();
        return text.equals(DONE)
                || ResponseJson.read(rest, from, rest.length - from, shape.nativeId(), shape.clientModel()) != null;
    }

    @Override
    public void broken(String how) {
        if (over) {
            return;
        }
        boolean done = committed && completion.ended();
        if (done) {
            flush();
        }
        over = true;
        if (done) {
            complete();
        } else if (committed) {
            sink.cut(how);
        } else {
            sink.failed(FailureClass.NETWORK, how);
        }
    }

    @Override
    public boolean isComplete() {
        return committed && completion.ended();
    }

    @Override
    public boolean lastWord() {
        return completion.lastWord();
    }

    @Override
    public boolean endedWithError() {
        return spoilt;
    }

    @Override
    public ResponsesStreamPosition position() {
        return new ResponsesStreamPosition(sequence + 1, responseId);
    }

    @Override
    public Optional<MeteredUsage> usage() {
        return committed ? meter.metered((completed || isComplete()) && !spoilt) : Optional.empty();
    }
}
