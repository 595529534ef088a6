package sidecar.provider.reader;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
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

class ClientProgramReaderTest {

    private static final ModelSettings BIG = new ModelSettings(
            "big",
            List.of("best", "lost"),
            Optional.of(Duration.ofSeconds(5)),
            List.of("small"),
            true,
            TranslationMode.NATIVE);

    private final ProviderCatalog catalog = new ProviderCatalog(
            List.of(SomeProvider.named("p")
                    .maps("big", "b")
                    .maps("small", "s")
                    .maps("lost", "taken over by a provider since")
                    .maps("claude-opus-4-5", "c")
                    .build()),
            Map.of("big", BIG, "other", ModelSettings.of("other").withAliases(List.of("gpt-5*", "nick"))));

    /** JSON with ' for ". */
    private Parsed<List<ModelSettings>> read(String text) {
        try {
            return new ClientProgramReader(catalog).read((ObjectNode) Json.read(text.replace('\'', '"')));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private List<ModelSettings> good(String text) {
        Parsed<List<ModelSettings>> parsed = read(text);
        assertThat(parsed.errors()).isEmpty();
        return parsed.toOptional().orElseThrow();
    }

    @Test
    void bigAndSmallNamesLeadToTheirModelsAndWhatIsSetStays() {
        assertThat(good("{'client':'claude-code','model':'big','small_model':'small'}"))
                .containsExactly(
                        BIG.withAliases(List.of("best", "lost", "claude-*opus*", "claude-*sonnet*", "claude-*")),
                        ModelSettings.of("small").withAliases(List.of("claude-*haiku*")));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {"~~", "~,'small_model':null~", "~,'small_model':''~", "~,'small_model':'small'~"})
    void oneModelMayHaveThemAll(String smallModel) {
        assertThat(good("{'client':'claude-code','model':'small'" + smallModel + "}"))
                .containsExactly(ModelSettings.of("small")
                        .withAliases(List.of("claude-*opus*", "claude-*sonnet*", "claude-*", "claude-*haiku*")));
    }

    @Test
    void codexHasNoSmallNames() {
        Parsed<List<ModelSettings>> parsed = new ClientProgramReader(new ProviderCatalog(catalog.all()))
                .read(Json.object().put("client", "codex").put("model", "new").put("small_model", "small"));

        assertThat(parsed.toOptional().orElseThrow())
                .containsExactly(
                        ModelSettings.of("new").withAliases(List.of("gpt-*codex*", "gpt-5*", "gpt-6*", "codex-*")));
        assertThat(parsed.warnings()).containsExactly("small_model is unknown and was ignored");
    }

    @Test
    void whatIsServedAlreadyStaysAsItIs() {
        List<ModelSettings> first = good("{'client':'claude-code','model':'small'}");
        ProviderCatalog later = new ProviderCatalog(catalog.all(), Map.of("small", first.get(0)));

        assertThat(new ClientProgramReader(later)
                        .read(Json.object().put("client", "claude-code").put("model", "small"))
                        .toOptional())
                .contains(first);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'model':'big' | client | Missing required field: client",
                "'client':null,'model':'big' | client | Missing required field: client",
                "'client':'cline','model':'big' | client | client must be one of claude-code, codex",
                "'client':'claude-code' | model | Missing required field: model",
                "'client':'claude-code','model':' ' | model | model must have 1 to 200 characters, has 0",
                "'client':'claude-code','model':5 | model | model must be a string",
                "'client':'claude-code','model':'*' | model | model must not be *",
                "'client':'claude-code','model':'nick' | model | model is an alias of other; take it out there",
                "'client':'claude-code','model':'big','small_model':'nick' | small_model | small_model is an alias of other;"
                        + " take it out there",
                "'client':'codex','model':'big' | model | model cannot have the alias ~gpt-5*~, which is an alias of"
                        + " other already",
                "'client':'codex','model':'codex-*' | model | model cannot have the alias ~codex-*~, which is the model"
                        + " itself"
            })
    void whatCannotBeIsRefusedAtItsField(String fields, String field, String message) {
        assertThat(read("{" + fields + "}").errors()).contains(new FieldError(field, message.replace('~', '"')));
    }

    @Test
    void aModelWithoutRoomForThemIsRefused() {
        List<String> many = IntStream.range(0, 98).mapToObj(i -> "a" + i).toList();
        ProviderCatalog full = new ProviderCatalog(
                catalog.all(), Map.of("small", ModelSettings.of("small").withAliases(many)));

        assertThat(new ClientProgramReader(full)
                        .read(Json.object().put("client", "codex").put("model", "small"))
                        .errors())
                .containsExactly(new FieldError("model", "model has no room for 4 more aliases: 100 at most"));
    }
}
