package sidecar.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Ways in which the same bytes may arrive. */
public final class Splits {

    private Splits() {}

    /** In two parts, cut at every place. */
    public static List<List<byte[]>> everyTwo(byte[] bytes) {
        List<List<byte[]>> all = new ArrayList<>();
        for (int cut = 0; cut <= bytes.length; cut++) {
            all.add(List.of(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length)));
        }
        return all;
    }

    /** Byte by byte. */
    public static List<byte[]> single(byte[] bytes) {
        List<byte[]> parts = new ArrayList<>();
        for (byte b : bytes) {
            parts.add(new byte[] {b});
        }
        return parts;
    }

    /** In parts of random length, up to {@code longest}. */
    public static List<byte[]> random(byte[] bytes, Random random, int longest) {
        List<byte[]> parts = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int to = Math.min(bytes.length, at + 1 + random.nextInt(longest));
            parts.add(Arrays.copyOfRange(bytes, at, to));
            at = to;
        }
        return parts;
    }
}
