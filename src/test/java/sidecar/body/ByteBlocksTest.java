package sidecar.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteBlocksTest {

    private final Random random = new Random(7);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 8_192, 16_384, 16_385, 100_000})
    void keepsWhatWasAddedInPiecesOf(int longest) {
        ByteBlocks blocks = new ByteBlocks();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        while (expected.size() < 50_000) {
            byte[] piece = new byte[random.nextInt(longest + 1)];
            random.nextBytes(piece);
            blocks.add(piece);
            expected.writeBytes(piece);
        }
        byte[] all = expected.toByteArray();

        assertThat(blocks.size()).isEqualTo(all.length);
        assertThat(blocks.joined()).isEqualTo(all);
        assertThat(blocks.first(20_000)).isEqualTo(java.util.Arrays.copyOf(all, 20_000));
        ByteArrayOutputStream drained = new ByteArrayOutputStream();
        blocks.drain().forEach(drained::writeBytes);
        assertThat(drained.toByteArray()).isEqualTo(all);
        assertThat(blocks.size()).isZero();
        assertThat(blocks.joined()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_384})
    void canBeFilledAgain(int length) {
        ByteBlocks blocks = new ByteBlocks();
        blocks.add(new byte[] {1, 2, 3});
        blocks.drain();
        byte[] next = new byte[length];
        random.nextBytes(next);
        blocks.add(next);

        assertThat(blocks.joined()).isEqualTo(next);
    }
}
