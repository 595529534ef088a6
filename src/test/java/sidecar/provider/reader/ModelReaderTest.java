package sidecar.provider.reader;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Parsed;
import sidecar.pool.SomeProvider;
import sidecar.provider.ModelSettings;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;

class ModelReaderTest {

    private static final ModelSettings OLD = new ModelSettings(
            "big", List.of("gpt"), Optional.of(Duration.ofSeconds(5)), List.of("small"), true, TranslationMode.DEFAULT);

    private final ProviderCatalog catalog = new ProviderCatalog(
            List.of(
                    SomeProvider.named("p1")
                            .maps("big", "vendor/big")
                            .maps("small", "s")
                            .build(),
                    SomeProvider.named("p2").maps("resting", "r").disabled().build()),
            Map.of(
                    "big",
                    OLD,
                    "other",
                    new ModelSettings(
                            "other",
                            List.of("taken", "taken-*"),
                            Optional.empty(),
                            List.of(),
                            false,
                            TranslationMode.DEFAULT)));

    private final ModelReader reader = new ModelReader(catalog);

    /** JSON with ' for ". */
    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.read(text.replace('\'', '"'));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ModelSettings good(Parsed<ModelSettings> parsed) {
        assertThat(parsed.errors()).isEmpty();
        return parsed.toOptional().orElseThrow();
    }

    private static List<String> bad(Parsed<ModelSettings> parsed) {
        assertThat(parsed).isInstanceOf(Parsed.Rejected.class);
        return parsed.errors().stream().map(FieldError::message).toList();
    }

    @Test
    void everyFieldIsRead() {
        ModelSettings settings = good(
                reader.create(
                        json(
                                "{'model':'vendor/new','aliases':['a','b'],"
                                        + "'overflow_wait_seconds':2.5,'fallback_models':['small','big'],'hidden':true,'translation':'native'}")));

        assertThat(settings)
                .isEqualTo(new ModelSettings(
                        "vendor/new",
                        List.of("a", "b"),
                        Optional.of(Duration.ofMillis(2500)),
                        List.of("small", "big"),
                        true,
                        TranslationMode.NATIVE));
    }

    @Test
    void onlyTheNameMustBeGiven() {
        assertThat(good(reader.create(json("{'model':'small'}")))).isEqualTo(ModelSettings.of("small"));
        assertThat(bad(reader.create(json("{}")))).containsExactly("Missing required field: model");
    }

    @Test
    void aChangeKeepsWhatItDoesNotName() {
        ModelSettings untranslated = good(reader.update(OLD, json("{'translation':'native'}")));
        assertThat(good(reader.update(untranslated, json("{}")))).isEqualTo(untranslated);
        assertThat(good(reader.update(OLD, json("{}")))).isEqualTo(OLD);
        assertThat(good(reader.update(OLD, json("{'hidden':false}"))))
                .isEqualTo(new ModelSettings(
                        "big",
                        OLD.aliases(),
                        OLD.overflowWait(),
                        OLD.fallbackModels(),
                        false,
                        TranslationMode.DEFAULT));
        assertThat(good(reader.update(OLD, json("{'overflow_wait_seconds':null}")))
                        .overflowWait())
                .isEmpty();
        assertThat(good(reader.update(OLD, json("{'aliases':[],'fallback_models':[]}"))))
                .isEqualTo(new ModelSettings(
                        "big", List.of(), OLD.overflowWait(), List.of(), true, TranslationMode.DEFAULT));
    }

    @Test
    void whatGetAnsweredCanBePut() {
        Parsed<ModelSettings> parsed = reader.update(
                OLD, json("{'model':'big','aliases':['gpt'],'providers':[],'stored':true,'warnings':[],'colour':1}"));

        assertThat(good(parsed)).isEqualTo(OLD);
        assertThat(parsed.warnings()).containsExactly("colour is unknown and was ignored");
    }

    @ParameterizedTest
    @CsvSource({"-1, -1000", "-1.0, -1000", "0, 0", "0.25, 250", "86400, 86400000", "8.64e4, 86400000"})
    void anOverflowWaitIsNeverOrAnythingUpToADay(String text, long millis) {
        assertThat(good(reader.update(OLD, json("{'overflow_wait_seconds':" + text + "}")))
                        .overflowWait())
                .contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {"'on', ON", "'native', NATIVE", "'default', DEFAULT", "'', DEFAULT", "null, DEFAULT"})
    void translationIsAModeOrAsTheSettingSays(String value, TranslationMode mode) {
        ModelSettings old = good(reader.update(OLD, json("{'translation':'native'}")));

        assertThat(good(reader.update(old, json("{'translation':" + value + "}")))
                        .translation())
                .isEqualTo(mode);
    }

    @Test
    void minusOneIsNever() {
        assertThat(good(reader.update(OLD, json("{'overflow_wait_seconds':-1}")))
                        .overflowWait())
                .contains(ModelSettings.NEVER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'overflow_wait_seconds':-2 | overflow_wait_seconds must be null, -1 or a number of seconds from 0 to"
                        + " 86400",
                "'overflow_wait_seconds':-0.5 | overflow_wait_seconds must be",
                "'overflow_wait_seconds':86400.1 | overflow_wait_seconds must be",
                "'overflow_wait_seconds':1e999999999 | overflow_wait_seconds must be",
                "'overflow_wait_seconds':'5' | overflow_wait_seconds must be",
                "'hidden':'yes' | hidden must be true or false",
                "'translation':'off' | translation must be one of default, on, native",
                "'translation':true | translation must be one of default, on, native",
                "'model':'bigger' | model cannot be changed",
                "'aliases':'x' | aliases must be a list of at most 100 model names",
                "'aliases':null | aliases must be a list",
                "'aliases':[''] | aliases must hold good names: ~~ must be a model name of 1 to 200 characters",
                "'aliases':[' x'] | aliases must hold good names",
                "'aliases':['a\\u0007b'] | aliases must hold good names: ~a?b~ must be",
                "'aliases':[5] | aliases must hold good names",
                "'aliases':['*'] | aliases must hold good names: ~*~ must not be *",
                "'aliases':['x','x'] | aliases must not hold ~x~ twice",
                "'aliases':['big'] | aliases must not hold ~big~, which is the model itself",
                "'aliases':['small'] | aliases must not hold ~small~, which is a model of its own",
                "'aliases':['resting'] | aliases must not hold ~resting~, which is a model of its own",
                "'aliases':['other'] | aliases must not hold ~other~, which is a model of its own",
                "'aliases':['x','taken'] | aliases must not hold ~taken~, which is an alias of other already",
                "'aliases':['a**b'] | aliases must not hold ~a**b~, which has two * side by side",
                "'aliases':['*a*b*c*d*e*f*g*h*'] | aliases must not hold ~*a*b*c*d*e*f*g*h*~, which has more than 8 *",
                "'aliases':['taken-*'] | aliases must not hold ~taken-*~, which is an alias of other already",
                "'fallback_models':{} | fallback_models must be a list of at most 10 model names",
                "'fallback_models':['a','b','c','d','e','f','g','h','i','j','k'] | fallback_models must be a list",
                "'fallback_models':['big'] | fallback_models must not hold ~big~, which is the model itself",
                "'fallback_models':['gpt'] | fallback_models must not hold ~gpt~, which is the model itself",
                "'fallback_models':['x','x'] | fallback_models must not hold ~x~ twice",
                "'aliases':['new'],'fallback_models':['new'] | fallback_models must not hold ~new~, which is the model"
            })
    void aBadFieldIsRefusedByName(String field, String message) {
        assertThat(bad(reader.update(OLD, json("{" + field + "}"))))
                .singleElement()
                .asString()
                .startsWith(message.replace('~', '"'));
    }

    @ParameterizedTest
    @CsvSource({
        "'', model must be a model name",
        "' x', model must be a model name",
        "*, model must not be *",
        "taken, model is an alias of other; take it out there"
    })
    void aBadNameIsRefused(String name, String message) {
        assertThat(bad(reader.create(json("{'model':'" + name + "'}"))))
                .singleElement()
                .asString()
                .startsWith(message);
    }

    @Test
    void aPatternMayCoverModelsAndOtherAliases() {
        assertThat(good(reader.update(OLD, json("{'aliases':['s*','tak*','*a*b*c*d*e*f*g*h']}")))
                        .aliases())
                .containsExactly("s*", "tak*", "*a*b*c*d*e*f*g*h");
        assertThat(good(reader.create(json("{'model':'taken-by-name'}"))).model())
                .isEqualTo("taken-by-name");
    }

    @Test
    void aFallbackThatLeadsToTheModelItselfIsWarnedOf() {
        ModelSettings settings = new ModelSettings(
                "big", List.of("b-*"), Optional.empty(), List.of("b-1", "small"), false, TranslationMode.DEFAULT);
        ProviderCatalog later = new ProviderCatalog(catalog.all(), Map.of("big", settings));

        assertThat(ModelReader.warnings(settings, later))
                .containsExactly("fallback_models: b-1 leads to big itself and is passed over");
    }

    @Test
    void namesAreBounded() {
        assertThat(good(reader.create(json("{'model':'" + "x".repeat(200) + "'}"))))
                .isNotNull();
        assertThat(bad(reader.create(json("{'model':'" + "x".repeat(201) + "'}"))))
                .hasSize(1);
    }

    @Test
    void everyBadFieldIsNamedAtOnce() {
        assertThat(bad(reader.update(OLD, json("{'aliases':5,'hidden':5,'fallback_models':5}"))))
                .hasSize(3);
    }

    @Test
    void anAliasThatAProviderTookOverSinceDoesNotBlockOtherChanges() {
        ProviderCatalog later = new ProviderCatalog(
                List.of(SomeProvider.named("p")
                        .maps("big", "b")
                        .maps("gpt", "g")
                        .build()),
                Map.of("big", OLD));

        assertThat(good(new ModelReader(later).update(OLD, json("{'hidden':false}")))
                        .hidden())
                .isFalse();
        assertThat(bad(new ModelReader(later).update(OLD, json("{'aliases':['gpt']}"))))
                .hasSize(1);
        assertThat(ModelReader.shadowed(later.all().get(0), later))
                .containsExactly("gpt is also an alias of big: requests for it go there");
    }

    @Test
    void whatNobodyServesIsWarnedOf() {
        ModelSettings settings = new ModelSettings(
                "resting",
                List.of(),
                Optional.empty(),
                List.of("small", "gpt", "resting-2", "nobody"),
                false,
                TranslationMode.DEFAULT);

        assertThat(ModelReader.warnings(settings, catalog))
                .containsExactly(
                        "no enabled provider serves resting",
                        "fallback_models: no enabled provider serves resting-2",
                        "fallback_models: no enabled provider serves nobody");
        assertThat(ModelReader.warnings(OLD, catalog)).isEmpty();
    }

    @Test
    void noNameTurnsTheDirectionOfWriting() {
        assertThat(bad(reader.create(json("{'model':'a\u202eb'}")))).hasSize(1);
        assertThat(bad(reader.create(json("{'model':'new','aliases':['a\u2066b']}"))))
                .hasSize(1);
    }
}
