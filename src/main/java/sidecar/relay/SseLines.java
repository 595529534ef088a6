package sidecar.relay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sidecar.protocol.request.RequestHead;

/**
 * Cuts a stream of events into lines, ends included. No byte is looked at twice, however small the reads are. Not
 * thread-safe.
 */
public final class SseLines {
    private static final byte[] DATA = RequestHead.bytes("data:");

    private static final int LONGEST_NAME = 64;

    private final int bound;
    private byte[] bytes = {};
    private int at;
    private int looked;
    private int end;

    public SseLines(int bound) {
        this.bound = bound;
    }

    public void add(byte[] more) {
        int left = end - at;
        if (end + more.length > bytes.length) {
            byte[] room = bytes.length >= left + more.length ? bytes : new byte[2 * left + more.length];
            System.arraycopy(bytes, at, room, 0, left);
            bytes = room;
            looked -= at;
            at = 0;
            end = left;
        }
        System.arraycopy(more, 0, bytes, end, more.length);
        end += more.length;
    }

    public byte @Nullable [] next() {
        while (looked < end) {
            if (bytes[looked++] == '\n') {
                return cut(looked);
            }
        }
        return end - at > bound ? cut(end) : null;
    }

    /** How many bytes of a line have come that has not ended. */
    public int pending() {
        return end - at;
    }

    public byte[] rest() {
        return cut(end);
    }

    private byte[] cut(int to) {
        byte[] line = Arrays.copyOfRange(bytes, at, to);
        at = to;
        looked = to;
        if (at == end) {
            bytes = new byte[0];
            at = 0;
            looked = 0;
            end = 0;
        }
        return line;
    }

    /** A line's length without its end. */
    public static int contentLength(byte[] line) {
        int length = line.length;
        if (length > 0 && line[length - 1] == '\n') {
            length--;
        }
        return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    }

    /** Whether a line names its event {@code error}. */
    public static boolean isErrorName(byte[] line, int length) {
        String text = length > LONGEST_NAME ? "" : new String(line, 0, length, StandardCharsets.UTF_8);
        return text.startsWith("event:")
                && text.substring("event:".length()).trim().equals("error");
    }

    /** Where the value of a {@code data:} line begins; −1 for any other line. */
    public static int data(byte[] line, int length) {
        for (int i = 0; i < DATA.length; i++) {
            if (i >= length || line[i] != DATA[i]) {
                return -1;
            }
        }
        return length > DATA.length && line[DATA.length] == ' ' ? DATA.length + 1 : DATA.length;
    }
}
