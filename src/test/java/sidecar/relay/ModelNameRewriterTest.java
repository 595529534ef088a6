package sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.body.ByteEdit;
import sidecar.exchange.Splits;
import sidecar.protocol.ResponseJson;
import sidecar.protocol.request.RequestHead;

class ModelNameRewriterTest {

    private static String swapped(List<byte[]> parts) {
        ModelNameRewriter rewriter = new ModelNameRewriter("n1", "m/é");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.forEach(part -> out.writeBytes(rewriter.feed(part)));
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"n1\"}",
                " { \"a\" : [ 1 , { \"model\" : \"n1\" } ] , \"model\" : \"n1\" , \"b\" : \"model\" } ",
                "{\"model\":\"n1x\",\"x\":\"n1\"}",
                "{\"model\":null,\"x\":{\"model\":\"n1\"}}",
                "{\"model\":{\"model\":\"n1\"},\"n1\":\"n1\"}",
                "{\"model\":[\"n1\"],\"a\":\"n1\"}",
                "{\"a\":\"\\\"model\\\":\\\"n1\\\"\",\"b\":\"{\\\\\",\"model\":\"n1\"}",
                "{\"a very long key that is no name of ours\":\"n1\",\"model\":\"a very long name that is not ours\",\"z\":\"n1\"}",
                "{\"models\":\"n1\",\"mode\":\"n1\",\"é\":\"😀\"}",
                "{}"
            })
    void givesWhatWholeDocumentRewritingGivesHoweverItIsSplit(String json) {
        byte[] bytes = RequestHead.bytes(json);
        ResponseJson answer = Objects.requireNonNull(ResponseJson.read(bytes, 0, bytes.length, "n1", "m/é"));
        String whole = new String(ByteEdit.join(bytes, answer.edits), StandardCharsets.UTF_8);
        // the whole-document form also looks into "response" and "message", which none of these have

        assertThat(swapped(List.of(bytes))).isEqualTo(whole);
        for (List<byte[]> parts : Splits.everyTwo(bytes)) {
            assertThat(swapped(parts)).isEqualTo(whole);
        }
        assertThat(swapped(Splits.single(bytes))).isEqualTo(whole);
    }
}
