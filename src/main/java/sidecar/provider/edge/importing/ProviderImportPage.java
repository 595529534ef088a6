package sidecar.provider.edge.importing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.primefaces.PrimeFaces;
import sidecar.console.edge.FormJson;
import sidecar.console.edge.PageMessages;
import sidecar.console.edge.UiMessages;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.Parsed;
import sidecar.provider.ModelMapping;
import sidecar.provider.edge.ProviderQueries;
import sidecar.provider.edge.page.ProviderRow;
import sidecar.provider.importing.ImportPlan;
import sidecar.provider.importing.ImportRequest;

/** The wizard that makes many providers of one text: where they come from, what would be made of it, what was. */
@Named("providerImport")
@ViewScoped
public class ProviderImportPage implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final List<String> OPTIONS = List.of("base_url", "models", "pool", "label", "name_prefix");

    /** Where most of those who own many keys have them. */
    private static final String NVIDIA = "https://integrate.api.nvidia.com/v1";

    @Inject
    private ProviderQueries queries;

    @Inject
    private ImportService imports;

    private final Map<String, String> values = new LinkedHashMap<>();
    private String step;
    private List<ProviderRow> providers;
    private Map<String, String> places;
    private List<PassedOver> skipped;
    private List<PassedOver> leftOut;
    private List<String> errors;
    private List<String> warnings;

    /** An entry that makes no provider. */
    public static final class PassedOver implements Serializable {

        private static final long serialVersionUID = 1L;

        private final String where;
        private final String why;

        PassedOver(String where, String why) {
            this.where = where;
            this.why = why;
        }

        public String getWhere() {
            return where;
        }

        /** The provider that has its key; or the reason why it is none, in English. */
        public String getWhy() {
            return why;
        }
    }

    /** Begins anew, and forgets every key that was typed. */
    @PostConstruct
    public void begin() {
        values.clear();
        values.put("base_url", NVIDIA);
        values.put("models", ModelMapping.ANY);
        values.put("pool", "primary");
        values.put("rpm_limit", String.valueOf(queries.defaultRpm()));
        back();
    }

    /** To the text again, which is still there. */
    public void back() {
        step = "source";
        providers = List.of();
        places = Map.of();
        skipped = List.of();
        leftOut = List.of();
        errors = List.of();
        warnings = List.of();
    }

    /** Shows what would be made. */
    public void preview() {
        read(true).ifPresent(plan -> {
            show(plan);
            if (refusedOptions(plan)) {
                return;
            }
            values.put("same", null);
            values.put("quota_group", suggestedGroup());
            step = "preview";
        });
    }

    /** Makes it. */
    public void run() {
        if (!answered()) {
            return;
        }
        read(false).ifPresent(plan -> {
            show(plan);
            if (plan.errors().isEmpty()) {
                step = "done";
                values.remove("text");
                PrimeFaces.current().ajax().update("list");
            }
        });
    }

    private boolean answered() {
        FieldError missing = null;
        if (isSeveral() && values.get("same") == null) {
            missing = new FieldError("same", UiMessages.of("providers.import.same_missing"));
        } else if (isSameAccount() && group().isEmpty()) {
            missing = new FieldError("quota_group", UiMessages.of("providers.import.group_missing"));
        }
        if (missing != null) {
            PageMessages.refused(List.of(missing), field -> "import:" + field);
        }
        return missing == null;
    }

    private Optional<ImportPlan> read(boolean dryRun) {
        Parsed<ImportRequest> parsed = ImportRequest.read(Json.write(envelope(dryRun)), option -> null);
        if (!parsed.errors().isEmpty()) {
            PageMessages.refused(parsed.errors(), field -> "import:" + field);
        }
        return parsed.toOptional().map(request -> imports.take(request.text(), request.options(), request.dryRun()));
    }

    /** What the API takes. */
    private ObjectNode envelope(boolean dryRun) {
        ObjectNode body =
                Json.object().put("text", FormJson.text(values.get("text"))).put("dry_run", dryRun);
        OPTIONS.stream()
                .filter(name -> !FormJson.text(values.get(name)).isEmpty())
                .forEach(name -> body.put(name, FormJson.text(values.get(name))));
        if (!FormJson.text(values.get("rpm_limit")).isEmpty()) {
            body.putObject("defaults").set("rpm_limit", FormJson.integer(values.get("rpm_limit")));
        }
        if (isSameAccount()) {
            body.put("quota_group", group());
        }
        return body;
    }

    private void show(ImportPlan plan) {
        providers = plan.providers().stream().map(queries::row).toList();
        places = plan.planned().stream()
                .collect(Collectors.toMap(one -> one.provider().name(), ImportPlan.Planned::where));
        skipped = plan.skipped().stream()
                .map(entry -> new PassedOver(entry.where(), entry.name()))
                .toList();
        leftOut = plan.leftOut().stream()
                .map(entry -> new PassedOver(entry.where(), entry.reason()))
                .toList();
        errors = plan.errors().stream().map(FieldError::message).toList();
        warnings = plan.warnings();
    }

    /** Where nothing came through, an option that every entry broke is the one to change: its message goes to its input. */
    private boolean refusedOptions(ImportPlan plan) {
        if (!plan.providers().isEmpty() || !plan.skipped().isEmpty()) {
            return false;
        }
        List<FieldError> options = plan.errors().stream()
                .map(error -> error.message()
                        .substring(
                                error.message().startsWith(error.field() + ": ")
                                        ? error.field().length() + 2
                                        : 0))
                .distinct()
                .map(message -> new FieldError(option(message), message))
                .toList();
        PageMessages.refused(options, field -> "import:" + field);
        return true;
    }

    private static String option(String message) {
        if (message.startsWith("rpm_limit ")) {
            return "rpm_limit";
        }
        if (message.contains("api_base_url")) {
            return "base_url";
        }
        return message.startsWith("label ") ? "label" : "text";
    }

    private String suggestedGroup() {
        return providers.isEmpty() ? "" : providers.get(0).getName().replaceFirst("-?[0-9]+$", "") + "-account";
    }

    private String group() {
        return FormJson.text(values.get("quota_group"));
    }

    /** Whether there is more than one to ask about. */
    public boolean isSeveral() {
        return providers.size() > 1;
    }

    public boolean isSameAccount() {
        return "yes".equals(values.get("same"));
    }

    public boolean isReady() {
        return errors.isEmpty() && !providers.isEmpty();
    }

    /** The heading of the preview. */
    public String getSummary() {
        return UiMessages.of("providers.import.summary", providers.size(), skipped.size(), errors.size());
    }

    /** What the button says that does it. */
    public String getRunLabel() {
        return UiMessages.of("providers.import.run", providers.size());
    }

    /** The heading at the end. */
    public String getOutcome() {
        return UiMessages.of("providers.import.outcome", providers.size(), skipped.size());
    }

    public Map<String, String> getValues() {
        return values;
    }

    /** {@code source}, {@code preview} or {@code done}. */
    public String getStep() {
        return step;
    }

    public List<ProviderRow> getProviders() {
        return providers;
    }

    /** Where in the text a provider of that name comes from. */
    public Map<String, String> getPlaces() {
        return places;
    }

    public List<PassedOver> getSkipped() {
        return skipped;
    }

    public List<PassedOver> getLeftOut() {
        return leftOut;
    }

    public List<String> getErrors() {
        return errors;
    }

    public List<String> getWarnings() {
        return warnings;
    }
}
