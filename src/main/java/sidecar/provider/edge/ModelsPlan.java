package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sidecar.admin.Entries;
import sidecar.admin.Entries.Entry;
import sidecar.admin.Entries.Kind;
import sidecar.provider.ModelReader;
import sidecar.provider.ModelReading;
import sidecar.provider.ModelRules;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/** What an import would make of the settings of models: those that it names are replaced. Not thread-safe. */
final class ModelsPlan {

    private final Map<String, ModelRules> before;
    private final Map<String, ModelRules> after;
    private final Set<String> named = new HashSet<>();
    private final List<ModelRules> stored = new ArrayList<>();
    private final Entries entries;

    /** @param providers those that there would be */
    ModelsPlan(Map<String, ModelRules> before, List<Provider> providers, ObjectNode document) {
        this.before = before;
        this.after = new HashMap<>(before);
        this.entries = new Entries(document, ProviderPart.MODELS);
        // an alias may move from one of them to another, in whatever order they stand
        entries.all().forEach(entry -> after.remove(entry.body().path("model").asText()));
        entries.all().forEach(entry -> read(entry, new ProviderCatalog(providers, after)));
    }

    private void read(Entry entry, ProviderCatalog catalog) {
        ObjectNode body = entry.body().deepCopy().remove(ModelReader.READ_ONLY);
        ModelReading reading = new ModelReader(catalog).create(body);
        if (reading instanceof ModelReading.Refused refused) {
            entries.refuse(entry, refused.errors());
            return;
        }
        ModelReading.Accepted accepted = (ModelReading.Accepted) reading;
        ModelRules rules = accepted.rules();
        if (!named.add(rules.model())) {
            entries.refuse(entry, "the same model stands there twice");
            return;
        }
        entries.warn(entry, accepted.warnings());
        after.put(rules.model(), rules);
        if (rules.equals(before.get(rules.model()))) {
            entries.count(Kind.UNCHANGED);
        } else {
            entries.count(before.containsKey(rules.model()) ? Kind.UPDATED : Kind.CREATED);
            stored.add(rules);
        }
    }

    Entries entries() {
        return entries;
    }

    List<ModelRules> changed() {
        return List.copyOf(stored);
    }
}
