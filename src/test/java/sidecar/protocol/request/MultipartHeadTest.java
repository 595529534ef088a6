package sidecar.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.body.ByteEdit;
import sidecar.body.ByteSource;
import sidecar.body.Pieces;
import sidecar.exchange.Fuzz;
import sidecar.protocol.ApiError;

@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class MultipartHeadTest {

    private static final String TYPE = "multipart/form-data; boundary=XX";

    private static String field(String name, String value) {
        return "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static String file(String content) {
        return "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\n"
                + content + "\r\n";
    }

    private static RequestHead.Reading read(String type, byte[] body) {
        return Pieces.read(body, bytes -> MultipartHead.read(type, bytes));
    }

    private static String rewritten(String type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = ((RequestHead.Reading.Read) read(type, bytes)).head();
        return new String(ByteEdit.join(bytes, head.edits("native", false)), StandardCharsets.ISO_8859_1);
    }

    private static ApiError refused(String type, String text) {
        RequestHead.Reading reading = read(type, text.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(reading).isInstanceOf(RequestHead.Reading.Wrong.class);
        return ((RequestHead.Reading.Wrong) reading).error();
    }

    @Test
    void onlyTheModelFieldIsReplaced() {
        String binary = "\u00ff\u0000\r\n\r\nname=\"model\"\r\n-- XX";
        String form = file(binary) + field("model", "whisper") + field("language", "model") + "--XX--\r\n";

        assertThat(rewritten(TYPE, form)).isEqualTo(form.replace("whisper", "native"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data; boundary=\"XX\"",
                "multipart/form-data; charset=utf-8; BOUNDARY=XX; x=y",
                "Multipart/Form-Data;boundary=XX"
            })
    void theBoundaryMayBeWrittenInEveryUsualWay(String type) {
        assertThat(rewritten(type, field("model", "w") + "--XX--")).isEqualTo(field("model", "native") + "--XX--");
    }

    @Test
    void theNameMayStandUnquoted() {
        String form = "--XX\r\ncontent-disposition: form-data; name=model\r\n\r\nw\r\n--XX--\r\n";

        assertThat(rewritten(TYPE, form)).contains("\r\n\r\nnative\r\n");
    }

    @Test
    void theBoundaryInsideALineIsContent() {
        String form = file("abc--XX\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nspoof")
                + field("model", "w--XXa") + "--XX--\r\n";

        assertThat(rewritten(TYPE, form)).isEqualTo(form.replace("w--XXa", "native"));
    }

    @Test
    void aFilenameThatLooksLikeANameIsNone() {
        String form =
                "--XX\r\nContent-Disposition: form-data; filename=\"; name=model\"; name=\"file\"\r\n\r\nbytes\r\n"
                        + "--XX--\r\n";

        assertThat(rewritten(TYPE, form)).isEqualTo(form);
    }

    @Test
    void aFormWithoutAModelNamesNone() {
        assertThat(((RequestHead.Reading.Read) read(TYPE, RequestHead.bytes(file("x") + "--XX--")))
                        .head()
                        .model())
                .isEmpty();
    }

    @Test
    void whatCannotBeUnderstoodIsRefused() {
        assertThat(refused("multipart/form-data", field("model", "w")).status()).isEqualTo(400);
        assertThat(refused(TYPE, field("model", "a") + field("model", "b") + "--XX--")
                        .param())
                .contains("model");
        assertThat(refused(TYPE, field("model", "") + "--XX--").param()).contains("model");
        assertThat(refused(TYPE, field("model", "a\r\nb") + "--XX--").param()).contains("model");
        assertThat(refused(TYPE, field("model", "x".repeat(201)) + "--XX--").param())
                .contains("model");
        assertThat(refused(TYPE, field("model", "\u00e9") + "--XX--").message()).contains("UTF-8");
    }

    @Test
    void manyEmptyPartsTakeLinearTime() {
        byte[] body = RequestHead.bytes("\r\n--X".repeat(20_000) + "\r\n--X--");
        Counted counted = new Counted(body);

        MultipartHead.read("multipart/form-data; boundary=X", counted);

        assertThat(counted.looks).as("looks at %s bytes", body.length).isBetween(1, 4 * body.length);
    }

    /** Gives out little at a time, and counts how often it is asked. */
    private static final class Counted implements ByteSource {
        private final Pieces pieces;
        private int looks;

        Counted(byte[] all) {
            pieces = new Pieces(all, 16);
        }

        @Override
        public int length() {
            return pieces.length();
        }

        @Override
        public ByteBuffer some(int from) {
            looks++;
            return pieces.some(from);
        }

        @Override
        public void close() {}
    }

    @Test
    void anyMutationIsReadOrRefusedButNeverThrows() {
        byte[] good = RequestHead.bytes(file("abc") + field("model", "w") + field("n", "1") + "--XX--\r\n");
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = Fuzz.mutate(good, random);
            RequestHead.Reading reading = read(TYPE, body);
            if (reading instanceof RequestHead.Reading.Read read) {
                assertThat(ByteEdit.join(body, read.head().edits("native", false)))
                        .isNotNull();
            }
        }
    }
}
