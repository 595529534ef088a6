package sidecar.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CarriedReasoningTest {

    @Test
    void aTextIsBase64BehindAPrefix() {
        assertThat(CarriedReasoning.write("Hm? ü")).isEqualTo("sidecar.SG0_IMO8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "Let me think.\n\nFirst: \"quotes\" \\ 😀 ü", "sidecar."})
    void aTextComesBackAsItWas(String text) {
        String carried = CarriedReasoning.write(text);

        assertThat(CarriedReasoning.isOwn(carried)).isTrue();
        assertThat(CarriedReasoning.read(carried)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gAAAAABo", "sidecar", "Sidecar.SG0"})
    void whatSomebodyElseEncryptedIsNotRead(String encrypted) {
        assertThat(CarriedReasoning.isOwn(encrypted)).isFalse();
        assertThat(CarriedReasoning.read(encrypted)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sidecar.%", "sidecar.A", "sidecar._w"})
    void aDamagedOneHoldsNothing(String damaged) {
        assertThat(CarriedReasoning.isOwn(damaged)).isTrue();
        assertThat(CarriedReasoning.read(damaged)).isEmpty();
    }
}
