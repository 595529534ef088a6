package sidecar.connect.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.provider.Dialect;
import sidecar.provider.ModelSettings;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;

/** Every recipe names what its client can use and nothing else, in the form that the client reads. */
class RecipesTest {

    private static final String ORIGIN = "https://gate.example:9190";

    private static final Provider CHAT =
            SomeProvider.named("chat").maps("chat-model", "n").build();
    private static final Provider RESPONSES = SomeProvider.named("responses")
            .api(ApiProtocol.OPENAI_RESPONSES)
            .maps("responses-model", "n")
            .build();
    private static final Provider MESSAGES = SomeProvider.named("messages")
            .api(ApiProtocol.ANTHROPIC_MESSAGES)
            .maps("messages-model", "n")
            .build();

    /** Where nothing is translated. */
    private static RecipeInput input(boolean tokenNeeded, String wanted, Provider... providers) {
        return input(TranslationMode.NATIVE, tokenNeeded, wanted, providers);
    }

    private static RecipeInput input(
            TranslationMode translation, boolean tokenNeeded, String wanted, Provider... providers) {
        return new RecipeInput(new ProviderCatalog(List.of(providers)), ORIGIN, tokenNeeded, wanted, translation);
    }

    private static String text(Recipes.Client client, RecipeInput input) {
        return client.recipe(input).orElseThrow();
    }

    private static JsonNode json(Recipes.Client client, RecipeInput input) {
        try {
            return Json.read(text(client, input));
        } catch (MalformedJsonException e) {
            throw new AssertionError(client + ": " + text(client, input), e);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Which of the three models stand in a client's recipe; "-" when there is none at all. */
    @ParameterizedTest
    @CsvSource({
        "OPENCLAW, chat responses messages",
        "OPENCODE, chat responses messages",
        "CLAUDECODE, messages",
        "CODEX, responses",
        "QWENCODE, chat responses",
        "CLINE, chat",
        "PYTHON, chat",
        "JAVASCRIPT, chat",
        "AGENTS, chat",
        "VERCEL, chat",
        "LANGCHAINJS, chat",
        "LLAMAINDEX, chat"
    })
    void withoutTranslationOnlyModelsAreNamedThatAreServedInWhatTheClientSpeaks(Recipes.Client client, String usable) {
        String text = text(client, input(true, "", CHAT, RESPONSES, MESSAGES));

        for (String kind : List.of("chat", "responses", "messages")) {
            assertThat(text.contains(kind + "-model"))
                    .as(kind + " in " + text)
                    .isEqualTo(List.of(usable.split(" ", -1)).contains(kind));
        }
        assertThat(text).contains(ORIGIN);
    }

    @ParameterizedTest
    @CsvSource({
        "CLAUDECODE, OPENAI_COMPLETIONS, messages",
        "CLAUDECODE, OPENAI_RESPONSES, messages",
        "CODEX, OPENAI_COMPLETIONS, responses",
        "CODEX, ANTHROPIC_MESSAGES, responses",
        "QWENCODE, ANTHROPIC_MESSAGES, chat",
        "CLINE, ANTHROPIC_MESSAGES, chat",
        "PYTHON, ANTHROPIC_MESSAGES, chat",
        "JAVASCRIPT, ANTHROPIC_MESSAGES, chat",
        "AGENTS, ANTHROPIC_MESSAGES, chat",
        "VERCEL, ANTHROPIC_MESSAGES, chat",
        "LANGCHAINJS, ANTHROPIC_MESSAGES, chat",
        "LLAMAINDEX, ANTHROPIC_MESSAGES, chat"
    })
    void thereIsNoRecipeForWhatCannotWorkButTheWordForIt(Recipes.Client client, ApiProtocol served, String missing) {
        Provider only = SomeProvider.named("only").api(served).maps("m", "n").build();

        assertThat(client.recipe(input(true, "m", only))).isEmpty();
        assertThat(client.speaks()).isEqualTo(missing);
    }

    @ParameterizedTest
    @EnumSource
    void withoutAnyProviderThereIsNoRecipe(Recipes.Client client) {
        RecipeInput nothing = input(TranslationMode.ON, false, "");

        assertThat(client.recipe(nothing)).isEmpty();
        assertThat(client.isTranslated(nothing)).isFalse();
    }

    /** By translation every client can use every model; the recipe says so where that is how. */
    @ParameterizedTest
    @CsvSource({
        "OPENCLAW, false, false, false",
        "OPENCODE, false, false, false",
        "CLAUDECODE, true, true, false",
        "CODEX, true, false, true",
        "QWENCODE, false, false, true",
        "CLINE, false, false, true",
        "PYTHON, false, false, true",
        "JAVASCRIPT, false, false, true",
        "AGENTS, false, false, true",
        "VERCEL, false, false, true",
        "LANGCHAINJS, false, false, true",
        "LLAMAINDEX, false, false, true"
    })
    void translationLetsEveryClientUseEveryModel(
            Recipes.Client client, boolean ofChat, boolean ofResponses, boolean ofMessages) {
        Map<String, Boolean> translated =
                Map.of("chat-model", ofChat, "responses-model", ofResponses, "messages-model", ofMessages);

        translated.forEach((model, expected) -> {
            RecipeInput input = input(TranslationMode.ON, true, model, CHAT, RESPONSES, MESSAGES);
            assertThat(text(client, input)).contains(model);
            assertThat(client.isTranslated(input)).as(model).isEqualTo(expected);
        });
    }

    @Test
    void aModelThatIsNotToBeTranslatedIsNamedToThoseWhoSpeakItsDialect() {
        ModelSettings own =
                new ModelSettings("chat-model", List.of(), Optional.empty(), List.of(), false, TranslationMode.NATIVE);
        ProviderCatalog catalog = new ProviderCatalog(List.of(CHAT), Map.of("chat-model", own));
        RecipeInput input = new RecipeInput(catalog, ORIGIN, false, "", TranslationMode.ON);

        assertThat(Recipes.Client.CODEX.recipe(input)).isEmpty();
        assertThat(text(Recipes.Client.CLINE, input)).contains("chat-model");
    }

    /** The token stands there by the name of its variable; without tokens nothing asks for that variable. */
    @ParameterizedTest
    @EnumSource
    void theTokenIsReadFromTheEnvironment(Recipes.Client client) {
        assertThat(text(client, input(true, "", CHAT, RESPONSES, MESSAGES))).contains("SIDECAR_CLIENT_TOKEN");
        if (client != Recipes.Client.CODEX) {
            assertThat(text(client, input(false, "", CHAT, RESPONSES, MESSAGES)))
                    .contains("sidecar")
                    .doesNotContain("$SIDECAR", "env:SIDECAR", "environ", "process.env", "printenv");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "CLINE", mode = EnumSource.Mode.EXCLUDE)
    void theClientIsGivenTenMinutes(Recipes.Client client) {
        assertThat(text(client, input(true, "", CHAT, RESPONSES, MESSAGES))).containsPattern("600(000)?\\b");
    }

    @Test
    void theWantedModelIsTakenWhereItCanBeUsed() {
        Provider two = SomeProvider.named("two").maps("a", "n").maps("b", "n").build();

        assertThat(text(Recipes.Client.PYTHON, input(false, "b", two))).contains("model=\"b\"");
        assertThat(text(Recipes.Client.PYTHON, input(false, "messages-model", two, MESSAGES)))
                .contains("model=\"a\"");
        assertThat(text(Recipes.Client.CODEX, input(false, "a", two, RESPONSES)))
                .contains("\"responses-model\"");
    }

    @Test
    void aProviderThatTakesEveryNameLeavesTheNameOpen() {
        Provider any = SomeProvider.named("any").maps("*", "*").build();

        assertThat(text(Recipes.Client.PYTHON, input(false, "", any))).contains("your-model");
        assertThat(Recipes.Client.CODEX.recipe(input(false, "", any))).isEmpty();
        assertThat(text(Recipes.Client.CODEX, input(TranslationMode.ON, false, "", any)))
                .contains("your-model");
        assertThat(Recipes.Client.CODEX.isTranslated(input(TranslationMode.ON, false, "", any)))
                .isTrue();
        assertThat(Recipes.Client.OPENCLAW.recipe(input(false, "", any))).isEmpty();
    }

    @Test
    void aModelThatIsServedInTwoDialectsIsUsableInBoth() {
        Provider first = SomeProvider.named("first").maps("both", "n").build();
        Provider second = SomeProvider.named("second")
                .api(ApiProtocol.ANTHROPIC_MESSAGES)
                .maps("both", "n")
                .build();
        RecipeInput input = input(false, "both", first, second);

        assertThat(text(Recipes.Client.CLAUDECODE, input)).contains("\"both\"");
        assertThat(text(Recipes.Client.CLINE, input)).contains("'both'");
    }

    @Test
    void disabledProvidersServeNobody() {
        Provider off = SomeProvider.named("off")
                .api(ApiProtocol.OPENAI_RESPONSES)
                .maps("m", "n")
                .disabled()
                .build();

        assertThat(Recipes.Client.CODEX.recipe(input(false, "m", off))).isEmpty();
    }

    @Test
    void openClawWaitsAsLongAsSidecarMayTake() {
        JsonNode providers = json(Recipes.Client.OPENCLAW, input(true, "", CHAT, RESPONSES, MESSAGES))
                .at("/models/providers");

        assertThat(names(providers)).containsExactly("sidecar", "sidecar-responses", "sidecar-messages");
        assertThat(providers)
                .allSatisfy(provider ->
                        assertThat(provider.path("timeoutSeconds").asInt()).isEqualTo(600));
        assertThat(providers.path("sidecar").path("baseUrl").asText()).isEqualTo(ORIGIN + "/v1");
        assertThat(providers.path("sidecar-messages").path("baseUrl").asText()).isEqualTo(ORIGIN);
        assertThat(providers.path("sidecar").path("apiKey").asText()).isEqualTo("${SIDECAR_CLIENT_TOKEN}");
    }

    @ParameterizedTest
    @EnumSource(names = "DEFAULT", mode = EnumSource.Mode.EXCLUDE)
    void openCodeAsksForEachModelWithThePackageThatNeedsNoTranslation(TranslationMode translation) {
        JsonNode providers = json(Recipes.Client.OPENCODE, input(translation, true, "", CHAT, RESPONSES, MESSAGES))
                .path("provider");

        JsonNode chat = providers.path("sidecar");
        assertThat(chat.path("npm").asText()).isEqualTo("@ai-sdk/openai-compatible");
        assertThat(names(chat.path("models"))).containsExactly("chat-model", "responses-model");
        assertThat(chat.at("/options/apiKey").asText()).isEqualTo("{env:SIDECAR_CLIENT_TOKEN}");
        assertThat(chat.at("/options/headerTimeout").asInt()).isEqualTo(600_000);
        assertThat(chat.at("/models/chat-model/limit/context").asInt()).isEqualTo(128_000);
        JsonNode messages = providers.path("sidecar-messages");
        assertThat(messages.path("npm").asText()).isEqualTo("@ai-sdk/anthropic");
        assertThat(names(messages.path("models"))).containsExactly("messages-model");
    }

    @Test
    void claudeCodeKnowsNoOtherModelAndNoV1() {
        JsonNode file = json(Recipes.Client.CLAUDECODE, input(true, "", MESSAGES));

        assertThat(file.path("apiKeyHelper").asText()).isEqualTo("printenv SIDECAR_CLIENT_TOKEN");
        assertThat(file.at("/env/ANTHROPIC_BASE_URL").asText()).isEqualTo(ORIGIN);
        assertThat(file.at("/env/ANTHROPIC_AUTH_TOKEN").isMissingNode()).isTrue();
        for (String kind : List.of("MODEL", "DEFAULT_OPUS_MODEL", "DEFAULT_SONNET_MODEL", "DEFAULT_HAIKU_MODEL")) {
            assertThat(file.at("/env/ANTHROPIC_" + kind).asText()).isEqualTo("messages-model");
        }
        assertThat(file.at("/env/CLAUDE_CODE_MAX_CONTEXT_TOKENS").asText()).isEqualTo("128000");
        // the values of variables are texts, or the file is refused
        assertThat(file.path("env")).allMatch(JsonNode::isTextual);
        assertThat(json(Recipes.Client.CLAUDECODE, input(false, "", MESSAGES))
                        .at("/env/ANTHROPIC_AUTH_TOKEN")
                        .asText())
                .isEqualTo("sidecar");
    }

    @Test
    void qwenCodeListsEveryModelAndStartsWithTheChosen() {
        JsonNode file = json(Recipes.Client.QWENCODE, input(false, "responses-model", CHAT, RESPONSES, MESSAGES));

        assertThat(file.at("/modelProviders/openai").findValuesAsText("id"))
                .containsExactly("chat-model", "responses-model");
        assertThat(file.at("/model/name").asText()).isEqualTo("responses-model");
        assertThat(file.at("/security/auth/selectedType").asText()).isEqualTo("openai");
        assertThat(file.at("/env/SIDECAR_CLIENT_TOKEN").asText()).isEqualTo("sidecar");
        assertThat(json(Recipes.Client.QWENCODE, input(true, "", CHAT)).has("env"))
                .isFalse();
    }

    /** The tables of a TOML file of strings and numbers, each line checked to be one. */
    private static Map<String, String> toml(String text) {
        Map<String, String> values = new TreeMap<>();
        String table = "";
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("[")) {
                assertThat(line).matches("\\[[a-z_.]+]");
                table = line.substring(1, line.length() - 1) + ".";
            } else if (!line.isEmpty()) {
                assertThat(line).matches("[a-z_]+ = (\"([^\"\\\\]|\\\\.)*\"|\\d+)");
                String[] parts = line.split(" = ", 2);
                assertThat(values.put(table + parts[0], parts[1])).isNull();
            }
        }
        return values;
    }

    @Test
    void codexSpeaksResponses() {
        Map<String, String> open = toml(text(Recipes.Client.CODEX, input(false, "", CHAT, RESPONSES)));
        Map<String, String> closed = toml(text(Recipes.Client.CODEX, input(true, "", CHAT, RESPONSES)));

        assertThat(open)
                .containsEntry("model", "\"responses-model\"")
                .containsEntry("model_context_window", "128000")
                .containsEntry("model_providers.sidecar.base_url", "\"" + ORIGIN + "/v1\"")
                .containsEntry("model_providers.sidecar.wire_api", "\"responses\"")
                .containsEntry("model_providers.sidecar.stream_idle_timeout_ms", "600000")
                .doesNotContainKey("model_providers.sidecar.env_key");
        assertThat(closed).containsEntry("model_providers.sidecar.env_key", "\"SIDECAR_CLIENT_TOKEN\"");
    }

    /** Quotes of every kind, a backslash, and letters beyond ASCII. */
    @ParameterizedTest
    @EnumSource
    void namesThatNeedQuotingAreQuoted(Recipes.Client client) {
        String odd = "it's \"a\\b\" 模型";
        RecipeInput input = input(
                false,
                odd,
                SomeProvider.named("c").maps(odd, "n").build(),
                SomeProvider.named("r")
                        .api(ApiProtocol.OPENAI_RESPONSES)
                        .maps(odd, "n")
                        .build(),
                SomeProvider.named("m")
                        .api(ApiProtocol.ANTHROPIC_MESSAGES)
                        .maps(odd, "n")
                        .build());

        String text = text(client, input);

        String quoted = client == Recipes.Client.CLINE ? "'it'\\''s \"a\\b\" 模型'" : "it's \\\"a\\\\b\\\" 模型";
        assertThat(text).contains(quoted);
    }

    @ParameterizedTest
    @CsvSource({"CHAT, /chat/completions", "MESSAGES, /messages", "RESPONSES, /responses"})
    void aSampleIsOneCommandWithAQuotedBody(Dialect dialect, String path) throws MalformedJsonException {
        Provider odd = SomeProvider.named("odd").maps("my model's name", "n").build();

        SampleRequest sample = SampleRequest.of(input(TranslationMode.ON, true, "", odd), dialect)
                .orElseThrow();

        assertThat(sample.path()).isEqualTo(path);
        assertThat(Json.read(sample.body()).path("model").asText()).isEqualTo("my model's name");
        assertThat(sample.curl())
                .startsWith("curl -sS " + ORIGIN + "/v1" + path + " \\\n")
                .contains("-H \"Authorization: Bearer $SIDECAR_CLIENT_TOKEN\"")
                .endsWith(RecipeInput.shellWord(sample.body()));
        assertThat(sample.translated()).isEqualTo(dialect != Dialect.CHAT);
        assertThat(SampleRequest.of(input(true, "", odd), dialect).isPresent()).isEqualTo(dialect == Dialect.CHAT);
    }
}
