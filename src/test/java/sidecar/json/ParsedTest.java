package sidecar.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParsedTest {

    private static final FieldError ERROR = new FieldError("name", "name is bad");

    @Test
    void fieldsWithoutErrorsAreAcceptedAndUnknownOnesAreWarnedOf() {
        Fields fields = new Fields(Json.object().put("name", "ann").put("colour", 1));
        String name = fields.text("name", "", 1, 9);
        fields.reportUnknown();

        assertThat(Parsed.of(fields, () -> name))
                .isEqualTo(new Parsed.Accepted<>("ann", List.of("colour is unknown and was ignored")));
    }

    @Test
    void oneErrorIsEnoughAndTheValueIsNotAskedFor() {
        Fields fields = new Fields(Json.object().put("name", ""));
        fields.text("name", "", 1, 9);

        Parsed<String> parsed = Parsed.of(fields, () -> {
            throw new AssertionError();
        });

        assertThat(parsed.errors()).extracting(FieldError::field).containsExactly("name");
        assertThat(parsed.toOptional()).isEmpty();
        assertThat(parsed.warnings()).isEmpty();
    }

    @Test
    void changesAreMadeToWhatWasAcceptedOnly() {
        Parsed<String> good = new Parsed.Accepted<>("ann", List.of("one"));
        Parsed<String> bad = new Parsed.Rejected<>(List.of(ERROR));

        assertThat(good.map(String::length).warn(List.of("two")))
                .isEqualTo(new Parsed.Accepted<>(3, List.of("one", "two")));
        assertThat(bad.map(String::length).warn(List.of("two"))).isEqualTo(new Parsed.Rejected<>(List.of(ERROR)));
    }

    @Test
    void nothingIsRejectedWithoutAReason() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Parsed.Rejected<>(List.of()));
    }
}
