package sidecar.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sidecar.failure.FailureClass;
import sidecar.ledger.Usage;

/**
 * An answer that is a stream of events. Events are held until the first that carries content, so that a stream that
 * fails before it says anything is a failed attempt. After that, bytes go out per upstream read up to the last complete
 * line; a partial line waits. A stream that was cut is never passed off as a complete one.
 */
final class SseRelay implements Relay {

    static final int HELD_EVENTS = 64;
    static final int HELD_BYTES = 256 * 1024;

    private static final Set<String> NO_CONTENT_YET = Set.of(
            "response.created",
            "response.queued",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "message_start",
            "content_block_start",
            "ping");
    private static final Set<String> LAST =
            Set.of("response.completed", "response.incomplete", "response.failed", "message_stop", "error");
    private static final byte[] DATA = RequestHead.bytes("data:");
    private static final String DONE = "[DONE]";

    private final Shape shape;
    private final Sink sink;
    private final Lines lines = new Lines(HELD_BYTES);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Set<Integer> choices = new HashSet<>();
    private final Set<Integer> finished = new HashSet<>();
    private Optional<Usage> usage = Optional.empty();
    private int heldEvents;
    private boolean committed;
    private boolean over;
    private boolean told;
    private boolean lastSeen;
    private boolean dropping;

    /**
     * What is known about the stream.
     *
     * @param injected whether usage was asked for by us, so that the client must not see it
     */
    record Shape(ApiPath.Kind kind, String nativeId, String clientModel, boolean injected) {}

    SseRelay(Shape shape, Sink sink) {
        this.shape = shape;
        this.sink = sink;
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
        int length = contentLength(line);
        if (length == 0) {
            heldEvents++;
            if (dropping) {
                dropping = false;
                return;
            }
        } else if (line[0] == ':' && !committed) {
            return;
        } else if (startsWithData(line, length)) {
            data(line, length);
            return;
        }
        out.writeBytes(line);
    }

    private void data(byte[] line, int length) {
        int from = DATA.length < length && line[DATA.length] == ' ' ? DATA.length + 1 : DATA.length;
        Answer event = Answer.read(line, from, length - from, shape.nativeId(), shape.clientModel());
        if (event == null) {
            unread(line, from, length);
            return;
        }
        if (event.error || event.type.equals("error") || (event.type.equals("response.failed") && !committed)) {
            if (!committed) {
                over = true;
                sink.failed(FailureClass.BAD_SUCCESS, "200 with an error event before any content");
                return;
            }
            // the client's SDK raises it: nothing needs to be added
            lastSeen = true;
        }
        learn(event);
        if (shape.injected() && event.noChoices && event.usage != null) {
            dropping = true;
            tell();
            return;
        }
        out.writeBytes(Edit.join(
                line, event.edits.stream().map(edit -> edit.shifted(from)).toList()));
        if (content(event)) {
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
            lastSeen = true;
        } else {
            tell();
        }
    }

    private void learn(Answer event) {
        choices.addAll(event.choices);
        finished.addAll(event.finished);
        if (event.usage != null) {
            Usage now = event.usage;
            // Messages tell the prompt at the start and the completion at the end
            usage = Optional.of(usage.map(before -> new Usage(
                            Math.max(before.prompt(), now.prompt()),
                            Math.max(before.completion(), now.completion()),
                            Math.max(before.cached(), now.cached()),
                            Math.max(before.reasoning(), now.reasoning())))
                    .orElse(now));
        }
        if (LAST.contains(event.type)) {
            lastSeen = true;
        }
        if (event.type.startsWith("response.") && !event.id.isEmpty()) {
            sink.issued(event.id);
        }
    }

    private boolean content(Answer event) {
        if (!event.type.isEmpty()
                && (shape.kind() == ApiPath.Kind.RESPONSES || shape.kind() == ApiPath.Kind.MESSAGES)) {
            return !NO_CONTENT_YET.contains(event.type);
        }
        boolean chat = shape.kind() == ApiPath.Kind.CHAT || shape.kind() == ApiPath.Kind.COMPLETIONS;
        return !chat || event.content || event.usage != null;
    }

    private void tell() {
        commit();
        if (!told) {
            told = true;
            sink.content();
        }
    }

    private boolean complete() {
        return switch (shape.kind()) {
            case CHAT, COMPLETIONS -> lastSeen || (!choices.isEmpty() && finished.containsAll(choices));
            case RESPONSES, MESSAGES -> lastSeen;
            default -> true;
        };
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        byte[] rest = lines.rest();
        // a last line without its end is whole only if it reads as such
        if (rest.length > 0 && (complete() || whole(rest))) {
            line(rest);
        }
        if (over) {
            return;
        }
        if (!complete()) {
            broken("the upstream ended the stream before its answer was complete");
            return;
        }
        if (!committed && (out.size() == 0 || (choices.isEmpty() && usage.isEmpty() && chatLike()))) {
            over = true;
            sink.failed(FailureClass.BAD_SUCCESS, "200 with an empty stream");
            return;
        }
        commit();
        flush();
        over = true;
        sink.complete();
    }

    private boolean chatLike() {
        return shape.kind() == ApiPath.Kind.CHAT || shape.kind() == ApiPath.Kind.COMPLETIONS;
    }

    private boolean whole(byte[] rest) {
        if (!startsWithData(rest, rest.length)) {
            return false;
        }
        String text = new String(rest, DATA.length, rest.length - DATA.length, StandardCharsets.UTF_8).trim();
        return text.equals(DONE)
                || Answer.read(rest, DATA.length, rest.length - DATA.length, shape.nativeId(), shape.clientModel())
                        != null;
    }

    @Override
    public void broken(String how) {
        if (over) {
            return;
        }
        boolean done = committed && complete() && (chatLike() || lastSeen);
        if (done) {
            flush();
        }
        over = true;
        if (done) {
            sink.complete();
        } else if (committed) {
            sink.cut(how);
        } else {
            sink.failed(FailureClass.NETWORK, how);
        }
    }

    @Override
    public Optional<Usage> usage() {
        return usage;
    }

    /** Whether its last event has been seen: silence after that is not a fault. */
    boolean isComplete() {
        return complete() && (chatLike() || lastSeen);
    }

    private static int contentLength(byte[] line) {
        int length = line.length;
        if (length > 0 && line[length - 1] == '\n') {
            length--;
        }
        return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    }

    private static boolean startsWithData(byte[] line, int length) {
        if (length < DATA.length) {
            return false;
        }
        for (int i = 0; i < DATA.length; i++) {
            if (line[i] != DATA[i]) {
                return false;
            }
        }
        return true;
    }

    /** Cuts bytes into lines, ends included. */
    private static final class Lines {
        private final int bound;
        private byte[] bytes = {};
        private int at;

        Lines(int bound) {
            this.bound = bound;
        }

        void add(byte[] more) {
            if (at == bytes.length) {
                bytes = more;
            } else {
                byte[] joined = new byte[bytes.length - at + more.length];
                System.arraycopy(bytes, at, joined, 0, bytes.length - at);
                System.arraycopy(more, 0, joined, bytes.length - at, more.length);
                bytes = joined;
            }
            at = 0;
        }

        byte @Nullable [] next() {
            for (int i = at; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    return cut(i + 1);
                }
            }
            return bytes.length - at > bound ? cut(bytes.length) : null;
        }

        byte[] rest() {
            return cut(bytes.length);
        }

        private byte[] cut(int to) {
            byte[] line = java.util.Arrays.copyOfRange(bytes, at, to);
            at = to;
            return line;
        }
    }
}
