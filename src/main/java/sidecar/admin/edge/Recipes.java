package sidecar.admin.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import sidecar.client.ClientHolder;
import sidecar.json.Json;
import sidecar.provider.Api;
import sidecar.provider.CatalogHolder;
import sidecar.provider.ModelMapping;
import sidecar.provider.OpenClawExport;
import sidecar.provider.ProviderCatalog;

/** What to paste into which client, with the address that the operator came by. No recipe holds a secret. */
@ApplicationScoped
class Recipes {

    /** A model's name where none is served by name yet. */
    private static final String SOME_MODEL = "your-model";

    private static final String TOKEN = "SIDECAR_CLIENT_TOKEN";

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ClientHolder clients;

    /** Whether clients have to show a token. */
    boolean tokenNeeded() {
        return !clients.get().all().isEmpty();
    }

    /** What clients may ask for, by name. */
    List<String> models() {
        return List.copyOf(catalog.get().models().keySet());
    }

    /** What to say where a client wants a key: the variable that holds the token, or any text when none is asked for. */
    private String key(String variable) {
        return tokenNeeded() ? variable : "sidecar";
    }

    private String model(String wanted) {
        List<String> models = models();
        return models.contains(wanted) ? wanted : models.isEmpty() ? SOME_MODEL : models.get(0);
    }

    /** For {@code ~/.openclaw/openclaw.json}. */
    ObjectNode openClaw(String origin) {
        return OpenClawExport.of(catalog.get(), origin, key("${" + TOKEN + "}"));
    }

    /** For {@code opencode.json}. */
    JsonNode openCode(String origin) {
        ObjectNode file = Json.object().put("$schema", "https://opencode.ai/config.json");
        ObjectNode provider = file.putObject("provider")
                .putObject("sidecar")
                .put("npm", "@ai-sdk/openai-compatible")
                .put("name", "Sidecar");
        provider.putObject("options").put("baseURL", origin + "/v1").put("apiKey", key("{env:" + TOKEN + "}"));
        ObjectNode models = provider.putObject("models");
        ProviderCatalog now = catalog.get();
        now.models().forEach((name, mapping) -> models.set(name, openCode(mapping)));
        if (models.isEmpty()) {
            models.putObject(SOME_MODEL);
        }
        return file;
    }

    private static ObjectNode openCode(ModelMapping mapping) {
        ObjectNode model = Json.object().put("name", mapping.canonical());
        model.putObject("limit").put("context", mapping.contextWindow()).put("output", mapping.maxTokens());
        return model;
    }

    /** For {@code ~/.codex/config.toml}. */
    String codex(String origin, String wanted) {
        String model = model(wanted);
        String wire = OpenClawExport.api(catalog.get(), model) == Api.OPENAI_RESPONSES ? "responses" : "chat";
        return lines(
                "model = " + quoted(model),
                "model_provider = \"sidecar\"",
                "",
                "[model_providers.sidecar]",
                "name = \"Sidecar\"",
                "base_url = \"" + origin + "/v1\"",
                "wire_api = \"" + wire + "\"" + (tokenNeeded() ? "\nenv_key = \"" + TOKEN + "\"" : ""));
    }

    /** With OpenAI's library for Python. */
    String python(String origin, String wanted) {
        return lines(
                (tokenNeeded() ? "import os\n" : "") + "from openai import OpenAI",
                "",
                "client = OpenAI(base_url=\"" + origin + "/v1\", api_key="
                        + (tokenNeeded() ? "os.environ[\"" + TOKEN + "\"]" : "\"sidecar\"") + ")",
                "answer = client.chat.completions.create(",
                "    model=" + quoted(model(wanted)) + ",",
                "    messages=[{\"role\": \"user\", \"content\": \"Say hello in one word.\"}],",
                ")",
                "print(answer.choices[0].message.content)");
    }

    /** With OpenAI's library for JavaScript. */
    String javaScript(String origin, String wanted) {
        return lines(
                "import OpenAI from \"openai\";",
                "",
                "const client = new OpenAI({ baseURL: \"" + origin + "/v1\", apiKey: "
                        + (tokenNeeded() ? "process.env." + TOKEN : "\"sidecar\"") + " });",
                "const answer = await client.chat.completions.create({",
                "  model: " + quoted(model(wanted)) + ",",
                "  messages: [{ role: \"user\", content: \"Say hello in one word.\" }],",
                "});",
                "console.log(answer.choices[0].message.content);");
    }

    /** On a command line. */
    String curl(String origin, String wanted) {
        ObjectNode body = Json.object().put("model", model(wanted));
        body.putArray("messages").addObject().put("role", "user").put("content", "Say hello in one word.");
        Optional<String> token =
                tokenNeeded() ? Optional.of(" \\\n  -H \"Authorization: Bearer $" + TOKEN + "\"") : Optional.empty();
        // a single quote inside single quotes is written '\'' in a shell
        return "curl -sS " + origin + "/v1/chat/completions" + token.orElse("")
                + " \\\n  -H 'Content-Type: application/json' \\\n  -d '"
                + Json.write(body).replace("'", "'\\''") + "'";
    }

    /** As a string of TOML, Python and JavaScript alike: JSON's is one in all of them. */
    private static String quoted(String text) {
        return Json.write(Json.tree(text));
    }

    private static String lines(String... lines) {
        return String.join("\n", lines);
    }
}
