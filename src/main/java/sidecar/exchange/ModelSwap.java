package sidecar.exchange;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Renames the top-level {@code model} of a JSON object that is too long to be held: byte by byte, keeping back no more
 * than one short string. Not thread-safe.
 */
final class ModelSwap {

    private static final byte[] KEY = RequestHead.bytes("\"model\"");

    private final byte[] nativeName;
    private final byte[] clientName;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream string = new ByteArrayOutputStream();
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean keeping;
    private Expect expect = Expect.KEY;

    /** What stands next at the top level. */
    private enum Expect {
        KEY,
        COLON,
        MODEL,
        OTHER
    }

    ModelSwap(String nativeId, String clientModel) {
        this.nativeName = RequestHead.bytes(ApiError.quoted(nativeId));
        this.clientName = RequestHead.bytes(ApiError.quoted(clientModel));
    }

    /** The bytes that can be passed on now. */
    byte[] feed(byte[] bytes) {
        out.reset();
        for (byte b : bytes) {
            if (inString) {
                inside(b);
            } else {
                outside(b);
            }
        }
        return out.toByteArray();
    }

    private void inside(byte b) {
        (keeping ? string : out).write(b);
        if (escaped) {
            escaped = false;
        } else if (b == '\\') {
            escaped = true;
        } else if (b == '"') {
            inString = false;
            if (keeping) {
                ended(string.toByteArray());
            }
        } else if (keeping && string.size() > nativeName.length + KEY.length) {
            // longer than either name: it is neither
            out.writeBytes(string.toByteArray());
            keeping = false;
            expect = expect == Expect.KEY ? Expect.OTHER : expect;
        }
    }

    private void ended(byte[] whole) {
        keeping = false;
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
            inString = true;
            keeping = depth == 1 && (expect == Expect.KEY || expect == Expect.MODEL);
            string.reset();
            (keeping ? string : out).write(b);
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
