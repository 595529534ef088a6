package sidecar.admin.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.provider.Dialect;
import sidecar.provider.ModelMapping;
import sidecar.provider.OpenClawExport;

/** The settings of command-line agents. Each is empty when Sidecar serves no model in what the agent speaks. */
final class AgentFiles {

    private AgentFiles() {}

    /** For {@code ~/.openclaw/openclaw.json}, which speaks every dialect. */
    static Optional<String> openClaw(Front front) {
        ObjectNode file = OpenClawExport.of(front.catalog(), front.origin(), front.key("${" + Front.TOKEN + "}"));
        return file.at("/models/providers").isEmpty() ? Optional.empty() : Optional.of(Json.pretty(file));
    }

    /**
     * For {@code opencode.json}. Its packages ask in one dialect each: what is served as chat is asked for so, and
     * Anthropic's package has the rest. Models that it would ask for in vain are not in the list.
     */
    static Optional<String> openCode(Front front) {
        Map<String, ModelMapping> chat = front.models(Dialect.CHAT);
        Map<String, ModelMapping> messages = Dialect.MESSAGES.models(front.catalog());
        messages.keySet().removeAll(chat.keySet());
        ObjectNode file = Json.object().put("$schema", "https://opencode.ai/config.json");
        ObjectNode providers = file.putObject("provider");
        if (!chat.isEmpty()) {
            providers.set("sidecar", openCode(front, "@ai-sdk/openai-compatible", "Sidecar", chat));
        }
        if (!messages.isEmpty()) {
            providers.set("sidecar-messages", openCode(front, "@ai-sdk/anthropic", "Sidecar (messages)", messages));
        }
        return providers.isEmpty() ? Optional.empty() : Optional.of(Json.pretty(file));
    }

    /** Its own patience is 300 s for the head and between two chunks (read in opencode 1.18.33). */
    private static ObjectNode openCode(Front front, String npm, String name, Map<String, ModelMapping> models) {
        ObjectNode provider = Json.object().put("npm", npm).put("name", name);
        provider.putObject("options")
                .put("baseURL", front.base())
                .put("apiKey", front.key("{env:" + Front.TOKEN + "}"))
                .put("headerTimeout", Front.TIMEOUT_MILLIS)
                .put("chunkTimeout", Front.TIMEOUT_MILLIS);
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
    static Optional<String> codex(Front front) {
        return front.model(Dialect.RESPONSES)
                .map(model -> String.join(
                        "\n",
                        "model = " + Front.quoted(model.canonical()),
                        "model_provider = \"sidecar\"",
                        "model_context_window = " + model.contextWindow(),
                        "",
                        "[model_providers.sidecar]",
                        "name = \"Sidecar\"",
                        "base_url = " + Front.quoted(front.base()),
                        "wire_api = \"responses\""
                                + (front.tokenNeeded() ? "\nenv_key = " + Front.quoted(Front.TOKEN) : ""),
                        "request_max_retries = " + Front.RETRIES,
                        "stream_max_retries = " + Front.RETRIES,
                        "stream_idle_timeout_ms = " + Front.TIMEOUT_MILLIS));
    }

    /**
     * For {@code ~/.claude/settings.json}. The values under {@code env} are not expanded, so the token comes from a
     * command. Without the three names of kinds, background work would ask for models that only Anthropic knows; of a
     * model that it does not know it believes that a million LLM tokens fit in (seen with 2.1.332).
     */
    static Optional<String> claudeCode(Front front) {
        return front.model(Dialect.MESSAGES).map(model -> {
            ObjectNode file = Json.object();
            if (front.tokenNeeded()) {
                file.put("apiKeyHelper", "printenv " + Front.TOKEN);
            }
            // it adds /v1 itself
            ObjectNode env = file.putObject("env").put("ANTHROPIC_BASE_URL", front.origin());
            if (!front.tokenNeeded()) {
                env.put("ANTHROPIC_AUTH_TOKEN", Front.NO_TOKEN);
            }
            env.put("ANTHROPIC_MODEL", model.canonical())
                    .put("ANTHROPIC_DEFAULT_OPUS_MODEL", model.canonical())
                    .put("ANTHROPIC_DEFAULT_SONNET_MODEL", model.canonical())
                    .put("ANTHROPIC_DEFAULT_HAIKU_MODEL", model.canonical())
                    .put("CLAUDE_CODE_MAX_CONTEXT_TOKENS", String.valueOf(model.contextWindow()))
                    .put("API_TIMEOUT_MS", String.valueOf(Front.TIMEOUT_MILLIS))
                    .put("CLAUDE_CODE_MAX_RETRIES", String.valueOf(Front.RETRIES))
                    .put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
            return Json.pretty(file);
        });
    }

    /** For {@code ~/.qwen/settings.json}, as docs/users/configuration/model-providers.md of QwenLM/qwen-code has it. */
    static Optional<String> qwenCode(Front front) {
        return front.model(Dialect.CHAT).map(model -> {
            ObjectNode file = Json.object();
            ArrayNode list = file.putObject("modelProviders").putArray("openai");
            front.models(Dialect.CHAT).values().forEach(each -> list.add(qwenCode(front, each)));
            if (!front.tokenNeeded()) {
                // the key is always read from a variable, and must be there
                file.putObject("env").put(Front.TOKEN, Front.NO_TOKEN);
            }
            file.putObject("security").putObject("auth").put("selectedType", "openai");
            file.putObject("model").put("name", model.canonical());
            return Json.pretty(file);
        });
    }

    private static ObjectNode qwenCode(Front front, ModelMapping model) {
        ObjectNode entry = Json.object()
                .put("id", model.canonical())
                .put("name", model.canonical())
                .put("baseUrl", front.base())
                .put("envKey", Front.TOKEN);
        entry.putObject("generationConfig")
                .put("timeout", Front.TIMEOUT_MILLIS)
                .put("maxRetries", Front.RETRIES)
                .put("contextWindowSize", model.contextWindow());
        return entry;
    }

    /** Cline keeps its settings itself: the command that sets them, with what its form in an editor asks for too. */
    static Optional<String> cline(Front front) {
        return front.model(Dialect.CHAT)
                .map(model -> "cline auth --provider openai-compatible \\\n  --baseurl " + Front.shellWord(front.base())
                        + " \\\n  --modelid " + Front.shellWord(model.canonical()) + " \\\n  --apikey "
                        + front.key("\"$" + Front.TOKEN + "\""));
    }
}
