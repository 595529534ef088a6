package sidecar.exchange.response;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sidecar.exchange.ClientRequest;
import sidecar.exchange.RefusalErrors;
import sidecar.exchange.format.WireFormat;
import sidecar.ledger.TranslationNote;
import sidecar.pool.Lease;
import sidecar.protocol.ApiError;
import sidecar.protocol.request.HeaderText;
import sidecar.protocol.request.RequestHead;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

/** The headers of what a client is answered. Pure functions. */
public final class ResponseHeaders {

    /** Proxies in between must neither keep events nor gather them. */
    private static final List<Header> UNBUFFERED =
            List.of(new Header("Cache-Control", "no-cache"), new Header("X-Accel-Buffering", "no"));

    private static final Header EVENTS = new Header("Content-Type", "text/event-stream");

    private static final String SIDECAR = "X-Sidecar-";

    private ResponseHeaders() {}

    /**
     * Of an answer that is relayed.
     *
     * @param upstream what of the upstream's own headers may pass
     * @param length −1 when it is not known, or there is no body to have one
     */
    static Headers relayed(Headers upstream, List<Header> own, long length, boolean stream) {
        List<Header> lines = new ArrayList<>(upstream.lines());
        lines.addAll(own);
        if (stream) {
            lines.removeIf(line -> line.is("Cache-Control") || line.is("X-Accel-Buffering") || mistyped(line));
            lines.addAll(UNBUFFERED);
            if (lines.stream().noneMatch(line -> line.is("Content-Type"))) {
                lines.add(EVENTS);
            }
        }
        if (length >= 0) {
            lines.add(new Header("Content-Length", Long.toString(length)));
        }
        return new Headers(lines);
    }

    /** Whether it calls events something else. */
    private static boolean mistyped(Header line) {
        return line.is("Content-Type") && !line.value().toLowerCase(Locale.ROOT).startsWith(EVENTS.value());
    }

    /** Of an answer of our own. */
    static Headers refused(ApiError error, List<Header> own, int length) {
        List<Header> lines = new ArrayList<>(RefusalErrors.headers(error));
        lines.addAll(own);
        lines.add(new Header("Content-Length", Integer.toString(length)));
        return new Headers(lines);
    }

    /** Of a stream of events that begins before it is known who will answer. */
    static Headers opened(ClientRequest request) {
        List<Header> lines = new ArrayList<>(UNBUFFERED);
        lines.add(EVENTS);
        lines.addAll(own(request, Optional.empty(), 0));
        return new Headers(lines);
    }

    /** What such a stream's head could not say, as a comment in it; nothing when there is nothing to say. */
    static byte[] comment(List<Header> own) {
        StringBuilder words = new StringBuilder();
        own.stream()
                .filter(line -> line.name().startsWith(SIDECAR))
                .forEach(line -> words.append(' ')
                        .append(line.name().substring(SIDECAR.length()).toLowerCase(Locale.ROOT))
                        .append('=')
                        .append(line.value().replace(" ", "%20")));
        return RequestHead.bytes(words.isEmpty() ? "" : ": sidecar" + words + "\n\n");
    }

    /**
     * What Sidecar says of every exchange.
     *
     * @param last of the latest attempt; empty when there was none
     */
    public static List<Header> own(ClientRequest request, Optional<WireFormat> last, int attempts) {
        List<Header> lines = new ArrayList<>();
        lines.add(new Header("X-Request-Id", request.id()));
        last.ifPresent(format -> {
            Lease lease = format.lease();
            lines.add(new Header(
                    "X-Sidecar-Provider", HeaderText.of(lease.provider().name())));
            if (!lease.model().isEmpty()) {
                lines.add(new Header("X-Sidecar-Model", HeaderText.of(lease.model())));
            }
            lines.add(new Header("X-Sidecar-Attempts", Integer.toString(attempts)));
            if (!format.note().equals(TranslationNote.NATIVE)) {
                lines.add(new Header("X-Sidecar-Translation", HeaderText.of(translation(format.note()))));
            }
        });
        return lines;
    }

    /** As in {@code messages>chat; lost=top_k,seed}. */
    private static String translation(TranslationNote note) {
        return note.losses().isEmpty()
                ? note.dialects()
                : note.dialects() + "; lost=" + String.join(",", note.losses());
    }
}
