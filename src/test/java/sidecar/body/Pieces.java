package sidecar.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import sidecar.protocol.request.RequestHead;

/** Bytes that can only be had a few at a time. */
public record Pieces(byte[] all, int piece) implements ByteSource {

    /** As many as the longest character has: every longer thing is cut somewhere. */
    private static final int FEW = 4;

    /** Reads {@code body} in one piece and in many, which must make no difference. */
    public static RequestHead.Reading read(byte[] body, Function<ByteSource, RequestHead.Reading> reader) {
        RequestHead.Reading whole = reader.apply(ByteSource.of(body));
        RequestHead.Reading pieces = reader.apply(new Pieces(body, FEW));
        assertThat(told(pieces))
                .as(() -> "of " + new String(body, StandardCharsets.ISO_8859_1))
                .isEqualTo(told(whole));
        return whole;
    }

    private static String told(RequestHead.Reading reading) {
        if (reading instanceof RequestHead.Reading.Read read) {
            RequestHead head = read.head();
            return head.model() + " " + head.modelAt() + head.quoted() + head.stream() + head.previous()
                    + head.usage()
                            .map(edit ->
                                    edit.from() + "-" + edit.to() + new String(edit.with(), StandardCharsets.UTF_8));
        }
        return reading.toString();
    }

    @Override
    public int length() {
        return all.length;
    }

    @Override
    public ByteBuffer some(int from) {
        return ByteBuffer.wrap(all, from, Math.min(piece, all.length - from)).slice();
    }

    @Override
    public void close() {}
}
