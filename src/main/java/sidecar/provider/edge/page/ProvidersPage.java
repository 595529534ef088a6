package sidecar.provider.edge.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.faces.component.UIData;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.primefaces.PrimeFaces;
import sidecar.console.Saved;
import sidecar.console.edge.FormJson;
import sidecar.console.edge.Format;
import sidecar.console.edge.PageMessages;
import sidecar.console.edge.SavedMessages;
import sidecar.console.edge.UiMessages;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.provider.Provider;
import sidecar.provider.edge.ProviderAdmin;
import sidecar.provider.edge.ProviderQueries;
import sidecar.provider.edge.ProviderTestService;
import sidecar.provider.edge.ProviderWithStatus;

/** The table of providers and what is done to its rows. */
@Named("providers")
@ViewScoped
public class ProvidersPage implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final SavedMessages MESSAGES =
            SavedMessages.at(field -> field).gone("providers.gone");

    @Inject
    private ProviderQueries queries;

    @Inject
    private ProviderAdmin admin;

    @Inject
    private ProviderTestService providerTests;

    @Inject
    private Format format;

    private ProviderTable table;
    private List<ProviderRow> selected = new ArrayList<>();
    private TestRun tests = TestRun.NONE;
    private boolean replacing;

    /** Until they are taken, or the dialog is closed; never written anywhere. */
    private transient String keys = "";

    private String rpm;
    private String pool = "primary";

    @PostConstruct
    void load() {
        table = new ProviderTable(
                queries, FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap());
    }

    /** What is looked for has changed: the first page shows it, and nothing that went out of sight stays selected. */
    public void narrow() {
        selected = new ArrayList<>();
        if (FacesContext.getCurrentInstance().getViewRoot().findComponent(":list:table") instanceof UIData shown) {
            shown.setFirst(0);
        }
        PrimeFaces.current().executeScript("Providers.address('" + table.query() + "')");
    }

    /** Shows everything again. */
    public void widen() {
        table.widen();
        narrow();
    }

    /** Selects every provider that is looked for, on all pages of the table. */
    public void selectAll() {
        selected = new ArrayList<>(table.rows());
    }

    /** Whether some are selected, and there are more. */
    public boolean isMoreToSelect() {
        return !selected.isEmpty() && selected.size() < table.getRowCount();
    }

    /** What a row's box is called; null for the header's, which asks too, when there is no row, or one of another table. */
    public @Nullable String labelOf(@Nullable Object row) {
        return row instanceof ProviderRow provider ? provider.getName() : null;
    }

    public String getSelectAllText() {
        return UiMessages.of("providers.select_all", table.getRowCount());
    }

    public void enable(ProviderRow row, boolean on) {
        MESSAGES.show(admin.enable(row.getId(), on), on ? "providers.enabled" : "providers.disabled", Provider::name);
    }

    public void clear(ProviderRow row) {
        admin.clear(row.getId());
        PageMessages.done("providers.cleared", row.getName());
    }

    public void delete(ProviderRow row) {
        selected.removeIf(other -> other.getId().equals(row.getId()));
        MESSAGES.show(admin.delete(row.getId()), "providers.deleted", deleted -> row.getName());
    }

    public void enableSelected(boolean on) {
        change(ids(), Json.object().put("enabled", on), "")
                .ifPresent(
                        count -> PageMessages.done(on ? "providers.bulk_enabled" : "providers.bulk_disabled", count));
    }

    /** Disables what the tests have found failing. */
    public void disableFailed() {
        List<String> failed = tests.failed().stream().map(TestResult::getId).toList();
        change(failed, Json.object().put("enabled", false), "")
                .ifPresent(count -> PageMessages.done("providers.bulk_disabled", count));
    }

    /** Asks for the keys that take the places of those whose test has failed; or does so no longer. */
    public void askForKeys(boolean ask) {
        replacing = ask;
        keys = "";
    }

    /** Gives the providers whose test has failed the keys that were typed, in their order, and tests them again. */
    public void replaceFailed() {
        List<String> typed = FormJson.text(keys)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        List<TestResult> places = tests.failed();
        Optional<String> refusal = refusal(typed, places);
        if (refusal.isPresent()) {
            PageMessages.refused(List.of(new FieldError("keys", refusal.get())), field -> "testing:" + field);
            return;
        }
        List<TestResult> again = new ArrayList<>();
        for (int i = 0; i < typed.size(); i++) {
            admin.update(places.get(i).getId(), body(typed.get(i)))
                    .toOptional()
                    .ifPresent(stored -> again.add(new TestResult(stored.id(), stored.name())));
        }
        PageMessages.done("providers.replaced", again.size());
        begin(again);
    }

    private Optional<String> refusal(List<String> typed, List<TestResult> places) {
        if (typed.isEmpty()) {
            return Optional.of(UiMessages.of("providers.replace_none"));
        }
        if (typed.size() > places.size()) {
            return Optional.of(UiMessages.of("providers.replace_many", typed.size(), places.size()));
        }
        if (typed.stream().distinct().count() < typed.size()) {
            return Optional.of(UiMessages.of("providers.replace_twice"));
        }
        for (int i = 0; i < typed.size(); i++) {
            Saved<Provider> wanted = admin.draft(places.get(i).getId(), body(typed.get(i)));
            if (wanted instanceof Saved.Invalid<Provider> invalid) {
                return Optional.of(UiMessages.of(
                        "providers.replace_bad",
                        i + 1,
                        UiMessages.said(invalid.errors().get(0).message())));
            }
        }
        return Optional.empty();
    }

    private static ObjectNode body(String key) {
        return Json.object().put("api_key", key);
    }

    public void deleteSelected() {
        PageMessages.done("providers.bulk_deleted", admin.deleteAll(ids()).size());
        selected = new ArrayList<>();
    }

    private List<String> ids() {
        return selected.stream().map(ProviderRow::getId).toList();
    }

    /** Gives every selected provider the limit that was typed. */
    public void setRpmOfSelected() {
        ObjectNode change = Json.object();
        change.set("rpm_limit", FormJson.integer(rpm));
        change(ids(), change, "bulk_rpm:value").ifPresent(count -> {
            PageMessages.done("providers.bulk_rpm_set", count, FormJson.text(rpm));
            PrimeFaces.current().executeScript("PF('bulkRpm').hide()");
        });
    }

    /** Moves every selected provider. */
    public void setPoolOfSelected() {
        change(ids(), Json.object().put("pool", pool), "bulk_pool:value").ifPresent(count -> {
            PageMessages.done("providers.bulk_pool_set", count, UiMessages.of("providers.pool_".concat(pool)));
            PrimeFaces.current().executeScript("PF('bulkPool').hide()");
        });
    }

    /** How many were changed; empty when it was refused, which is said at the input. */
    private Optional<Integer> change(List<String> ids, ObjectNode body, String input) {
        Saved<List<Provider>> changed = admin.changeAll(ids, body);
        if (changed instanceof Saved.Stored<List<Provider>> stored) {
            stored.warnings().forEach(PageMessages::warn);
        } else {
            PageMessages.refused(MESSAGES.errors(changed), field -> input);
        }
        return changed.toOptional().map(List::size);
    }

    public void test(ProviderRow row) {
        test(List.of(row));
    }

    public void testSelected() {
        test(selected);
    }

    /** Tests whatever the table shows, on all of its pages. */
    public void testAll() {
        begin(table.found().stream()
                .map(ProviderWithStatus::provider)
                .filter(Provider::enabled)
                .map(provider -> new TestResult(provider.id(), provider.name()))
                .toList());
    }

    /** Tests providers just imported. */
    public void testThese(List<ProviderRow> rows) {
        test(rows);
    }

    private void test(List<ProviderRow> rows) {
        begin(rows.stream()
                .map(row -> new TestResult(row.getId(), row.getName()))
                .toList());
    }

    private void begin(List<TestResult> wanted) {
        askForKeys(false);
        tests = providerTests.run(wanted);
        PrimeFaces.current().executeScript("PF('tests').show()");
    }

    /** Whether there is no provider at all. */
    public boolean isNothingThere() {
        return queries.isEmpty();
    }

    public ProviderTable getTable() {
        return table;
    }

    public List<ProviderRow> getSelected() {
        return selected;
    }

    public void setSelected(List<ProviderRow> selected) {
        this.selected = selected == null ? new ArrayList<>() : new ArrayList<>(selected);
        // what somebody else has deleted meanwhile
        this.selected.removeIf(Objects::isNull);
    }

    /** The question before one is deleted. */
    public String deleteQuestion(ProviderRow row) {
        return UiMessages.of("providers.delete_ask", row.getName());
    }

    /** How many are selected, in words. */
    public String getSelection() {
        return UiMessages.of("providers.selection", selected.size());
    }

    /** The question before the selected ones are deleted. */
    public String getDeleteQuestion() {
        return UiMessages.of("providers.bulk_delete_ask", selected.size());
    }

    /** When a row was tested, and what came of it, in words; empty when it was not. */
    public String tested(ProviderRow row) {
        Instant at = row.getTestedAt();
        if (at == null) {
            return "";
        }
        String ago = format.ago(at);
        return row.getTestFailure().isEmpty()
                ? UiMessages.of("providers.tested_passed", ago)
                : UiMessages.of("providers.tested_failed", ago, format.outcome(row.getTestFailure()));
    }

    /** The names of those whose test has failed, in the order in which new keys are given to them. */
    public String getFailedNames() {
        return tests.failed().stream().map(TestResult::getName).collect(Collectors.joining(", "));
    }

    public boolean isReplacing() {
        return replacing;
    }

    public String getKeys() {
        return keys;
    }

    public void setKeys(String keys) {
        this.keys = keys;
    }

    /** How far the tests are, in words. */
    public String getTestSummary() {
        return UiMessages.of(
                "providers.tests_summary", tests.getOver(), tests.getTotal(), tests.getPassed(), tests.getFailed());
    }

    public TestRun getTests() {
        return tests;
    }

    public String getRpm() {
        return rpm;
    }

    public void setRpm(String rpm) {
        this.rpm = rpm;
    }

    public String getPool() {
        return pool;
    }

    public void setPool(String pool) {
        this.pool = pool;
    }
}
