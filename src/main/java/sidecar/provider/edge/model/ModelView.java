package sidecar.provider.edge.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import sidecar.json.Json;
import sidecar.provider.Dialect;
import sidecar.provider.ModelMapping;
import sidecar.provider.ModelSettings;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;
import sidecar.provider.reader.ModelReader;

/** A model as JSON: what is set for it, who serves it, and how clients can use it. */
public final class ModelView {

    private static final int NANO_DIGITS = 9;

    private ModelView() {}

    /** What is set for a model, as {@link ModelReader} reads it. */
    public static ObjectNode settings(String model, ProviderCatalog catalog) {
        ModelSettings settings = catalog.rules(model);
        ObjectNode json = Json.object().put("model", model);
        json.set("aliases", Json.tree(settings.aliases()));
        settings.overflowWait()
                .ifPresentOrElse(
                        wait -> json.set("overflow_wait_seconds", seconds(wait)),
                        () -> json.putNull("overflow_wait_seconds"));
        json.set("fallback_models", Json.tree(settings.fallbackModels()));
        json.put("hidden", settings.hidden());
        return json.put("translation", settings.translation().wire());
    }

    /**
     * Everything, with {@code more} warnings before those that the catalog gives reason for.
     *
     * @param translation of models that say nothing else
     */
    static ObjectNode write(String model, ProviderCatalog catalog, TranslationMode translation, List<String> more) {
        ObjectNode json = settings(model, catalog);
        ArrayNode providers = json.putArray("providers");
        catalog.all()
                .forEach(provider ->
                        provider.mapping(model).ifPresent(mapping -> providers.add(write(provider, mapping))));
        ObjectNode dialects = json.putObject("dialects");
        for (Dialect dialect : Dialect.values()) {
            dialect.support(catalog, model, translation)
                    .ifPresent(support -> dialects.put(dialect.wire(), support.wire()));
        }
        json.put("stored", catalog.stored().containsKey(model));
        ArrayNode warnings = json.putArray("warnings");
        more.forEach(warnings::add);
        ModelReader.warnings(catalog.rules(model), catalog).forEach(warnings::add);
        return json;
    }

    private static ObjectNode write(Provider provider, ModelMapping mapping) {
        return Json.object()
                .put("id", provider.id())
                .put("name", provider.name())
                .put("pool", provider.pool().wire())
                .put("native_id", mapping.nativeId())
                .put("enabled", provider.enabled());
    }

    /** As a whole number where it is one: 30, not 3E+1 or 30.0. */
    private static JsonNode seconds(Duration wait) {
        BigDecimal seconds = BigDecimal.valueOf(wait.toNanos(), NANO_DIGITS).stripTrailingZeros();
        return seconds.scale() <= 0 ? Json.tree(seconds.longValueExact()) : Json.tree(seconds);
    }
}
