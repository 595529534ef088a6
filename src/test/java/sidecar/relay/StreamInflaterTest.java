package sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.exchange.Fuzz;
import sidecar.exchange.Splits;
import sidecar.protocol.request.RequestHead;

class StreamInflaterTest {

    private static final String TEXT = "data: {\"é\":\"some text, some text, some text\"}\n\n";

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(out)) {
            deflate.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] bareDeflate(byte[] bytes, int level) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(out, new Deflater(level, true))) {
            deflate.write(bytes);
        }
        return out.toByteArray();
    }

    /** What some servers send for {@code deflate}, which means zlib's form. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 9})
    void theBareFormIsUndoneTooHoweverItIsSplit(int level) throws Exception {
        byte[] coded = bareDeflate(TEXT.getBytes(StandardCharsets.UTF_8), level);

        assertThat(inflated("deflate", Splits.single(coded))).isEqualTo(TEXT);
        for (List<byte[]> parts : Splits.everyTwo(coded)) {
            assertThat(inflated("deflate", parts)).isEqualTo(TEXT);
        }
    }

    private static byte[] withExtras(byte[] gzip) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(gzip, 0, 3);
        out.write(2 + 4 + 8 + 16);
        out.write(gzip, 4, 6);
        out.writeBytes(new byte[] {3, 0, 'x', 0, 'z', 'n', 'a', 'm', 'e', 0, 'c', 0, 1, 2});
        out.write(gzip, 10, gzip.length - 10);
        return out.toByteArray();
    }

    private static String inflated(String coding, List<byte[]> parts) throws DataFormatException {
        try (StreamInflater inflater = StreamInflater.of(coding).orElseThrow()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (byte[] part : parts) {
                out.writeBytes(inflater.feed(part));
            }
            assertThat(inflater.whole()).isTrue();
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void everySplitGivesTheSameText() throws IOException, DataFormatException {
        byte[] plain = RequestHead.bytes(TEXT);
        for (byte[] coded : List.of(gzip(plain), withExtras(gzip(plain)))) {
            for (List<byte[]> parts : Splits.everyTwo(coded)) {
                assertThat(inflated("gzip", parts)).isEqualTo(TEXT);
            }
            assertThat(inflated(" X-GZip ", Splits.single(coded))).isEqualTo(TEXT);
        }
        for (List<byte[]> parts : Splits.everyTwo(deflate(plain))) {
            assertThat(inflated("deflate", parts)).isEqualTo(TEXT);
        }
    }

    @Test
    void aTruncatedAnswerIsNotFinished() throws IOException, DataFormatException {
        byte[] coded = gzip(RequestHead.bytes(TEXT));
        for (int cut = 1; cut < coded.length; cut++) {
            try (StreamInflater inflater = StreamInflater.of("gzip").orElseThrow()) {
                inflater.feed(Arrays.copyOf(coded, cut));
                assertThat(inflater.whole()).as("cut at %s", cut).isFalse();
            }
        }
    }

    @Test
    void severalMembersAreOneAnswer() throws IOException, DataFormatException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(gzip(RequestHead.bytes("{\"a\":")));
        members.writeBytes(withExtras(gzip(RequestHead.bytes("1}"))));
        for (List<byte[]> parts : Splits.everyTwo(members.toByteArray())) {
            assertThat(inflated("gzip", parts)).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void whatFollowsTheEndAndIsNoMemberIsRefused() throws IOException {
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.writeBytes(gzip(RequestHead.bytes(TEXT)));
        more.writeBytes(RequestHead.bytes("garbage"));
        try (StreamInflater inflater = StreamInflater.of("gzip").orElseThrow()) {
            assertThatThrownBy(() -> inflater.feed(more.toByteArray())).isInstanceOf(DataFormatException.class);
        }
    }

    @Test
    void aBombIsRefused() throws IOException {
        byte[] bomb = gzip(new byte[16 << 20]);
        try (StreamInflater inflater = StreamInflater.of("gzip").orElseThrow()) {
            assertThatThrownBy(() -> inflater.feed(bomb)).isInstanceOf(DataFormatException.class);
        }
    }

    @Test
    void aHeaderWithoutAnEndIsRefused() throws DataFormatException {
        byte[] name = new byte[60_000];
        Arrays.fill(name, (byte) 'x');
        try (StreamInflater inflater = StreamInflater.of("gzip").orElseThrow()) {
            inflater.feed(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0});
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10; i++) {
                            inflater.feed(name);
                        }
                    })
                    .isInstanceOf(DataFormatException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "identity", "", "gzip, br"})
    void otherCodingsAreNotOurs(String coding) {
        assertThat(StreamInflater.of(coding)).isEmpty();
    }

    @Test
    void damagedDataIsToldAndNeverAnythingElse() throws IOException {
        byte[] good = gzip(RequestHead.bytes(TEXT));
        Random random = new Random(9);
        for (int i = 0; i < 5000; i++) {
            try (StreamInflater inflater = StreamInflater.of("gzip").orElseThrow()) {
                for (byte[] part : Splits.random(Fuzz.mutate(good, random), random, 20)) {
                    assertThat(inflater.feed(part).length).isLessThanOrEqualTo(StreamInflater.BOMB);
                }
            } catch (DataFormatException declared) {
                assertThat(declared).isNotNull();
            }
        }
    }
}
