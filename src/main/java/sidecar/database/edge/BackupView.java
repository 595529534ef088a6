package sidecar.database.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import sidecar.database.Backup;
import sidecar.json.Json;

/** Backups as JSON. */
final class BackupView {

    private BackupView() {}

    static ObjectNode write(Backups.BackupState state) {
        ObjectNode json = Json.object().put("directory", state.directory().toString());
        json.put("retention_days", state.retentionDays())
                .put("next_at", state.nextAt().toString());
        json.put("refusal", state.refusal().orElse(null));
        json.putNull("running");
        state.running()
                .ifPresent(running -> json.putObject("running")
                        .put("since", running.since().toString())
                        .put("stage", running.stage().name().toLowerCase(Locale.ROOT)));
        json.putNull("failure");
        state.failure()
                .ifPresent(failure -> json.putObject("failure")
                        .put("at", failure.at().toString())
                        .put("message", failure.message()));
        ArrayNode items = json.putArray("items");
        state.items().forEach(backup -> items.add(write(backup)));
        return json;
    }

    static ObjectNode write(Backup backup) {
        ObjectNode json = Json.object()
                .put("name", backup.name())
                .put("made_at", backup.madeAt().toString())
                .put("size_bytes", backup.bytes())
                .put("verified", backup.verified());
        json.set(
                "contents",
                backup.contents().<ObjectNode>map(contents -> contents.json()).orElse(null));
        return json;
    }
}
