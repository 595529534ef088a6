package sidecar.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sidecar.ledger.MeteredUsage;
import sidecar.protocol.ResponsesStreamPosition;

/**
 * An answer to a request for a stream that does not say it is one: some upstreams send events as JSON, or without a type. Its
 * first bytes tell.
 */
public final class SniffingRelay implements Relay {

    private static final List<String> BEGINNINGS = List.of("data:", "event:", "id:", "retry:", ":");
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    /** More blanks than that before its first word has no answer. */
    private static final int MAX_BLANKS = 1024;

    private final Supplier<Relay> stream;
    private Relay relay;
    private @Nullable ByteArrayOutputStream undecided = new ByteArrayOutputStream();

    /**
     * @param plain reads it if it is no stream
     * @param stream makes what reads it if it is
     */
    public SniffingRelay(Relay plain, Supplier<Relay> stream) {
        this.relay = plain;
        this.stream = stream;
    }

    /** Whether it has turned out to be a stream of events. */
    @Override
    public boolean isStream() {
        return relay.isStream();
    }

    @Override
    public List<RelayStep> take(byte[] bytes) {
        ByteArrayOutputStream first = undecided;
        if (first == null) {
            return relay.take(bytes);
        }
        first.writeBytes(bytes);
        String text = first.toString(StandardCharsets.ISO_8859_1).stripLeading();
        String start = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        boolean open = first.size() < MAX_BLANKS
                && (BYTE_ORDER_MARK.startsWith(text)
                        || BEGINNINGS.stream().anyMatch(beginning -> beginning.startsWith(start)));
        if (BEGINNINGS.stream().anyMatch(start::startsWith)) {
            relay = stream.get();
            return decide(start.getBytes(StandardCharsets.ISO_8859_1));
        }
        return open ? List.of() : decide(first.toByteArray());
    }

    private List<RelayStep> decide(byte[] held) {
        undecided = null;
        return relay.take(held);
    }

    @Override
    public List<RelayStep> end() {
        ByteArrayOutputStream first = undecided;
        if (first == null) {
            return relay.end();
        }
        List<RelayStep> steps = new ArrayList<>(decide(first.toByteArray()));
        steps.addAll(relay.end());
        return steps;
    }

    @Override
    public List<RelayStep> broken(String reason) {
        return relay.broken(reason);
    }

    @Override
    public boolean isCommitted() {
        return relay.isCommitted();
    }

    @Override
    public boolean isComplete() {
        return relay.isComplete();
    }

    @Override
    public boolean lastWord() {
        return relay.lastWord();
    }

    @Override
    public Optional<MeteredUsage> usage() {
        return relay.usage();
    }

    @Override
    public ResponsesStreamPosition position() {
        return relay.position();
    }

    @Override
    public long heldBytes() {
        return relay.heldBytes() + (undecided == null ? 0 : undecided.size());
    }

    @Override
    public List<RelayStep> commitHeld() {
        return relay.commitHeld();
    }

    @Override
    public boolean endedWithError() {
        return relay.endedWithError();
    }
}
