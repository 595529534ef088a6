package sidecar.dialect.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

class RequestObjectTest {

    private static final RequestObject SOME = object(
            "{text:'x',flag:true,number:0.5,whole:4096.0,object:{inner:1},objects:[{a:1},{b:2}],texts:['p','q'],none:null}");

    @Test
    void membersAreReadByType() throws InvalidRequestException {
        assertThat(SOME.text("text")).contains("x");
        assertThat(SOME.requiredText("text")).isEqualTo("x");
        assertThat(SOME.flag("flag")).contains(true);
        assertThat(SOME.number("number")).contains(new BigDecimal("0.5"));
        assertThat(SOME.integer("whole", 1)).isEqualTo(OptionalLong.of(4096));
        assertThat(SOME.object("object").orElseThrow().path()).isEqualTo("object");
        assertThat(SOME.objects("objects")).extracting(RequestObject::path).containsExactly("objects[0]", "objects[1]");
        assertThat(SOME.texts("texts")).containsExactly("p", "q");
        assertThat(SOME.texts("text")).containsExactly("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "absent"})
    void nullIsAsAbsentAsWhatIsNotThere(String name) throws InvalidRequestException {
        assertThat(SOME.member(name)).isEmpty();
        assertThat(SOME.text(name)).isEmpty();
        assertThat(SOME.flag(name)).isEmpty();
        assertThat(SOME.number(name)).isEmpty();
        assertThat(SOME.integer(name, 1)).isEmpty();
        assertThat(SOME.object(name)).isEmpty();
        assertThat(SOME.objects(name)).isEmpty();
        assertThat(SOME.texts(name)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void aWrongTypeIsRefusedWithItsPath(ThrowingCallable read, String message) {
        assertThatThrownBy(read).isInstanceOf(InvalidRequestException.class).hasMessage(message);
    }

    static Stream<Arguments> aWrongTypeIsRefusedWithItsPath() {
        RequestObject bad = new RequestObject(
                object("{text:1,flag:'true',number:'1',object:[],objects:{},mixed:[{},7],texts:5,some:['a',null]}")
                        .node(),
                "messages[3]");
        return Stream.of(
                refused(() -> bad.text("text"), "messages[3].text: must be a string"),
                refused(() -> bad.requiredText("text"), "messages[3].text: must be a string"),
                refused(() -> bad.requiredText("absent"), "messages[3].absent: must be a string"),
                refused(() -> bad.flag("flag"), "messages[3].flag: must be true or false"),
                refused(() -> bad.number("number"), "messages[3].number: must be a number"),
                refused(() -> bad.object("object"), "messages[3].object: must be an object"),
                refused(() -> bad.objects("objects"), "messages[3].objects: must be an array"),
                refused(() -> bad.objects("mixed"), "messages[3].mixed[1]: must be an object"),
                refused(() -> bad.texts("texts"), "messages[3].texts: must be a string or an array of strings"),
                refused(() -> bad.texts("some"), "messages[3].some[1]: must be a string"));
    }

    private static Arguments refused(ThrowingCallable read, String message) {
        return Arguments.of(read, message);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "4096.0, 4096",
        "1e3, 1000",
        "9223372036854775807, 9223372036854775807",
    })
    void wholeNumbersAreWhole(String text, long value) throws InvalidRequestException {
        assertThat(object("{n:" + text + "}").integer("n", 1)).isEqualTo(OptionalLong.of(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "1.5", "9223372036854775808", "1e400", "'1'", "true", "[1]"})
    void whatIsNoWholeNumberInRangeIsRefused(String text) {
        assertThatThrownBy(() -> object("{n:" + text + "}").integer("n", 1)).hasMessage("n: must be an integer from 1");
    }

    @Test
    void theRequestItselfHasNoPath() {
        assertThat(SOME.path()).isEmpty();
        assertThat(SOME.at("model")).isEqualTo("model");
        assertThat(SOME.invalid("model", "must be known").path()).isEqualTo("model");
    }

    @Test
    void whatNobodyAskedForIsUnknownButForWhatIsIgnoredOrNull() throws InvalidRequestException {
        RequestObject object = object("{a:1,b:2,c:3,d:null,e:5}");
        object.number("a");
        object.ignore("b");

        assertThat(object.unknown()).containsExactly("c", "e");
    }

    private static RequestObject object(String json) {
        try {
            return new RequestObject((ObjectNode) Json.readLenient(json), "");
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
