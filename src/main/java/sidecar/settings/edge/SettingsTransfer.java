package sidecar.settings.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.settings.Setting;
import sidecar.transfer.ConfigurationSection;
import sidecar.transfer.ImportReport;
import sidecar.transfer.SectionPlan;
import sidecar.transfer.SectionReader;
import sidecar.transfer.SectionReader.Kind;
import sidecar.transfer.SectionReader.SectionEntry;

/** The settings table, as it is carried to another Sidecar. What the environment sets stays with the environment. */
@ApplicationScoped
public class SettingsTransfer implements ConfigurationSection {

    private static final String SETTINGS = "settings";

    @Inject
    private SettingsAdmin admin;

    @Inject
    private SettingStore store;

    @Inject
    private InstantSource clock;

    @Override
    public List<String> fields() {
        return List.of(SETTINGS);
    }

    @Override
    public void write(ObjectNode document, ObjectNode secrets) {
        ArrayNode list = document.putArray(SETTINGS);
        store.all().stream()
                .filter(row -> SettingReader.known(row.key()).isPresent())
                .forEach(row -> list.addObject()
                        .put("key", row.key())
                        .put("value", row.text())
                        .put("description", row.description()));
    }

    @Override
    public SectionPlan read(ObjectNode document, ObjectNode secrets) {
        Map<String, SettingRow> before = new HashMap<>();
        store.all().forEach(row -> before.put(row.key(), row));
        SectionReader sections = new SectionReader(document, SETTINGS);
        Map<String, SettingRow> changed = new HashMap<>();
        sections.all().forEach(entry -> read(entry, sections, before, changed));
        return new SectionPlan() {
            @Override
            public ImportReport report() {
                return sections.report();
            }

            @Override
            public void store() {
                changed.values().forEach(store::put);
            }
        };
    }

    private void read(
            SectionEntry entry,
            SectionReader sections,
            Map<String, SettingRow> before,
            Map<String, SettingRow> changed) {
        String key = entry.body().path("key").asText();
        Optional<Setting<?>> setting = SettingReader.known(key);
        if (setting.isEmpty()) {
            sections.refuse(entry, List.of(SettingReader.unknown(key)));
            return;
        }
        SettingReader reader = new SettingReader(setting.get(), entry.body());
        Optional<String> text = reader.text();
        Optional<String> description = reader.description();
        if (!reader.errors().isEmpty()) {
            sections.refuse(entry, reader.errors());
            return;
        }
        Optional<SettingRow> old = Optional.ofNullable(before.get(key));
        String words =
                description.orElseGet(() -> old.map(SettingRow::description).orElse(""));
        SettingRow row = new SettingRow(key, text.orElseThrow().strip(), words, clock.instant());
        if (old.filter(there ->
                        there.text().equals(row.text()) && there.description().equals(row.description()))
                .isPresent()) {
            sections.count(Kind.UNCHANGED);
        } else {
            sections.count(old.isPresent() ? Kind.UPDATED : Kind.CREATED);
            changed.put(key, row);
        }
    }

    @Override
    public void exclusively(Runnable work) {
        admin.exclusively(work);
    }
}
