package sidecar.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FieldsTest {

    private static final Optional<Integer> OLD = Optional.of(7);

    private final Fields fields = new Fields((ObjectNode) json("{'none':null,'good':5,'bad':'five'}"));

    @Test
    void whatIsAbsentStaysAsItWas() {
        assertThat(number("absent")).isEqualTo(OLD);
        assertThat(fields.errors()).isEmpty();
    }

    @Test
    void nullStandsForNone() {
        assertThat(number("none")).isEmpty();
        assertThat(fields.errors()).isEmpty();
    }

    @Test
    void whatCanBeReadIsTaken() {
        assertThat(number("good")).contains(5);
        assertThat(fields.errors()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsRefusedAndStaysAsItWas() {
        assertThat(number("bad")).isEqualTo(OLD);
        assertThat(fields.errors()).containsExactly(new FieldError("bad", "bad must be a number"));
    }

    @Test
    void whatWasAskedForIsNoStranger() {
        number("none");
        number("good");
        fields.reportUnknown();

        assertThat(fields.unknownFields()).containsExactly("bad is unknown and was ignored");
    }

    private Optional<Integer> number(String name) {
        return fields.optional(
                name,
                OLD,
                node -> Optional.of(node).filter(JsonNode::isInt).map(JsonNode::intValue),
                "must be a number");
    }

    private static JsonNode json(String text) {
        try {
            return Json.readLenient(text);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
