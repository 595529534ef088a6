package sidecar.provider.edge.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sidecar.json.Parsed;
import sidecar.provider.ModelSettings;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.edge.ProviderTransfer;
import sidecar.provider.reader.ModelReader;
import sidecar.transfer.SectionReader;
import sidecar.transfer.SectionReader.Kind;
import sidecar.transfer.SectionReader.SectionEntry;

/** What an import would make of the settings of models: those that it names are replaced. Not thread-safe. */
public final class ModelTransferPlan {

    private final Map<String, ModelSettings> before;
    private final Map<String, ModelSettings> after;
    private final Set<String> named = new HashSet<>();
    private final List<ModelSettings> stored = new ArrayList<>();
    private final SectionReader sections;

    /** @param providers those that there would be */
    public ModelTransferPlan(Map<String, ModelSettings> before, List<Provider> providers, ObjectNode document) {
        this.before = before;
        this.after = new HashMap<>(before);
        this.sections = new SectionReader(document, ProviderTransfer.MODELS);
        // an alias may move from one of them to another, in whatever order they stand
        sections.all().forEach(entry -> after.remove(entry.body().path("model").asText()));
        sections.all().forEach(entry -> read(entry, new ProviderCatalog(providers, after)));
    }

    private void read(SectionEntry entry, ProviderCatalog catalog) {
        ObjectNode body = entry.body().deepCopy().remove(ModelReader.READ_ONLY);
        Parsed<ModelSettings> parsed = new ModelReader(catalog).create(body);
        if (parsed.toOptional().filter(read -> !named.add(read.model())).isPresent()) {
            sections.refuse(entry, "the same model stands there twice");
            return;
        }
        sections.accepted(entry, parsed).ifPresent(this::take);
    }

    private void take(ModelSettings settings) {
        after.put(settings.model(), settings);
        if (settings.equals(before.get(settings.model()))) {
            sections.count(Kind.UNCHANGED);
        } else {
            sections.count(before.containsKey(settings.model()) ? Kind.UPDATED : Kind.CREATED);
            stored.add(settings);
        }
    }

    public SectionReader sections() {
        return sections;
    }

    public List<ModelSettings> changed() {
        return List.copyOf(stored);
    }
}
