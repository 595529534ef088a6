package sidecar.v2.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sidecar.console.edge.AdminOnly;
import sidecar.json.ImportSummary;
import sidecar.pool.edge.cooldown.CooldownStore;
import sidecar.pool.event.CooldownRecord;
import sidecar.v2.V2Row;

/** Takes over Sidecar V2's cooldowns as history. Callable from any thread; blocks on the database. */
@ApplicationScoped
class V2Cooldowns {

    private static final int MOST_IN_A_ROW = 1_000_000;
    private static final int LONGEST_ID = 40;
    private static final int LONGEST_NAME = 200;
    private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

    @EJB
    private CooldownStore store;

    @Inject
    private InstantSource clock;

    /** Ids are kept; those that are older than cooldowns are kept here are only counted. */
    @AdminOnly
    ImportSummary take(List<ObjectNode> rows, boolean preview) {
        ImportSummary summary = new ImportSummary();
        Instant now = clock.instant();
        Map<String, CooldownRecord> events = new LinkedHashMap<>();
        rows.forEach(row -> read(new V2Row(row), now, summary).ifPresent(event -> events.put(event.id(), event)));
        Set<String> known = store.known(events.keySet());
        List<CooldownRecord> fresh = new ArrayList<>();
        events.values().forEach(event -> {
            if (known.contains(event.id())) {
                summary.known();
            } else {
                summary.imported();
                fresh.add(event);
            }
        });
        if (!preview) {
            store.put(fresh);
        }
        return summary;
    }

    private static Optional<CooldownRecord> read(V2Row row, Instant now, ImportSummary summary) {
        String id = row.text("id");
        Optional<Instant> started = row.time("started_at");
        Optional<Instant> ended = row.time("ended_at");
        long count = row.count("consecutive_count");
        long seconds = row.count("cooldown_seconds");
        String provider = row.text("backend_id", LONGEST_ID);
        String name = row.text("backend_name", LONGEST_NAME);
        List<String> reasons = new ArrayList<>(row.problems());
        boolean whole = id.matches("[A-Za-z0-9_-]{1,40}") && started.isPresent();
        if (!whole || count > MOST_IN_A_ROW || seconds > LONGEST_SECONDS) {
            reasons.add("it is not a cooldown of V2's");
        }
        if (!reasons.isEmpty()) {
            summary.leftOut(id, reasons);
            return Optional.empty();
        }
        if (CooldownStore.isTooOld(started.get(), now)) {
            summary.outdated();
            return Optional.empty();
        }
        Instant until = started.get().plusSeconds(seconds);
        // V2 forgot to end most of them
        Instant end = ended.orElse(until.isBefore(now) ? until : now);
        return Optional.of(new CooldownRecord(
                id,
                provider,
                name.isEmpty() ? provider : name,
                provider,
                "",
                (int) count,
                row.text("response_summary"),
                false,
                started.get(),
                until,
                Optional.of(end),
                true));
    }
}
