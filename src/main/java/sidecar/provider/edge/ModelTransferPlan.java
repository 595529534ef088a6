package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sidecar.admin.SectionReader;
import sidecar.admin.SectionReader.Entry;
import sidecar.admin.SectionReader.Kind;
import sidecar.provider.ModelReader;
import sidecar.provider.ModelSettings;
import sidecar.provider.ParsedModel;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/** What an import would make of the settings of models: those that it names are replaced. Not thread-safe. */
final class ModelTransferPlan {

    private final Map<String, ModelSettings> before;
    private final Map<String, ModelSettings> after;
    private final Set<String> named = new HashSet<>();
    private final List<ModelSettings> stored = new ArrayList<>();
    private final SectionReader entries;

    /** @param providers those that there would be */
    ModelTransferPlan(Map<String, ModelSettings> before, List<Provider> providers, ObjectNode document) {
        this.before = before;
        this.after = new HashMap<>(before);
        this.entries = new SectionReader(document, ProviderTransfer.MODELS);
        // an alias may move from one of them to another, in whatever order they stand
        entries.all().forEach(entry -> after.remove(entry.body().path("model").asText()));
        entries.all().forEach(entry -> read(entry, new ProviderCatalog(providers, after)));
    }

    private void read(Entry entry, ProviderCatalog catalog) {
        ObjectNode body = entry.body().deepCopy().remove(ModelReader.READ_ONLY);
        ParsedModel reading = new ModelReader(catalog).create(body);
        if (reading instanceof ParsedModel.Refused refused) {
            entries.refuse(entry, refused.errors());
            return;
        }
        ParsedModel.Accepted accepted = (ParsedModel.Accepted) reading;
        ModelSettings rules = accepted.rules();
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

    SectionReader entries() {
        return entries;
    }

    List<ModelSettings> changed() {
        return List.copyOf(stored);
    }
}
