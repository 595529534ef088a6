package sidecar.provider.edge.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import sidecar.console.Saved;
import sidecar.console.edge.AdminOnly;
import sidecar.console.edge.TableWriter;
import sidecar.provider.CatalogHolder;
import sidecar.provider.ModelSettings;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;
import sidecar.provider.reader.ClientProgramReader;
import sidecar.provider.reader.ModelReader;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Changes the settings of models: reads what is wanted, stores it in one transaction and then, after the commit,
 * publishes it. Callable from any thread; blocks on the database.
 */
@ApplicationScoped
public class ModelAdmin {

    private static final System.Logger LOG = System.getLogger(ModelAdmin.class.getName());

    @Inject
    private ModelStore store;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private TableWriter<Map<String, ModelSettings>> table;

    @Inject
    private Settings settings;

    @PostConstruct
    void prepare() {
        table.table("models", store::all, catalog::publishModels);
    }

    /** Publishes what is stored. */
    public void load() {
        table.load();
    }

    /** Runs {@code work} while nobody else changes models, and publishes what is stored then. */
    @AdminOnly
    public void exclusively(Runnable work) {
        table.write(work);
    }

    /** Every model that a provider maps or that has settings, as JSON, by name. */
    List<ObjectNode> views() {
        return catalog.get().known().stream()
                .map(model -> view(model, List.of()))
                .toList();
    }

    /** One model as JSON, with {@code more} warnings before those that there is reason for. */
    ObjectNode view(String model, List<String> more) {
        TranslationMode translation =
                TranslationMode.of(settings.get(SettingsCatalog.TRANSLATION)).orElseThrow();
        return ModelView.write(model, catalog.get(), translation, more);
    }

    /** Stores settings for the model that the object names. */
    @AdminOnly
    Saved<ModelSettings> create(ObjectNode body) {
        return store(() -> {
            ProviderCatalog now = catalog.get();
            String model = body.path("model").asText();
            return now.stored().containsKey(model)
                    ? Saved.taken("", model, "The model " + model + " has settings already; PUT changes them")
                    : Saved.of(new ModelReader(now).create(body));
        });
    }

    /**
     * Makes a program's names aliases of the models that the object says.
     *
     * @return the models that were changed
     */
    @AdminOnly
    Saved<List<ModelSettings>> serveNames(ObjectNode body) {
        Saved<List<ModelSettings>> saved =
                table.save(() -> Saved.of(new ClientProgramReader(catalog.get()).read(body)), store::putAll);
        saved.toOptional().orElse(List.of()).forEach(ModelAdmin::logChange);
        return saved;
    }

    private static void logChange(ModelSettings settings) {
        LOG.log(System.Logger.Level.INFO, "the settings of model {0} changed", settings.model());
    }

    /** Changes what the object names of a model that is mapped or has settings. */
    @AdminOnly
    Saved<ModelSettings> update(String model, ObjectNode body) {
        return store(() -> {
            ProviderCatalog now = catalog.get();
            return now.known().contains(model)
                    ? Saved.of(new ModelReader(now).update(now.rules(model), body))
                    : new Saved.Missing<>();
        });
    }

    private Saved<ModelSettings> store(Supplier<Saved<ModelSettings>> wanted) {
        Saved<ModelSettings> saved = table.save(wanted, store::put);
        saved.toOptional().ifPresent(ModelAdmin::logChange);
        return saved;
    }

    /** Forgets a model's settings; there may be none. */
    @AdminOnly
    Saved<ModelSettings> delete(String model) {
        Saved<ModelSettings> deleted = table.save(
                () -> Saved.of(Optional.ofNullable(catalog.get().stored().get(model))),
                settings -> store.delete(settings.model()));
        deleted.toOptional()
                .ifPresent(settings ->
                        LOG.log(System.Logger.Level.INFO, "the settings of model {0} deleted", settings.model()));
        return deleted;
    }
}
