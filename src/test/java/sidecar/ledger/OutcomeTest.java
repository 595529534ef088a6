package sidecar.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sidecar.failure.FailureClass;

class OutcomeTest {

    @Test
    void everyOutcomeHasItsTextAndEveryTextItsOutcome() {
        Set<String> known = Stream.concat(
                        Arrays.stream(Outcome.values()).map(Outcome::wire),
                        Arrays.stream(FailureClass.values()).map(FailureClass::wire))
                .map("outcome."::concat)
                .collect(Collectors.toCollection(TreeSet::new));
        known.add("outcome.cancelled"); // an attempt's

        assertThat(ResourceBundle.getBundle("sidecar.console.messages", Locale.ENGLISH).keySet().stream()
                        .filter(key -> key.startsWith("outcome.")))
                .containsExactlyInAnyOrderElementsOf(known);
    }
}
