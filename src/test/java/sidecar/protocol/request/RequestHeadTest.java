package sidecar.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.body.ByteEdit;
import sidecar.body.ByteSource;
import sidecar.body.Pieces;
import sidecar.exchange.Fuzz;
import sidecar.protocol.ApiError;

class RequestHeadTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static RequestHead read(String json) {
        RequestHead.Reading reading = Pieces.read(RequestHead.bytes(json), RequestHead::json);
        assertThat(reading).as(json).isInstanceOf(RequestHead.Reading.Read.class);
        return ((RequestHead.Reading.Read) reading).head();
    }

    private static ApiError refused(byte[] body) {
        RequestHead.Reading reading = Pieces.read(body, RequestHead::json);
        assertThat(reading).isInstanceOf(RequestHead.Reading.Wrong.class);
        return ((RequestHead.Reading.Wrong) reading).error();
    }

    private static String rewritten(String json, String nativeId, boolean usage) {
        byte[] bytes = RequestHead.bytes(json);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteEdit.apply(bytes, 0, bytes.length, read(json).edits(nativeId, usage))
                .forEach(slice -> out.write(slice.array(), slice.arrayOffset(), slice.remaining()));
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'model':'m'} | {'model':'N'}",
                "{ 'model' : 'm' , 'a' : 1 } | { 'model' : 'N' , 'a' : 1 }",
                "{'a':{'model':'m'},'b':[{'model':'m'}],'model':'m'} |"
                        + " {'a':{'model':'m'},'b':[{'model':'m'}],'model':'N'}",
                "{'é':'ü','model':'m'} | {'é':'ü','model':'N'}",
                "{'mod\\u0065l':'m'} | {'mod\\u0065l':'N'}",
                "{'model':'\\u006d'} | {'model':'N'}",
                "{'Model':'m'} | {'Model':'m'}",
                "{'model ':'m'} | {'model ':'m'}",
                "{'x':'model','y':'\\'model\\':'} | {'x':'model','y':'\\'model\\':'}",
                "{} | {}"
            })
    void onlyTheTopLevelModelIsReplaced(String json, String expected) {
        assertThat(rewritten(json.replace('\'', '"'), "N", false)).isEqualTo(expected.replace('\'', '"'));
    }

    @Test
    void theNativeIdIsWrittenAsAJsonString() throws JsonProcessingException {
        String out = rewritten("{\"model\":\"m\"}", "a\"b\\c\n/é", false);

        assertThat(MAPPER.readTree(out).get("model").asText()).isEqualTo("a\"b\\c\n/é");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"a\",\"model\":\"b\"}",
                "{\"model\":\"a\",\"mod\\u0065l\":\"a\"}",
                "{\"model\":\"a\",\"stream\":true,\"stream\":false}",
                "{\"model\":\"a\",\"stream_options\":{},\"stream_options\":{}}",
                "{\"model\":1}",
                "{\"model\":null}",
                "{\"model\":[\"a\"]}",
                "{\"model\":\"\"}",
                "{\"model\":\"a\\nb\"}",
                "{\"model\":\"a\\u0000\"}",
                "{\"model\":\"a\\u007f\"}",
                "{\"model\":\"a\\u0085\"}",
                "[]",
                "[{\"model\":\"a\"}]",
                "\"model\"",
                "null",
                "1",
                "",
                " ",
                "{",
                "{\"model\":\"a\"",
                "{\"model\":\"a\"}}",
                "{\"model\":\"a\"} x",
                "{\"model\":\"a\"}{}",
                "{\"model\":\"a\",}",
                "{'model':'a'}",
                "{\"model\":\"a\nb\"}",
                "{\"model\":\"a\" /* c */}",
                "{\"model\":\"a\",\"n\":NaN}",
                "{\"model\":\"a\",\"n\":01}",
                "{\"model\":\"a\\x\"}",
                "{\"model\":\"a\"}\u0000",
                "\uFEFF{\"model\":\"a\"}"
            })
    void aBodyThatIsNotCleanlyReadableIs400(String body) {
        ApiError error = refused(RequestHead.bytes(body));

        assertThat(error.status()).isEqualTo(400);
        assertThat(error.type()).isEqualTo("invalid_request_error");
        assertThat(error.message()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "overlong slash, C0AF",
        "overlong NUL, C080",
        "three-byte overlong, E080AF",
        "surrogate, EDA080",
        "surrogate pair, EDA081EDB080",
        "beyond Unicode, F4908080",
        "lone continuation, 80",
        "cut sequence, E282",
        "FE, FE",
        "latin-1, E9"
    })
    void invalidUtf8IsRefusedWhereverItStands(String what, String hex) throws IOException {
        byte[] bad = new java.math.BigInteger("00" + hex, 16).toByteArray();
        int zeros = bad.length - hex.length() / 2;
        for (String around :
                List.of("{\"model\":\"m\",\"a\":\"%\"}", "{\"model\":\"%\"}", "{\"%\":1}", "{\"model\":\"m\"}%")) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.writeBytes(RequestHead.bytes(around.substring(0, around.indexOf('%'))));
            body.write(bad, zeros, bad.length - zeros);
            body.writeBytes(RequestHead.bytes(around.substring(around.indexOf('%') + 1)));

            assertThat(refused(body.toByteArray()).status()).as(what).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-16"})
    void otherEncodingsAreRefused(String charset) {
        assertThat(refused("{\"model\":\"m\"}".getBytes(Charset.forName(charset)))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aNameMayHaveTwoHundredCharactersAndNoMore() {
        assertThat(read("{\"model\":\"" + "é".repeat(200) + "\"}").model()).contains("é".repeat(200));
        assertThat(read("{\"model\":\"" + "😀".repeat(200) + "\"}").model()).contains("😀".repeat(200));
        assertThat(refused(RequestHead.bytes("{\"model\":\"" + "x".repeat(201) + "\"}"))
                        .param())
                .contains("model");
    }

    @ParameterizedTest
    @CsvSource({"[,]", "{\"a\":,}"})
    void depthIsBoundedAtFiveHundredAndTwelve(String open, String close) {
        assertThat(read("{\"model\":\"m\",\"x\":" + open.repeat(511) + "1" + close.repeat(511) + "}")
                        .model())
                .contains("m");

        String deep = "{\"model\":\"m\",\"x\":" + open.repeat(512) + "1" + close.repeat(512) + "}";
        assertThat(refused(RequestHead.bytes(deep)).message()).contains("512");
        assertThat(refused(RequestHead.bytes("{\"x\":" + open.repeat(100_000))).status())
                .isEqualTo(400);
    }

    @Test
    void longNumbersAndStringsAndNamesPass() {
        String digits = "1".repeat(2000);
        String json = "{\"n\":" + digits + ",\"f\":-0." + digits + "e-" + digits + ",\"" + "k".repeat(60_000) + "\":\""
                + "v".repeat(100_000) + "\",\"model\":\"m\"}";

        assertThat(rewritten(json, "N", false)).isEqualTo(json.replace("\"m\"", "\"N\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'stream':true} | true",
                "{'stream':false} | false",
                "{'stream':'true'} | false",
                "{'stream':'false'} | false",
                "{'stream':1} | false",
                "{'stream':null} | false",
                "{'stream':[true]} | false",
                "{'stream':{'a':true}} | false",
                "{'x':{'stream':true}} | false",
                "{'str\\u0065am':true} | true"
            })
    void streamCountsOnlyWhenItIsTrue(String json, boolean stream) {
        assertThat(read(json.replace('\'', '"')).stream()).isEqualTo(stream);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"yes\"", "1", "true", "[]"})
    void streamOptionsOfAnotherTypeAreLeftAlone(String options) {
        String json = "{\"stream\":true,\"stream_options\":" + options + "}";

        assertThat(rewritten(json, "N", true)).isEqualTo(json);
    }

    @Test
    void editsEqualTheTreeWithOnlyTheModelChanged() throws IOException {
        Random random = new Random(20261123);
        for (int i = 0; i < 2000; i++) {
            ObjectNode tree = object(random, 0);
            String model = text(random);
            boolean named = random.nextBoolean() && RequestHead.fault(model).isEmpty();
            tree.remove("model");
            tree.remove("stream_options");
            if (named) {
                tree.put("model", model);
            }
            boolean usage = random.nextBoolean();
            tree.put("stream", true);
            String json = random.nextBoolean() ? tree.toString() : tree.toPrettyString();

            JsonNode after = MAPPER.readTree(rewritten(json, "native/ü\"", usage));

            if (named) {
                tree.put("model", "native/ü\"");
            }
            if (usage) {
                tree.putObject("stream_options").put("include_usage", true);
            }
            assertThat(after).as(json).isEqualTo(MAPPER.readTree(tree.toString()));
        }
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            node.set(text(random), value(random, depth + 1));
        }
        return node;
    }

    private static JsonNode value(Random random, int depth) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0:
                return make.textNode(text(random));
            case 1:
                return make.numberNode(random.nextInt());
            case 2:
                return make.booleanNode(random.nextBoolean());
            case 3:
                return make.nullNode();
            case 4:
                return make.textNode("model");
            case 5:
                return object(random, depth);
            default:
                ArrayNode array = make.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(random, depth + 1));
                }
                return array;
        }
    }

    private static String text(Random random) {
        String[] bits = {"model", "a", "\"", "\\", "é", "😀", "{", "}", ":", ",", "\n", "stream", " ", "\u2028"};
        StringBuilder text = new StringBuilder("k");
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(bits[random.nextInt(bits.length)]);
        }
        return random.nextInt(8) == 0 ? "model" : text.toString();
    }

    @Test
    void anyMutationOfAGoodBodyIsReadOrRefusedButNeverThrows() {
        byte[] good = RequestHead.bytes(
                "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":null},\"a\":[1,{\"b\":\"é\\u00e9\"}]}");
        Random random = new Random(7);
        for (int i = 0; i < 30_000; i++) {
            byte[] body = Fuzz.mutate(good, random);
            RequestHead.Reading reading = Pieces.read(body, RequestHead::json);
            if (reading instanceof RequestHead.Reading.Read read) {
                List<ByteEdit> edits = read.head().edits("N", read.head().stream());
                assertThat(RequestHead.json(ByteSource.of(ByteEdit.join(body, edits))))
                        .as("edited body is still good")
                        .isInstanceOf(RequestHead.Reading.Read.class);
            } else {
                assertThat(((RequestHead.Reading.Wrong) reading).error().status())
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void aModelsNameDoesNotTurnTheDirectionOfWriting() {
        for (int code : new int[] {0x07, 0x061c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, 0x2028}) {
            assertThat(RequestHead.fault("m" + (char) code + "x")).isPresent();
        }
        assertThat(RequestHead.fault("模型/שלום")).isEmpty();
    }
}
