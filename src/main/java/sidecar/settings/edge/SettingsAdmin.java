package sidecar.settings.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import sidecar.console.Saved;
import sidecar.console.edge.AdminOnly;
import sidecar.console.edge.TableWriter;
import sidecar.json.FieldError;
import sidecar.json.ImportSummary;
import sidecar.settings.Setting;
import sidecar.settings.SettingSource;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** Changes the settings table and lets every change act at once. Callable from any thread; blocks on the database. */
@ApplicationScoped
public class SettingsAdmin {

    private static final System.Logger LOG = System.getLogger(SettingsAdmin.class.getName());

    @Inject
    private SettingStore store;

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    @Inject
    private TableWriter<List<SettingRow>> table;

    @PostConstruct
    void prepare() {
        table.table("settings", store::all, this::publish);
    }

    /** Reads the table and lets it act. */
    public void load() {
        table.load();
    }

    private void publish(List<SettingRow> stored) {
        Map<String, String> rows = stored.stream().collect(Collectors.toMap(SettingRow::key, SettingRow::text));
        settings.table(rows).forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
        TableConfigSource.publish(rows);
        LogLevel.apply(settings.get(SettingsCatalog.LOG_LEVEL));
    }

    /** Runs {@code work} while nobody else changes settings, and lets what is stored act then. */
    @AdminOnly
    void exclusively(Runnable work) {
        table.write(work);
    }

    /** Every setting that the table may hold, as JSON, in the order of the documentation. */
    List<ObjectNode> views() {
        Map<String, SettingRow> rows = store.all().stream().collect(Collectors.toMap(SettingRow::key, row -> row));
        return SettingsCatalog.all().stream()
                .filter(Setting::inTable)
                .map(setting -> SettingView.write(setting, settings, Optional.ofNullable(rows.get(setting.key()))))
                .toList();
    }

    /** Stores {@code {"value": …, "description": …}} for a setting; a description that is not there keeps the old one. */
    @AdminOnly
    Saved<Setting<?>> save(String key, ObjectNode body) {
        Optional<Setting<?>> setting = SettingReader.known(key);
        if (setting.isEmpty()) {
            return new Saved.Invalid<>(List.of(SettingReader.unknown(key)));
        }
        SettingReader reader = new SettingReader(setting.get(), body);
        Optional<String> text = reader.text();
        Optional<String> description = reader.description();
        if (!reader.errors().isEmpty()) {
            return new Saved.Invalid<>(reader.errors());
        }
        put(key, text.orElseThrow(), description);
        return Saved.of(setting.get());
    }

    private void put(String key, String text, Optional<String> description) {
        table.write(() -> {
            String kept = description.orElseGet(
                    () -> row(key).map(SettingRow::description).orElse(""));
            store.put(new SettingRow(key, text.strip(), kept, clock.instant()));
        });
        LOG.log(System.Logger.Level.INFO, "setting {0} changed", key);
    }

    /** Stores what Sidecar V2's table said, but for what is set here already, or was taken over before. */
    @AdminOnly
    public ImportSummary adopt(List<ObjectNode> rows, boolean preview) {
        ImportSummary summary = new ImportSummary();
        table.write(() -> rows.forEach(row -> adopt(row, preview, summary)));
        return summary;
    }

    private void adopt(ObjectNode row, boolean preview, ImportSummary summary) {
        String key = row.path("key").asText();
        Optional<Setting<?>> setting = SettingReader.known(key);
        if (setting.isEmpty()) {
            summary.leftOut(key, List.of(SettingReader.unknown(key).message()));
            return;
        }
        if (store.isAdopted(key)) {
            summary.known();
            return;
        }
        SettingReader reader = new SettingReader(setting.get(), row);
        Optional<String> text = reader.text();
        Optional<String> description = reader.description();
        if (!reader.errors().isEmpty()) {
            summary.leftOut(
                    key, reader.errors().stream().map(FieldError::message).toList());
            return;
        }
        summary.imported();
        if (settings.source(setting.get()) == SettingSource.ENVIRONMENT) {
            summary.note(key, setting.get().env() + " overrides the table's value");
        }
        if (!preview) {
            store.adopt(new SettingRow(key, text.orElseThrow().strip(), description.orElse(""), clock.instant()));
        }
    }

    /** Takes the value out of the table; there may be no such row. */
    @AdminOnly
    public Saved<SettingRow> delete(String key) {
        return table.save(() -> Saved.of(row(key)), row -> store.delete(key));
    }

    /** The stored row of a key. */
    public Optional<SettingRow> row(String key) {
        return store.all().stream().filter(r -> r.key().equals(key)).findFirst();
    }
}
