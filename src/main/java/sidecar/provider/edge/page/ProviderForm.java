package sidecar.provider.edge.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.primefaces.PrimeFaces;
import sidecar.console.Saved;
import sidecar.console.edge.FormJson;
import sidecar.console.edge.PageMessages;
import sidecar.console.edge.SavedMessages;
import sidecar.json.Attribute;
import sidecar.json.FieldError;
import sidecar.provider.Limits;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.provider.edge.ProviderAdmin;
import sidecar.provider.edge.ProviderQueries;
import sidecar.provider.edge.ProviderTestService;

/** The dialog in which a provider is made or changed. */
@Named
@ViewScoped
public class ProviderForm implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final String TABS = "edit:tabs:";
    private static final List<String> LIMITS =
            Limits.ATTRIBUTES.stream().map(Attribute::name).toList();

    private static final SavedMessages MESSAGES = SavedMessages.at(field -> TABS + field)
            .taken("providers.name_taken")
            .gone("providers.gone");

    /** For a draft that has none yet; never stored. */
    private static final String NO_NAME = "draft";

    @Inject
    private ProviderQueries queries;

    @Inject
    private ProviderAdmin admin;

    @Inject
    private ProviderTestService providerTests;

    private String id = "";
    private ProviderFormValues fields;
    private TestRun test = TestRun.NONE;
    private ModelPicker upstream;
    private int tab;

    /** Begins with a new one; also forgets what was typed. */
    @PostConstruct
    public void create() {
        begin("", ProviderFormValues.fresh(admin.reader().blank("", Instant.EPOCH)));
    }

    /** Begins with one that is there. */
    public void edit(String provider) {
        Optional<Provider> found = queries.provider(provider);
        if (found.isEmpty()) {
            PageMessages.failed("providers.gone");
            return;
        }
        begin(provider, ProviderFormValues.of(queries.view(found.get())));
    }

    private void begin(String provider, ProviderFormValues filled) {
        id = provider;
        fields = filled;
        test = TestRun.NONE;
        upstream = null;
        tab = 0;
    }

    /** Stores it; what is refused is said where it stands. */
    public void save() {
        List<FieldError> doubles = fields.doubles();
        if (!doubles.isEmpty()) {
            refuse(doubles);
            return;
        }
        ObjectNode body = fields.changes();
        Saved<Provider> saved = isStored() ? admin.update(id, body) : admin.create(body);
        if (saved instanceof Saved.Stored<Provider> stored) {
            // with what was stored, of which secrets are only known by their masks
            begin(stored.value().id(), ProviderFormValues.of(queries.view(stored.value())));
            MESSAGES.show(saved, "providers.saved", Provider::name);
            PrimeFaces.current().ajax().update("list");
            PrimeFaces.current().executeScript("PF('edit').hide()");
        } else {
            refuse(MESSAGES.errors(saved));
        }
    }

    private void refuse(List<FieldError> errors) {
        PageMessages.refused(fields.placed(errors), field -> TABS + field);
        errors.stream()
                .mapToInt(error -> tab(error.field()))
                .filter(there -> there >= 0)
                .min()
                .ifPresent(first -> tab = first);
    }

    private static int tab(String field) {
        if (field.startsWith("headers")) {
            return 3;
        }
        if (field.startsWith("model_mappings") || field.startsWith("metadata")) {
            return 2;
        }
        return field.isEmpty() ? -1 : LIMITS.contains(field) ? 1 : 0;
    }

    /** Adds a line for a model that is still to be named. */
    public void addMapping() {
        fields.getMappings().add(MappingRow.of("", ""));
    }

    /** Adds the line that serves any model. */
    public void serveAny() {
        if (!isServingAny()) {
            fields.getMappings().add(MappingRow.of(ModelMapping.ANY, ModelMapping.ANY));
        }
    }

    public boolean isServingAny() {
        return fields.getMappings().stream().anyMatch(row -> row.key().equals(ModelMapping.ANY));
    }

    /** Adds to the models' {@code compat} what their vendor needs. */
    public void suggest() {
        fields.takeSuggestion();
    }

    public void remove(MappingRow row) {
        fields.getMappings().remove(row);
    }

    public void addHeader() {
        fields.getHeaders().add(new HeaderRow());
    }

    public void removeHeader(HeaderRow row) {
        fields.getHeaders().remove(row);
    }

    /** Asks the upstream for its models, with address and key as they stand in the form. */
    public void fetch() {
        ObjectNode body = fields.changes();
        if (FormJson.text(fields.getValues().get("name")).isEmpty()) {
            body.put("name", NO_NAME);
        }
        Saved<Provider> draft = isStored() ? admin.draft(id, body) : admin.draft(body);
        if (draft instanceof Saved.Stored<Provider> read) {
            fields.forget();
            upstream = new ModelPicker(
                    fields.getMappings().stream()
                            .map(row -> row.value("native_id"))
                            .collect(Collectors.toSet()),
                    providerTests.models(read.value()));
        } else {
            refuse(MESSAGES.errors(draft));
        }
    }

    /** Adds lines for the models that were ticked. */
    public void addFetched() {
        List<String> chosen = new ArrayList<>();
        upstream.getItems().stream()
                .filter(ModelPicker.Item::isChosen)
                .map(ModelPicker.Item::getId)
                .forEach(chosen::add);
        chosen.forEach(model -> fields.getMappings().add(MappingRow.of(model, model)));
        upstream = null;
    }

    public void dropFetched() {
        upstream = null;
    }

    /** Tests what is stored. */
    public void runTest() {
        test = providerTests.run(queries.provider(id).stream()
                .map(provider -> new TestResult(id, provider.name()))
                .toList());
    }

    public boolean isStored() {
        return !id.isEmpty();
    }

    public ProviderFormValues getFields() {
        return fields;
    }

    public TestRun getTest() {
        return test;
    }

    /** Null unless a list was asked for. */
    public ModelPicker getUpstream() {
        return upstream;
    }

    /** Which tab is shown, from 0. */
    public int getTab() {
        return tab;
    }

    public void setTab(int tab) {
        this.tab = tab;
    }

    /** Names of quota groups to choose from. */
    public List<String> getGroups() {
        return queries.groups();
    }
}
