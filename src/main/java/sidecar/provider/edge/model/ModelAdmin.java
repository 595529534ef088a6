package sidecar.provider.edge.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import sidecar.console.edge.AdminOnly;
import sidecar.console.edge.WriteLock;
import sidecar.provider.CatalogHolder;
import sidecar.provider.ModelSettings;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.reader.ModelReader;
import sidecar.provider.reader.ParsedModel;

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

    /** One writer at a time: aliases stay unique, and settings are published in the order of their commits. */
    @Inject
    private WriteLock lock;

    /** Publishes what is stored. */
    public void load() {
        lock.run(() -> catalog.publishModels(store.all()));
    }

    /** Runs {@code work} while nobody else changes models, and publishes what is stored then. */
    @AdminOnly
    public void exclusively(Runnable work) {
        lock.run(() -> {
            work.run();
            load();
        });
    }

    /** Every model that a provider maps or that has settings, as JSON, by name. */
    List<ObjectNode> views() {
        ProviderCatalog now = catalog.get();
        return now.known().stream()
                .map(model -> ModelView.write(model, now, List.of()))
                .toList();
    }

    /** Stores settings for the model that the object names. */
    @AdminOnly
    SavedModel create(ObjectNode body) {
        return lock.ask(() -> {
            ProviderCatalog now = catalog.get();
            String model = body.path("model").asText();
            return now.stored().containsKey(model)
                    ? new SavedModel.Taken(model)
                    : store(new ModelReader(now).create(body));
        });
    }

    /** Changes what the object names of a model that is mapped or has settings. */
    @AdminOnly
    SavedModel update(String model, ObjectNode body) {
        return lock.ask(() -> {
            ProviderCatalog now = catalog.get();
            return now.known().contains(model)
                    ? store(new ModelReader(now).update(now.rules(model), body))
                    : new SavedModel.Unknown();
        });
    }

    private SavedModel store(ParsedModel parsed) {
        if (parsed instanceof ParsedModel.Refused refused) {
            return new SavedModel.Invalid(refused.errors());
        }
        ParsedModel.Accepted accepted = (ParsedModel.Accepted) parsed;
        ModelSettings settings = accepted.settings();
        store.put(settings);
        load();
        LOG.log(System.Logger.Level.INFO, "the settings of model {0} changed", settings.model());
        return new SavedModel.Done(settings, accepted.warnings());
    }

    /** Whether the model had settings. */
    @AdminOnly
    boolean delete(String model) {
        return lock.ask(() -> {
            boolean stored = catalog.get().stored().containsKey(model);
            if (stored) {
                store.delete(model);
                load();
                LOG.log(System.Logger.Level.INFO, "the settings of model {0} deleted", model);
            }
            return stored;
        });
    }
}
