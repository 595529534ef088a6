package sidecar.pool.edge.cooldown;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.pool.event.CooldownRecord;

/** A cooldown as JSON: V2's fields. */
final class CooldownView {

    private static final int HALF_A_SECOND_MILLIS = 500;

    private CooldownView() {}

    static ObjectNode write(CooldownRecord event, Instant now) {
        return Json.object()
                .put("id", event.id())
                .put("backend_id", event.provider())
                .put("backend_name", event.providerName())
                .put("model", event.model().isEmpty() ? null : event.model())
                .put("consecutive_count", event.count())
                .put(
                        "cooldown_seconds",
                        event.length().plusMillis(HALF_A_SECOND_MILLIS).toSeconds())
                .put("response_summary", event.summary())
                .put("started_at", time(event.startedAt()))
                .put("ended_at", ended(event, now).map(CooldownView::time).orElse(null));
    }

    /** One that ran out while nobody was there to write it down has ended too. */
    static Optional<Instant> ended(CooldownRecord event, Instant now) {
        return event.endedAt().or(() -> Optional.of(event.until()).filter(u -> !u.isAfter(now)));
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
