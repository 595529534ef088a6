package sidecar.relay;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import sidecar.protocol.ApiError;
import sidecar.protocol.request.RequestHead;

/**
 * Renames the top-level {@code model} of a JSON object that is too long to be held: byte by byte, keeping back no more
 * than one short string. Not thread-safe.
 */
public final class ModelNameRewriter {

    private static final byte[] KEY = RequestHead.bytes("\"model\"");

    private static final int LONGEST_GROWTH = 256;

    private final byte[] nativeName;
    private final byte[] clientName;
    private ByteArrayOutputStream out = new ByteArrayOutputStream(0);
    private final ByteArrayOutputStream string = new ByteArrayOutputStream();
    private int depth;
    private BytePlace place = BytePlace.OUTSIDE;
    private boolean escaped;
    private Expect expect = Expect.KEY;

    /** Where the next byte stands. */
    private enum BytePlace {
        OUTSIDE,
        /** In a string that is passed on as it comes. */
        STRING,
        /** In a string that is kept back, since it may be one of ours. */
        KEPT_STRING
    }

    /** What stands next at the top level. */
    private enum Expect {
        KEY,
        COLON,
        MODEL,
        OTHER
    }

    public ModelNameRewriter(String nativeId, String clientModel) {
        this.nativeName = RequestHead.bytes(ApiError.quoted(nativeId));
        this.clientName = RequestHead.bytes(ApiError.quoted(clientModel));
    }

    /** The bytes that can be passed on now. */
    public byte[] feed(byte[] bytes) {
        // a new one: what it grew to for one piece would be kept for as long as the answer lasts
        out = new ByteArrayOutputStream(bytes.length + LONGEST_GROWTH);
        int at = 0;
        while (at < bytes.length) {
            if (place == BytePlace.OUTSIDE) {
                outside(bytes[at++]);
            } else if (place == BytePlace.STRING && !escaped) {
                at = text(bytes, at);
            } else {
                inside(bytes[at++]);
            }
        }
        return out.toByteArray();
    }

    /** The rest of a string that is none of ours, or as much of it as there is; gives back where it ends. */
    private int text(byte[] bytes, int from) {
        int to = from;
        while (to < bytes.length && bytes[to] != '"' && bytes[to] != '\\') {
            to++;
        }
        out.write(bytes, from, to - from);
        if (to < bytes.length) {
            inside(bytes[to++]);
        }
        return to;
    }

    private void inside(byte b) {
        boolean kept = place == BytePlace.KEPT_STRING;
        (kept ? string : out).write(b);
        if (escaped) {
            escaped = false;
        } else if (b == '\\') {
            escaped = true;
        } else if (b == '"') {
            place = BytePlace.OUTSIDE;
            if (kept) {
                ended(string.toByteArray());
            }
        } else if (kept && string.size() > nativeName.length + KEY.length) {
            // longer than either name: it is neither
            out.writeBytes(string.toByteArray());
            place = BytePlace.STRING;
            expect = expect == Expect.KEY ? Expect.OTHER : expect;
        }
    }

    private void ended(byte[] whole) {
        if (expect == Expect.KEY) {
            expect = Arrays.equals(whole, KEY) ? Expect.COLON : Expect.OTHER;
            out.writeBytes(whole);
        } else {
            out.writeBytes(Arrays.equals(whole, nativeName) ? clientName : whole);
            expect = Expect.OTHER;
        }
    }

    private void outside(byte b) {
        if (b == '"') {
            boolean kept = depth == 1 && (expect == Expect.KEY || expect == Expect.MODEL);
            place = kept ? BytePlace.KEPT_STRING : BytePlace.STRING;
            string.reset();
            (kept ? string : out).write(b);
            return;
        }
        out.write(b);
        if (b == '{' || b == '[') {
            depth++;
            expect = depth == 1 ? Expect.KEY : expect == Expect.MODEL ? Expect.OTHER : expect;
        } else if (b == '}' || b == ']') {
            depth--;
        } else if (depth == 1 && b == ':' && expect == Expect.COLON) {
            expect = Expect.MODEL;
        } else if (depth == 1 && b == ',') {
            expect = Expect.KEY;
        }
    }
}
