package sidecar.connect.edge;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import sidecar.json.Json;
import sidecar.provider.Dialect;
import sidecar.provider.ModelMapping;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.DialectSupport;
import sidecar.provider.model.TranslationMode;

/**
 * Sidecar as a client sees it, which is all that a recipe may name.
 *
 * @param origin scheme, host and port, without a slash at the end
 * @param tokenNeeded whether clients have to show a token
 * @param wanted the model that the reader chose, or empty
 * @param translation of models that say nothing else
 */
record RecipeInput(
        ProviderCatalog catalog, String origin, boolean tokenNeeded, String wanted, TranslationMode translation) {

    /** The environment variable that the token is in; no recipe holds the token itself. */
    static final String TOKEN = "SIDECAR_CLIENT_TOKEN";

    /** What stands for a key where none is asked for: most clients insist on one. */
    static final String NO_TOKEN = "sidecar";

    /** A model's name where a provider takes every name. */
    static final String SOME_MODEL = "your-model";

    /** What a recipe gives the client to wait, which is longer than anything that Sidecar does before it answers. */
    static final int TIMEOUT_SECONDS = 600;

    static final long TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS);

    /** Sidecar retries by itself; a client that does too only waits longer for the same refusal. */
    static final int RETRIES = 1;

    static final String PROMPT = "Say hello in one word.";

    /** The base URL of OpenAI's clients. */
    String base() {
        return origin + "/v1";
    }

    /** What to write for the key: where a token is needed the variable it is in, in the client's way to name one. */
    String key(String variable) {
        return tokenNeeded ? variable : NO_TOKEN;
    }

    /** Every model that a client of the dialect can use; a placeholder where any name will do. */
    Map<String, ModelMapping> models(Dialect dialect) {
        Map<String, ModelMapping> models = dialect.models(catalog, translation);
        return models.isEmpty() && dialect.anyModel(catalog, translation)
                ? Map.of(SOME_MODEL, ModelMapping.of(SOME_MODEL, SOME_MODEL))
                : models;
    }

    /** The chosen model where the dialect has it, else its first; empty when it has none. */
    Optional<ModelMapping> model(Dialect dialect) {
        Map<String, ModelMapping> models = models(dialect);
        return Optional.ofNullable(models.get(wanted))
                .or(() -> models.values().stream().findFirst());
    }

    /** Whether the dialect's {@link #model} is served in it by translation only. */
    boolean translates(Dialect dialect) {
        return model(dialect)
                .flatMap(model -> dialect.support(catalog, model.canonical(), translation))
                .filter(DialectSupport.TRANSLATED::equals)
                .isPresent();
    }

    /** As a string of TOML, Python and JavaScript alike: JSON's is one in all of them. */
    static String quoted(String text) {
        return Json.write(Json.tree(text));
    }

    /** As one word of a shell, in which a single quote inside single quotes is written {@code '\''}. */
    static String shellWord(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
