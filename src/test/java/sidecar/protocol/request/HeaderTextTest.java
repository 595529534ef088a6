package sidecar.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"one", "小车", "100 % sure", "a%20b", "é", "😀", "%", "%zz", "", "a b", "%E5"})
    void whatIsWrittenIsReadBack(String name) {
        assertThat(HeaderText.read(HeaderText.of(name))).isEqualTo(name);
        assertThat(HeaderText.of(name)).matches("[ -~]*");
    }

    @ParameterizedTest
    @CsvSource({"100% sure, 100% sure", "%ff, %ff", "50%, 50%", "a%20b, a b"})
    void otherTextStandsForItself(String header, String name) {
        assertThat(HeaderText.read(header)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"小车", "é"})
    void bytesOfUtf8AreReadToo(String name) {
        String header = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(HeaderText.read(header)).isEqualTo(name);
    }
}
