package sidecar.exchange;

import java.util.Arrays;
import java.util.Random;

/** Damages good bytes. */
public final class Fuzz {

    private Fuzz() {}

    /** {@code good} with up to four random faults: a byte changed, dropped, doubled, or the rest cut off. */
    public static byte[] mutate(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "{}[]\",:\\\n\r -;=0".charAt(random.nextInt(15));
                case 2 -> bytes = join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + 1, bytes.length));
                case 3 -> bytes = join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at / 2, bytes.length));
                default -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
            }
        }
        return bytes;
    }

    static byte[] random(Random random, int max) {
        byte[] bytes = new byte[random.nextInt(max)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }
}
