package sidecar.provider.importing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import sidecar.json.FieldError;
import sidecar.json.Parsed;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.UpstreamUrl;
import sidecar.provider.reader.ProviderChange;
import sidecar.provider.reader.ProviderReader;

/**
 * What an import would do: which providers it makes, which entries it skips because their key is there already, what of
 * the text it leaves out, and what is wrong. Saved as a whole or, with any error, not at all.
 *
 * @param warnings one sentence each
 */
public record ImportPlan(
        List<Planned> planned,
        List<Skipped> skipped,
        List<LeftOut> leftOut,
        List<FieldError> errors,
        List<String> warnings) {

    public ImportPlan {
        planned = List.copyOf(planned);
        skipped = List.copyOf(skipped);
        leftOut = List.copyOf(leftOut);
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
    }

    /**
     * A provider to be.
     *
     * @param where its key stood in the text, such as {@code line 3}
     */
    public record Planned(Provider provider, String where) {}

    /** What makes no provider: {@code reason} completes the sentence that begins with {@code where}. */
    public record LeftOut(String where, String reason) {}

    /** What is to be stored. */
    public List<Provider> providers() {
        return planned.stream().map(Planned::provider).toList();
    }

    /**
     * An entry whose key is known already at that address.
     *
     * @param name of the provider that has it
     */
    public record Skipped(String where, String name) {}

    /** Reads {@code text} and compares it with what exists. Stores nothing. */
    public static ImportPlan of(
            String text,
            ImportOptions options,
            ProviderCatalog catalog,
            ProviderReader reader,
            Supplier<String> ids,
            Instant now) {
        ImportDrafts drafts = ProviderImport.read(text, options);
        Builder plan = new Builder(options, catalog);
        plan.errors.addAll(drafts.errors());
        for (ImportDrafts.Draft draft : drafts.drafts()) {
            boolean named = draft.body().has("name");
            ObjectNode body = plan.complete(draft.body());
            plan.take(draft.where(), named, reader.create(ids.get(), body, now));
        }
        return new ImportPlan(plan.planned, plan.skipped, drafts.leftOut(), plan.errors, plan.warnings);
    }

    private static final class Builder {
        private final ImportOptions options;
        private final List<Planned> planned = new ArrayList<>();
        private final List<Skipped> skipped = new ArrayList<>();
        private final List<FieldError> errors = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private final Map<String, String> nameByIdentity = new HashMap<>();
        private final Set<String> names = new HashSet<>();
        private final Map<String, Integer> lastNumber = new HashMap<>();

        Builder(ImportOptions options, ProviderCatalog catalog) {
            this.options = options;
            catalog.all().forEach(p -> {
                nameByIdentity.put(p.endpoint().identity(), p.name());
                names.add(p.name());
            });
        }

        /** The draft with the options' defaults where it says nothing. */
        ObjectNode complete(ObjectNode draft) {
            ObjectNode body = options.defaults().deepCopy();
            body.setAll(draft);
            options.quotaGroup().ifPresent(group -> body.put("quota_group", group));
            body.put("source", "import");
            // An exported provider carries a computed state; an import begins afresh.
            body.remove(List.of("id", "status", "cooldown_until"));
            if (!body.has("name")) {
                body.put("name", stem(body));
            }
            return body;
        }

        private String stem(ObjectNode body) {
            if (!options.namePrefix().isBlank()) {
                return options.namePrefix().strip();
            }
            String label = body.path("label").asText("").strip();
            if (!label.isEmpty()) {
                return label;
            }
            return UpstreamUrl.parse(body.path("api_base_url").asText(""))
                    .toOptional()
                    .map(url -> vendor(url.host()))
                    .orElse("provider");
        }

        /** The part of a host name that people know a vendor by: nvidia of integrate.api.nvidia.com. */
        private static String vendor(String host) {
            String[] labels = host.split("\\.", -1);
            boolean named = labels.length > 1 && labels[labels.length - 1].matches("[a-z]+");
            return named ? labels[labels.length - 2] : "provider";
        }

        private String freshName(String stem) {
            String candidate;
            do {
                candidate = stem + "-" + lastNumber.merge(stem, 1, Integer::sum);
            } while (names.contains(candidate));
            return candidate;
        }

        /** Numbers are given only to what is kept: a skipped key leaves no gap. */
        void take(String where, boolean named, Parsed<ProviderChange> parsed) {
            parsed.errors().forEach(e -> errors.add(new FieldError(where, where + ": " + e.message())));
            parsed.toOptional().ifPresent(read -> take(where, named, read.provider(), parsed.warnings()));
        }

        private void take(String where, boolean named, Provider read, List<String> said) {
            String identity = read.endpoint().identity();
            if (nameByIdentity.containsKey(identity)) {
                skipped.add(new Skipped(where, nameByIdentity.get(identity)));
                return;
            }
            Provider provider = !named || names.contains(read.name()) ? read.withName(freshName(read.name())) : read;
            names.add(provider.name());
            nameByIdentity.put(identity, provider.name());
            said.forEach(w -> warnings.add(where + ": " + w));
            planned.add(new Planned(provider, where));
        }
    }
}
