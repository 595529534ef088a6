package sidecar.settings.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.settings.Setting;
import sidecar.settings.Settings;

/** A setting as JSON. */
final class SettingView {

    private SettingView() {}

    /** With its row of the table, if it has one. */
    static ObjectNode write(Setting<?> setting, Settings settings, Optional<SettingRow> row) {
        ObjectNode entry = Json.object();
        entry.put("key", setting.key());
        entry.put("value", settings.print(setting));
        entry.put(
                "description",
                row.map(SettingRow::description).filter(d -> !d.isEmpty()).orElse(setting.description()));
        entry.put(
                "updated_at",
                row.map(r -> r.updatedAt().truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse(null));
        entry.put("source", settings.source(setting).wire());
        entry.put("default", setting.preset());
        entry.put("unit", setting.unit());
        entry.put("rule", setting.kind().rule());
        entry.put("env", setting.env());
        entry.put("restart", setting.effect() == Setting.Effect.RESTART);
        entry.put("effect", setting.effect().words());
        return entry;
    }
}
