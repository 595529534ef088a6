package sidecar.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(MalformedJson.class);
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
        assertThatThrownBy(() -> Json.read("[".repeat(10_000))).isInstanceOf(MalformedJson.class);
    }

    @Test
    void invalidUtf8IsRefused() {
        assertThatThrownBy(() -> Json.read(new byte[] {'"', (byte) 0xff, '"'})).hasMessage("not valid UTF-8");
    }

    @Test
    void aByteOrderMarkIsSkipped() throws MalformedJson {
        assertThat(Json.read("\uFEFF{}".getBytes(StandardCharsets.UTF_8))).isEqualTo(Json.object());
    }

    @Test
    void fractionsAreExact() throws MalformedJson {
        assertThat(Json.read("0.1000000000000000055511151231257827").decimalValue())
                .isEqualTo(new BigDecimal("0.1000000000000000055511151231257827"));
    }

    @Test
    void theLenientReaderTakesWhatPeopleWrite() throws MalformedJson {
        String text = "// mine\n{ a: 'x', /* b */ \"list\": [1, 2,], nested: {c: .5,},\n}";

        assertThat(Json.write(Json.readLenient(text))).isEqualTo("{\"a\":\"x\",\"list\":[1,2],\"nested\":{\"c\":0.5}}");
    }

    @Test
    void mapsKeepOrderAndNulls() throws MalformedJson {
        ObjectNode object = (ObjectNode) Json.read("{\"z\":null,\"a\":[{\"b\":1.50}]}");

        assertThat(Json.write(Json.tree(Json.map(object)))).isEqualTo("{\"z\":null,\"a\":[{\"b\":1.50}]}");
    }
}
