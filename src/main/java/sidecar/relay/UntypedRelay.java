package sidecar.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sidecar.ledger.MeteredUsage;
import sidecar.protocol.ResponsesStreamPosition;

/**
 * An answer to a request for a stream that does not say it is one: some upstreams send events as JSON, or without a type. Its
 * first bytes tell.
 */
public final class UntypedRelay implements Relay {

    private static final List<String> BEGINNINGS = List.of("data:", "event:", "id:", "retry:", ":");
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    /** More blanks than that before its first word has no answer. */
    private static final int MOST_BLANKS = 1024;

    private final Supplier<Relay> stream;
    private Relay relay;
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private boolean told;

    /**
     * @param plain reads it if it is no stream
     * @param stream makes what reads it if it is
     */
    public UntypedRelay(Relay plain, Supplier<Relay> stream) {
        this.relay = plain;
        this.stream = stream;
    }

    /** Whether it has turned out to be a stream of events. */
    @Override
    public boolean isStream() {
        return relay.isStream();
    }

    @Override
    public void take(byte[] bytes) {
        if (told) {
            relay.take(bytes);
            return;
        }
        first.writeBytes(bytes);
        String text = first.toString(StandardCharsets.ISO_8859_1).stripLeading();
        String start = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        boolean events = BEGINNINGS.stream().anyMatch(start::startsWith);
        boolean open = first.size() < MOST_BLANKS
                && (BYTE_ORDER_MARK.startsWith(text)
                        || BEGINNINGS.stream().anyMatch(beginning -> beginning.startsWith(start)));
        if (events) {
            relay = stream.get();
            pass(start.getBytes(StandardCharsets.ISO_8859_1));
        } else if (!open) {
            pass(first.toByteArray());
        }
    }

    private void pass(byte[] held) {
        told = true;
        first.reset();
        relay.take(held);
    }

    @Override
    public void end() {
        if (!told) {
            pass(first.toByteArray());
        }
        relay.end();
    }

    @Override
    public void broken(String how) {
        relay.broken(how);
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
        return first.size() + relay.heldBytes();
    }

    @Override
    public void commitHeld() {
        relay.commitHeld();
    }

    @Override
    public boolean endedWithError() {
        return relay.endedWithError();
    }
}
