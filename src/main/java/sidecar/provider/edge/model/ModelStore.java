package sidecar.provider.edge.model;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.provider.ModelSettings;
import sidecar.provider.model.TranslationMode;

/** The model table. Every method is one transaction, committed when it returns. */
@Stateless
public class ModelStore {

    private static final System.Logger LOG = System.getLogger(ModelStore.class.getName());

    @PersistenceContext(unitName = "sidecar")
    private EntityManager entities;

    /** Everything that can be understood, by canonical model; the log names the rest. */
    public Map<String, ModelSettings> all() {
        Map<String, ModelSettings> all = new HashMap<>();
        entities.createQuery("select m from ModelEntity m order by m.name", ModelEntity.class)
                .getResultList()
                .forEach(row -> {
                    try {
                        all.put(row.name, read(row));
                    } catch (IllegalArgumentException e) {
                        // One damaged row must not keep the others from acting.
                        LOG.log(System.Logger.Level.ERROR, "the settings of model " + row.name + " are left out", e);
                    }
                });
        return all;
    }

    /** Stores what is set for a model, instead of what was. */
    public void put(ModelSettings settings) {
        ModelEntity row = new ModelEntity(settings.model());
        row.aliases = Json.write(Json.tree(settings.aliases()));
        row.overflowWaitNanos = settings.overflowWait().map(Duration::toNanos).orElse(null);
        row.fallbackModels = Json.write(Json.tree(settings.fallbackModels()));
        row.hidden = settings.hidden();
        row.translation = settings.translation().wire();
        entities.merge(row);
    }

    /** Stores what is set for several models, all or none, instead of what was. */
    public void putAll(List<ModelSettings> settings) {
        settings.forEach(this::put);
    }

    /** Forgets what was set for a model. */
    public void delete(String model) {
        entities.createQuery("delete from ModelEntity m where m.name = :name")
                .setParameter("name", model)
                .executeUpdate();
    }

    private static ModelSettings read(ModelEntity row) {
        return new ModelSettings(
                row.name,
                names(row.aliases),
                Optional.ofNullable(row.overflowWaitNanos).map(Duration::ofNanos),
                names(row.fallbackModels),
                row.hidden,
                TranslationMode.of(row.translation)
                        .orElseThrow(() -> new IllegalArgumentException("unknown translation: " + row.translation)));
    }

    private static List<String> names(String json) {
        List<String> names = new ArrayList<>();
        try {
            for (JsonNode name : Json.read(json)) {
                names.add(name.asText());
            }
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("a stored JSON list is damaged", e);
        }
        return names;
    }
}
