package sidecar.body;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A span of bytes and what stands there instead. Everything else of a body passes as it came.
 *
 * @param from first byte replaced
 * @param to byte after the last one replaced; equal to {@code from} for an insertion
 */
public record ByteEdit(int from, int to, byte[] with) {

    /**
     * The slices of {@code bytes} from {@code from} for {@code length} bytes with the edits made; nothing is copied.
     *
     * @param edits in order, not overlapping, relative to {@code from}
     */
    public static List<ByteBuffer> apply(byte[] bytes, int from, int length, List<ByteEdit> edits) {
        List<ByteBuffer> slices = new ArrayList<>();
        int at = 0;
        for (ByteEdit edit : edits) {
            add(slices, bytes, from + at, edit.from - at);
            add(slices, edit.with, 0, edit.with.length);
            at = edit.to;
        }
        add(slices, bytes, from + at, length - at);
        return slices;
    }

    /** All of {@code bytes} with the edits made, as one array; the same array when there are none. */
    public static byte[] join(byte[] bytes, List<ByteEdit> edits) {
        if (edits.isEmpty()) {
            return bytes;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream(bytes.length + 64);
        apply(bytes, 0, bytes.length, edits)
                .forEach(slice -> whole.write(slice.array(), slice.arrayOffset(), slice.remaining()));
        return whole.toByteArray();
    }

    /** The same change in a text that begins {@code by} bytes earlier. */
    public ByteEdit shifted(int by) {
        return new ByteEdit(from + by, to + by, with);
    }

    private static void add(List<ByteBuffer> slices, byte[] bytes, int from, int length) {
        if (length > 0) {
            slices.add(ByteBuffer.wrap(bytes, from, length).slice());
        }
    }
}
