package sidecar.connect.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sidecar.connect.OpenClawExport;
import sidecar.json.Json;
import sidecar.provider.Dialect;
import sidecar.provider.ModelMapping;
import sidecar.provider.model.TranslationMode;

/** The settings of command-line agents. Each is empty when the agent can use no model. */
final class AgentFiles {

    private AgentFiles() {}

    /** For {@code ~/.openclaw/openclaw.json}, which speaks every dialect. */
    static Optional<String> openClaw(RecipeInput input) {
        ObjectNode file = OpenClawExport.of(input.catalog(), input.origin(), input.key("${" + RecipeInput.TOKEN + "}"));
        return file.at("/models/providers").isEmpty() ? Optional.empty() : Optional.of(Json.pretty(file));
    }

    /**
     * For {@code opencode.json}. Its packages ask in one dialect each, and each model is asked for by one of them:
     * Anthropic's has what is served as messages and not as chat, the other one the rest.
     */
    static Optional<String> openCode(RecipeInput input) {
        Map<String, ModelMapping> chat = new TreeMap<>(input.models(Dialect.CHAT));
        Map<String, ModelMapping> messages = Dialect.MESSAGES.models(input.catalog(), TranslationMode.NATIVE);
        messages.keySet()
                .removeAll(Dialect.CHAT
                        .models(input.catalog(), TranslationMode.NATIVE)
                        .keySet());
        chat.keySet().removeAll(messages.keySet());
        ObjectNode file = Json.object().put("$schema", "https://opencode.ai/config.json");
        ObjectNode providers = file.putObject("provider");
        if (!chat.isEmpty()) {
            providers.set("sidecar", openCode(input, "@ai-sdk/openai-compatible", "Sidecar", chat));
        }
        if (!messages.isEmpty()) {
            providers.set("sidecar-messages", openCode(input, "@ai-sdk/anthropic", "Sidecar (messages)", messages));
        }
        return providers.isEmpty() ? Optional.empty() : Optional.of(Json.pretty(file));
    }

    /** Its own patience is 300 s for the head and between two chunks (read in opencode 1.18.33). */
    private static ObjectNode openCode(RecipeInput input, String npm, String name, Map<String, ModelMapping> models) {
        ObjectNode provider = Json.object().put("npm", npm).put("name", name);
        provider.putObject("options")
                .put("baseURL", input.base())
                .put("apiKey", input.key("{env:" + RecipeInput.TOKEN + "}"))
                .put("headerTimeout", RecipeInput.TIMEOUT_MILLIS)
                .put("chunkTimeout", RecipeInput.TIMEOUT_MILLIS);
        ObjectNode list = provider.putObject("models");
        models.forEach((model, mapping) -> list.putObject(model)
                .put("name", model)
                .putObject("limit")
                .put("context", mapping.contextWindow())
                .put("output", mapping.maxTokens()));
        return provider;
    }

    /**
     * For {@code ~/.codex/config.toml}. Since February 2026 Codex speaks responses only, and does not start with
     * another {@code wire_api} (github.com/openai/codex/discussions/7782; seen with 0.171.0).
     */
    static Optional<String> codex(RecipeInput input) {
        return input.model(Dialect.RESPONSES)
                .map(model -> String.join(
                        "\n",
                        "model = " + RecipeInput.quoted(model.canonical()),
                        "model_provider = \"sidecar\"",
                        "model_context_window = " + model.contextWindow(),
                        "",
                        "[model_providers.sidecar]",
                        "name = \"Sidecar\"",
                        "base_url = " + RecipeInput.quoted(input.base()),
                        "wire_api = \"responses\""
                                + (input.tokenNeeded() ? "\nenv_key = " + RecipeInput.quoted(RecipeInput.TOKEN) : ""),
                        "request_max_retries = " + RecipeInput.RETRIES,
                        "stream_max_retries = " + RecipeInput.RETRIES,
                        "stream_idle_timeout_ms = " + RecipeInput.TIMEOUT_MILLIS));
    }

    /**
     * For {@code ~/.claude/settings.json}. The values under {@code env} are not expanded, so the token comes from a
     * command. Without the three names of kinds, background work would ask for models that only Anthropic knows; of a
     * model that it does not know it believes that a million LLM tokens fit in (seen with 2.1.332).
     */
    static Optional<String> claudeCode(RecipeInput input) {
        return input.model(Dialect.MESSAGES).map(model -> {
            ObjectNode file = Json.object();
            if (input.tokenNeeded()) {
                file.put("apiKeyHelper", "printenv " + RecipeInput.TOKEN);
            }
            // it adds /v1 itself
            ObjectNode env = file.putObject("env").put("ANTHROPIC_BASE_URL", input.origin());
            if (!input.tokenNeeded()) {
                env.put("ANTHROPIC_AUTH_TOKEN", RecipeInput.NO_TOKEN);
            }
            env.put("ANTHROPIC_MODEL", model.canonical())
                    .put("ANTHROPIC_DEFAULT_OPUS_MODEL", model.canonical())
                    .put("ANTHROPIC_DEFAULT_SONNET_MODEL", model.canonical())
                    .put("ANTHROPIC_DEFAULT_HAIKU_MODEL", model.canonical())
                    .put("CLAUDE_CODE_MAX_CONTEXT_TOKENS", String.valueOf(model.contextWindow()))
                    .put("API_TIMEOUT_MS", String.valueOf(RecipeInput.TIMEOUT_MILLIS))
                    .put("CLAUDE_CODE_MAX_RETRIES", String.valueOf(RecipeInput.RETRIES))
                    .put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
            return Json.pretty(file);
        });
    }

    /** For {@code ~/.qwen/settings.json}, as docs/users/configuration/model-providers.md of QwenLM/qwen-code has it. */
    static Optional<String> qwenCode(RecipeInput input) {
        return input.model(Dialect.CHAT).map(model -> {
            ObjectNode file = Json.object();
            ArrayNode list = file.putObject("modelProviders").putArray("openai");
            input.models(Dialect.CHAT).values().forEach(each -> list.add(qwenCode(input, each)));
            if (!input.tokenNeeded()) {
                // the key is always read from a variable, and must be there
                file.putObject("env").put(RecipeInput.TOKEN, RecipeInput.NO_TOKEN);
            }
            file.putObject("security").putObject("auth").put("selectedType", "openai");
            file.putObject("model").put("name", model.canonical());
            return Json.pretty(file);
        });
    }

    private static ObjectNode qwenCode(RecipeInput input, ModelMapping model) {
        ObjectNode entry = Json.object()
                .put("id", model.canonical())
                .put("name", model.canonical())
                .put("baseUrl", input.base())
                .put("envKey", RecipeInput.TOKEN);
        entry.putObject("generationConfig")
                .put("timeout", RecipeInput.TIMEOUT_MILLIS)
                .put("maxRetries", RecipeInput.RETRIES)
                .put("contextWindowSize", model.contextWindow());
        return entry;
    }

    /** Cline keeps its settings itself: the command that sets them, with what its form in an editor asks for too. */
    static Optional<String> cline(RecipeInput input) {
        return input.model(Dialect.CHAT)
                .map(model ->
                        "cline auth --provider openai-compatible \\\n  --baseurl " + RecipeInput.shellWord(input.base())
                                + " \\\n  --modelid " + RecipeInput.shellWord(model.canonical()) + " \\\n  --apikey "
                                + input.key("\"$" + RecipeInput.TOKEN + "\""));
    }
}
