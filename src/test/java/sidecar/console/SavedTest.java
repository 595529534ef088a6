package sidecar.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.json.FieldError;
import sidecar.json.Parsed;

class SavedTest {

    private static final List<FieldError> ERRORS = List.of(new FieldError("name", "name is bad"));

    @Test
    void whatWasReadCanBeSavedAndWhatWasRejectedIsInvalid() {
        assertThat(Saved.of(new Parsed.Accepted<>("ann", List.of("one"))))
                .isEqualTo(new Saved.Stored<>("ann", List.of("one")));
        assertThat(Saved.<String>of(new Parsed.Rejected<>(ERRORS))).isEqualTo(new Saved.Invalid<>(ERRORS));
        assertThat(Saved.of(Optional.empty())).isEqualTo(new Saved.Missing<>());
    }

    static Stream<Saved<String>> refusals() {
        return Stream.of(new Saved.Invalid<>(ERRORS), Saved.taken("name", "ann", "taken"), new Saved.Missing<>());
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalStaysWhateverIsMadeOfTheValue(Saved<String> refusal) {
        assertThat(refusal.map(String::length)).isEqualTo(refusal);
        assertThat(refusal.toOptional()).isEmpty();
    }

    @Test
    void eachResultHasItsAnswer() {
        assertThat(Stream.concat(Stream.of(Saved.of("ann")), refusals())
                        .map(saved -> saved.<String>fold(
                                (value, warnings) -> value,
                                errors -> errors.get(0).field(),
                                conflict -> conflict.error().message(),
                                () -> "gone")))
                .containsExactly("ann", "name", "taken", "gone");
    }
}
