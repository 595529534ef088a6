package sidecar.console.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UiMessagesTest {

    /** Beside an input its label says what it is called. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rpm_limit | rpm_limit must be an integer | Must be an integer",
                "model_mappings.m.context_window | context_window must be an integer | Must be an integer",
                "model_mappings.m.context_window | model_mappings.m.context_window must be an integer | Must be an integer",
                "rpm_limit | rpm_limit 必须是整数 | 必须是整数",
                "name | A client named ann exists already | A client named ann exists already",
                "context_window | model_mappings.canon.context_window must be an integer | Must be an integer",
                "cost.input | model_mappings.my.model.cost.input must be a number | Must be a number",
                "'' | rpm_limit must be an integer | rpm_limit must be an integer",
                "rpm | rpm_limit must be an integer | rpm_limit must be an integer",
                "rpm_limit | rpm_limit | rpm_limit"
            })
    void theNameInTheApiIsLeftOutAtItsField(String field, String said, String shown) {
        assertThat(UiMessages.withoutName(field, said)).isEqualTo(shown);
    }
}
