package sidecar.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OpenCircuitTest {

    private final OpenCircuit circuit = new OpenCircuit(1, 100, 200, false);

    @Test
    void itIsOpenUntilItsEndAndThenHalfOpen() {
        assertThat(circuit.isOpen(199)).isTrue();
        assertThat(circuit.isHalfOpen(199)).isFalse();
        assertThat(circuit.left(150)).isEqualTo(Duration.ofNanos(50));
        assertThat(circuit.isOpen(200)).isFalse();
        assertThat(circuit.isHalfOpen(200)).isTrue();
        assertThat(circuit.left(250)).isZero();
    }

    @Test
    void oneAttemptFindsOut() {
        OpenCircuit probed = circuit.probing(true);

        assertThat(probed.isHalfOpen(300)).isFalse();
        assertThat(probed.isOpen(300)).isFalse();
        assertThat(probed.probing(false)).isEqualTo(circuit);
        assertThat(circuit.probing(false)).isSameAs(circuit);
    }

    @Test
    void anAttemptThatBeganBeforeItOpenedTellsNothingNew() {
        assertThat(circuit.explains(99)).isTrue();
        assertThat(circuit.explains(100)).isFalse();
    }

    @Test
    void itsEndOnlyMovesAway() {
        assertThat(circuit.until(300).untilNanos()).isEqualTo(300);
        assertThat(circuit.until(150)).isSameAs(circuit);
    }
}
