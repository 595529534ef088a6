package sidecar.dialect.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCallIdsTest {

    @ParameterizedTest
    @ValueSource(strings = {"call_abc123", "toolu_01A09q90qw90lq917835lq9", "chatcmpl-tool-9f", "0"})
    void idsThatAnthropicsClientsTakePassBothWays(String id) {
        assertThat(ToolCallIds.toMessages(id)).isEqualTo(id);
        assertThat(ToolCallIds.fromMessages(id)).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({
        "functions.Read:0, toolu_xZnVuY3Rpb25zLlJlYWQ6MA",
        "call|1, toolu_xY2FsbHwx",
        "'', toolu_x",
        // one that would be taken for a wrapped one
        "toolu_xyz, toolu_xdG9vbHVfeHl6",
    })
    void anyOtherIdTravelsInsideOfOneTheyTake(String provider, String client) {
        assertThat(ToolCallIds.toMessages(provider)).isEqualTo(client);
        assertThat(ToolCallIds.fromMessages(client)).isEqualTo(provider);
    }

    @ParameterizedTest
    @MethodSource
    void everyIdComesBack(String id) {
        String client = ToolCallIds.toMessages(id);

        assertThat(client).matches("[A-Za-z0-9_-]+");
        assertThat(ToolCallIds.fromMessages(client)).isEqualTo(id);
    }

    static Stream<String> everyIdComesBack() {
        return Stream.of("a b", "ü", "😀", "a\nb", "call:" + "9".repeat(495), "i".repeat(500), "/+=", "toolu_xAA==");
    }

    @ParameterizedTest
    @ValueSource(strings = {"toolu_x!", "toolu_xA", "toolu_x_w"})
    void anIdThatHoldsNoOtherIsLeftAsItIs(String id) {
        assertThat(ToolCallIds.fromMessages(id)).isEqualTo(id);
    }

    @Test
    void idsAreToldApartAfterTheyAreWrapped() {
        assertThat(ToolCallIds.toMessages("a.b")).isNotEqualTo(ToolCallIds.toMessages("a:b"));
    }
}
