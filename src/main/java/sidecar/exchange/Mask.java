package sidecar.exchange;

import java.nio.charset.StandardCharsets;
import java.util.List;
import sidecar.provider.Secret;

/** A secret of ours that an upstream might repeat in an error, and what a client sees in its place. */
record Mask(Secret secret) {

    /** {@code body} with every secret replaced by its mask; the same array when there is none. */
    static byte[] all(byte[] body, List<Mask> masks) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String clean = text;
        for (Mask mask : masks) {
            clean = clean.replace(latin(mask.secret.reveal()), latin(mask.secret.mask()));
        }
        return clean.equals(text) ? body : clean.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** UTF-8 bytes as characters of the same number, so that any body can be searched without being decoded. */
    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
