package sidecar.client.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.primefaces.PrimeFaces;
import sidecar.client.AnonymousCallers;
import sidecar.console.Saved;
import sidecar.console.edge.Format;
import sidecar.console.edge.ListLazyDataModel;
import sidecar.console.edge.PageMessages;
import sidecar.console.edge.SavedMessages;
import sidecar.console.edge.UiMessages;
import sidecar.json.Json;

/** The Clients page: what {@code GET /clients} says, and changes to it. */
@Named("clients")
@ViewScoped
public class ClientsPage implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final double ALL = 100;

    /** Where the token that was just made is kept: in the one request that made it, for the one answer that shows it. */
    private static final String HANDED = ClientsPage.class.getName();

    private static final SavedMessages MESSAGES =
            SavedMessages.at(field -> "edit:" + field).gone("clients.gone");

    @Inject
    private ClientAdmin admin;

    @Inject
    private Format format;

    private ListLazyDataModel rows;
    private List<Map<String, Object>> openCallers;
    private ClientForm form;

    @PostConstruct
    void open() {
        form = ClientForm.fresh();
        load();
    }

    /** Looks at clients and what they have used anew. */
    public void load() {
        rows = new ListLazyDataModel(admin.views().stream().map(this::row).toList(), "id");
        openCallers = admin.openCallers().stream().map(this::row).toList();
    }

    private Map<String, Object> row(AnonymousCallers.AnonymousCaller caller) {
        return Map.of(
                "program", caller.program(),
                "address", caller.address(),
                "calls", caller.calls(),
                "ago", format.ago(caller.last()));
    }

    private Map<String, Object> row(ObjectNode view) {
        Map<String, Object> row = Json.map(view);
        row.putAll(Json.map((ObjectNode) view.path("used")));
        row.put("modelNames", joined(row.get("models")));
        row.put("addresses", joined(row.get("cidrs")));
        row.put("last", admin.isLast(row.get("id").toString()));
        return row;
    }

    private static String joined(Object texts) {
        return ((List<?>) texts).stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** Opens the dialog for a new client. */
    public void add() {
        form = ClientForm.fresh();
    }

    /** Opens the dialog of a client. */
    public void edit(Map<String, Object> row) {
        form = ClientForm.of(row);
    }

    public void save() {
        boolean first = isNothingThere();
        show(form.isFresh() ? admin.create(form.body()) : admin.update(form.id(), form.body()), "clients.saved")
                .ifPresent(saved -> {
                    if (first) {
                        PageMessages.done("clients.first.now");
                    }
                    PrimeFaces.current().executeScript("PF('editor').hide()");
                });
    }

    public void enable(Map<String, Object> row, boolean on) {
        show(
                admin.update(id(row), Json.object().put("enabled", on)),
                on ? "clients.was_enabled" : "clients.was_disabled");
    }

    /** Gives a client another token. */
    public void renew(Map<String, Object> row) {
        show(admin.renew(id(row)), "clients.renewed");
    }

    /** Forgets a client; that it was the last one, and what follows from it, was part of the question. */
    public void delete(Map<String, Object> row) {
        show(admin.delete(id(row), (boolean) row.get("last")), "clients.deleted");
    }

    private static String id(Map<String, Object> row) {
        return row.get("id").toString();
    }

    /** Says what became of it, and shows a token that was made for it. */
    private Optional<IssuedClient> show(Saved<IssuedClient> saved, String key) {
        load();
        Optional<IssuedClient> shown =
                MESSAGES.show(saved, key, issued -> issued.client().name());
        shown.filter(issued -> issued.secret().isPresent()).ifPresent(issued -> {
            FacesContext.getCurrentInstance().getAttributes().put(HANDED, issued);
            PrimeFaces.current().executeScript("PF('handed').show()");
        });
        return shown;
    }

    /** The token that this very request has made; empty ever after. */
    public String getToken() {
        return handed() == null ? "" : handed().secret().orElse("");
    }

    /** Whose token that is. */
    public String getTokenOf() {
        return handed() == null ? "" : handed().client().name();
    }

    private static IssuedClient handed() {
        return (IssuedClient) FacesContext.getCurrentInstance().getAttributes().get(HANDED);
    }

    /** The question before a client is deleted. */
    public String deleteQuestion(Map<String, Object> row) {
        String ask = UiMessages.of("clients.delete.ask", row.get("name"));
        return (boolean) row.get("last") ? ask + " " + UiMessages.of("clients.delete.last") + " " + getOpen() : ask;
    }

    /** Who may call while there is no client. */
    public String getOpen() {
        return admin.openToAll() ? UiMessages.of("clients.open.all") : UiMessages.of("clients.open.here");
    }

    /** The question before a client gets another token. */
    public String renewQuestion(Map<String, Object> row) {
        return UiMessages.of("clients.renew.ask", row.get("name"));
    }

    /** How much of a limit is used, in percent. */
    public long share(Number used, Number limit) {
        return Math.round(Math.min(ALL, ALL * used.doubleValue() / limit.doubleValue()));
    }

    public ListLazyDataModel getRows() {
        return rows;
    }

    /** Who has called without a token within the last day, the latest first. */
    public List<Map<String, Object>> getOpenCallers() {
        return openCallers;
    }

    public boolean isNothingThere() {
        return rows.getRowCount() == 0;
    }

    public ClientForm getForm() {
        return form;
    }

    /** Models that are served by name. */
    public List<String> getKnownModels() {
        return admin.knownModels();
    }
}
