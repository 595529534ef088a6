package sidecar.protocol;

import java.util.Arrays;
import java.util.Optional;
import sidecar.protocol.request.RequestHead;

/** The last bytes of a JSON object that is too long to be held: usage stands there, if anywhere. Not thread-safe. */
public final class JsonTail {

    static final int KEPT = 16 * 1024;

    private static final byte[] KEY = RequestHead.bytes("\"usage\"");
    private static final int MOST_TRIES = 8;

    private final byte[] kept = new byte[KEPT];
    private int length;

    public void add(byte[] more) {
        int take = Math.min(more.length, KEPT);
        int stay = Math.min(length, KEPT - take);
        System.arraycopy(kept, length - stay, kept, 0, stay);
        System.arraycopy(more, more.length - take, kept, stay, take);
        length = stay + take;
    }

    /** The object as if {@code usage} were its first field; empty when its end has no such field. */
    public Optional<ResponseJson> fromUsage() {
        int tries = 0;
        for (int at = length - KEY.length; at > 0 && tries < MOST_TRIES; at--) {
            if (Arrays.equals(kept, at, at + KEY.length, KEY, 0, KEY.length)) {
                tries++;
                byte[] object = Arrays.copyOfRange(kept, at - 1, length);
                object[0] = '{';
                // one that is deeper inside has a bracket too many behind it
                ResponseJson answer = ResponseJson.read(object, 0, object.length, "", "");
                if (answer != null && answer.usage != null) {
                    return Optional.of(answer);
                }
            }
        }
        return Optional.empty();
    }
}
