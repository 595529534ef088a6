package sidecar.exchange;

import java.nio.charset.StandardCharsets;
import java.util.List;
import sidecar.provider.Secret;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

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

    /** Headers with every secret in their values replaced. */
    static Headers all(Headers headers, List<Mask> masks) {
        return new Headers(headers.lines().stream()
                .map(line -> new Header(line.name(), all(line.value(), masks)))
                .toList());
    }

    private static String all(String value, List<Mask> masks) {
        String clean = value;
        for (Mask mask : masks) {
            clean = clean.replace(mask.secret.reveal(), mask.secret.mask());
        }
        return clean;
    }

    /**
     * How many bytes of the beginning of a longer body can be masked now: no secret begins in them that ends after them,
     * or may end in what has not come yet.
     */
    static int settled(byte[] body, List<Mask> masks) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int longest = masks.stream()
                .mapToInt(mask -> latin(mask.secret.reveal()).length())
                .max()
                .orElse(1);
        int cut = Math.max(0, body.length - (longest - 1));
        for (int before = -1; before != cut; ) {
            before = cut;
            for (Mask mask : masks) {
                String secret = latin(mask.secret.reveal());
                int at = text.indexOf(secret, Math.max(0, cut - secret.length() + 1));
                cut = at >= 0 && at < cut ? at : cut;
            }
        }
        return cut;
    }

    /** UTF-8 bytes as characters of the same number, so that any body can be searched without being decoded. */
    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
