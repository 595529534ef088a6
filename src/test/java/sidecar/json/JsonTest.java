package sidecar.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "{} {}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1,}",
                "// c\n{}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "nul"
            })
    void theStrictReaderRefuses(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void aRefusalIsOneLineWithoutTheParsersOwnWords() {
        assertThatThrownBy(() -> Json.read("{\n{"))
                .hasMessageContaining("line 2")
                .message()
                .doesNotContain("jackson")
                .doesNotContain("Source")
                .doesNotContain("\n");
    }

    @Test
    void nestingIsBounded() {
        assertThatThrownBy(() -> Json.read("[".repeat(10_000))).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void invalidUtf8IsRefused() {
        assertThatThrownBy(() -> Json.read(new byte[] {'"', (byte) 0xff, '"'})).hasMessage("not valid UTF-8");
    }

    @Test
    void aByteOrderMarkIsSkipped() throws MalformedJsonException {
        assertThat(Json.read("\uFEFF{}".getBytes(StandardCharsets.UTF_8))).isEqualTo(Json.object());
    }

    @Test
    void fractionsAreExact() throws MalformedJsonException {
        assertThat(Json.read("0.1000000000000000055511151231257827").decimalValue())
                .isEqualTo(new BigDecimal("0.1000000000000000055511151231257827"));
    }

    @Test
    void theLenientReaderTakesWhatPeopleWrite() throws MalformedJsonException {
        String text = "// mine\n{ a: 'x', /* b */ \"list\": [1, 2,], nested: {c: .5,},\n}";

        assertThat(Json.write(Json.readLenient(text))).isEqualTo("{\"a\":\"x\",\"list\":[1,2],\"nested\":{\"c\":0.5}}");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`'a\\\nb'`, `\"ab\"`",
                "`\"a\\\r\nb\"`, `\"ab\"`",
                "`'it\\'s \"it\"'`, `\"it's \\\"it\\\"\"`",
                "`'\\x41\\v\\0\\q\t'`, `\"A\\u000B\\u0000q\\t\"`",
                "0x1F, 31",
                "-0XfF, -255",
                "+0x10, 16",
                "+1, 1",
                ".5, 0.5",
                "+.5, 0.5",
                "-.5, -0.5",
                "`{a0x1: 5.}`, `{\"a0x1\":5}`",
                "`{$a_b: 'x', // 'no\n 'c': /* \" */ 1,}`, `{\"$a_b\":\"x\",\"c\":1}`",
                "`\uFEFF[1,\u00A02]`, `[1,2]`",
                "`'http://h /* no */'`, `\"http://h /* no */\"`"
            })
    void json5IsRead(String text, String json) throws MalformedJsonException {
        assertThat(Json.write(Json.readLenient(text))).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a", "'a\nb'", "'a\\", "/* a", "'\\x4'", "0x", "0xg", "{a b: 1}", "Infinity", "0x1.5"})
    void whatIsNoJson5IsRefused(String text) {
        assertThatThrownBy(() -> Json.readLenient(text)).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void complaintsNameTheLineOfTheText() {
        assertThatThrownBy(() -> Json.readLenient("{ // a\n/* b\n */ c: 'd\\\ne', f: nope }"))
                .hasMessageContaining("at line 4");
    }

    @Test
    void mapsKeepOrderAndNulls() throws MalformedJsonException {
        ObjectNode object = (ObjectNode) Json.read("{\"z\":null,\"a\":[{\"b\":1.50}]}");

        assertThat(Json.write(Json.tree(Json.map(object)))).isEqualTo("{\"z\":null,\"a\":[{\"b\":1.50}]}");
    }
}
