package sidecar.provider.edge.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.primefaces.PrimeFaces;
import sidecar.console.edge.FormJson;
import sidecar.console.edge.ListLazyDataModel;
import sidecar.console.edge.PageMessages;
import sidecar.console.edge.SavedMessages;
import sidecar.json.Json;
import sidecar.provider.ModelSettings;
import sidecar.provider.model.TranslationMode;

/** The Models page: what {@code GET /models} says, and changes to it. */
@Named("models")
@ViewScoped
public class ModelsPage implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Map<String, String> INPUTS = Map.of(
            "model", "edit:model",
            "aliases", "edit:aliases",
            "fallback_models", "edit:next",
            "overflow_wait_seconds", "edit:overflow",
            "translation", "edit:translation");

    private static final SavedMessages MESSAGES = SavedMessages.at(field -> INPUTS.getOrDefault(field, ""))
            .taken("models.taken")
            .gone("models.unknown");

    /**
     * How clients of a dialect can use a model.
     *
     * @param support {@code native} or {@code translated}
     */
    public record DialectTag(String dialect, String support) implements Serializable {}

    @Inject
    private ModelAdmin admin;

    private ListLazyDataModel rows;
    private Map<String, List<DialectTag>> dialects;
    private List<String> names;
    private String model = "";
    private boolean fresh;
    private List<String> aliases = new ArrayList<>();
    private List<String> fallbacks = new ArrayList<>();
    private String next;
    private String overflow;
    private boolean hidden;
    private String translation;

    /** Reads the models anew. */
    @PostConstruct
    public void load() {
        List<ObjectNode> views = admin.views();
        // no part of the rows, which are searched by all that they hold
        dialects = views.stream()
                .collect(Collectors.toMap(view -> view.path("model").asText(), ModelsPage::dialects));
        List<Map<String, Object>> all = views.stream().map(ModelsPage::row).toList();
        names = all.stream().map(row -> row.get("model").toString()).toList();
        rows = new ListLazyDataModel(all, "model");
    }

    private static List<DialectTag> dialects(ObjectNode view) {
        return view.path("dialects").properties().stream()
                .map(use -> new DialectTag(use.getKey(), use.getValue().asText()))
                .toList();
    }

    private static Map<String, Object> row(ObjectNode view) {
        Map<String, Object> row = Json.map(view);
        row.remove("dialects");
        List<String> providers = view.path("providers").findValuesAsText("name");
        row.put("count", providers.size());
        row.put("providerNames", String.join(", ", providers));
        return row;
    }

    /** Opens the dialog for a model's settings. */
    public void edit(Map<String, Object> row) {
        begin(row.get("model").toString(), false);
        aliases = texts(row.get("aliases"));
        fallbacks = texts(row.get("fallback_models"));
        overflow = row.get("overflow_wait_seconds") == null
                ? null
                : row.get("overflow_wait_seconds").toString();
        hidden = (boolean) row.get("hidden");
        translation = row.get("translation").toString();
    }

    /** Opens the dialog for a model that nobody maps yet, or that is served under any name. */
    public void add() {
        begin("", true);
    }

    private void begin(String name, boolean isNew) {
        model = name;
        fresh = isNew;
        aliases = new ArrayList<>();
        fallbacks = new ArrayList<>();
        next = null;
        overflow = null;
        hidden = false;
        translation = TranslationMode.DEFAULT.wire();
    }

    private static List<String> texts(Object list) {
        return ((List<?>) list).stream().map(Object::toString).collect(Collectors.toCollection(ArrayList::new));
    }

    /** Puts the name in the field at the end of the fallback models. */
    public void append() {
        if (next != null) {
            fallbacks.add(next.strip());
            next = null;
        }
    }

    public void up(int index) {
        fallbacks.add(index - 1, fallbacks.remove(index));
    }

    public void down(int index) {
        fallbacks.add(index + 1, fallbacks.remove(index));
    }

    public void remove(int index) {
        fallbacks.remove(index);
    }

    public void save() {
        append();
        ObjectNode body = Json.object().put("hidden", hidden).put("translation", translation);
        body.set("aliases", Json.tree(aliases == null ? List.of() : aliases));
        body.set("fallback_models", Json.tree(fallbacks));
        body.set("overflow_wait_seconds", FormJson.decimal(overflow));
        MESSAGES.show(
                        fresh
                                ? admin.create(body.put("model", model == null ? "" : model.strip()))
                                : admin.update(model, body),
                        "models.saved",
                        ModelSettings::model)
                .ifPresent(saved -> {
                    load();
                    PrimeFaces.current().executeScript("PF('editor').hide()");
                });
    }

    /** Forgets a model's settings. */
    public void reset(Map<String, Object> row) {
        admin.delete(row.get("model").toString());
        load();
        PageMessages.done("models.was_reset", row.get("model"));
    }

    /** In which dialects clients can use a model, and how. */
    public List<DialectTag> dialectsOf(String name) {
        return dialects.getOrDefault(name, List.of());
    }

    public ListLazyDataModel getRows() {
        return rows;
    }

    public List<String> getNames() {
        return names;
    }

    public boolean isFresh() {
        return fresh;
    }

    public String getModel() {
        return model;
    }

    public void setModel(String model) {
        this.model = model;
    }

    public List<String> getAliases() {
        return aliases;
    }

    public void setAliases(List<String> aliases) {
        this.aliases = aliases;
    }

    public List<String> getFallbacks() {
        return fallbacks;
    }

    public String getNext() {
        return next;
    }

    public void setNext(String next) {
        this.next = next;
    }

    public String getOverflow() {
        return overflow;
    }

    public void setOverflow(String overflow) {
        this.overflow = overflow;
    }

    public String getTranslation() {
        return translation;
    }

    public void setTranslation(String translation) {
        this.translation = translation;
    }

    public boolean isHidden() {
        return hidden;
    }

    public void setHidden(boolean hidden) {
        this.hidden = hidden;
    }
}
