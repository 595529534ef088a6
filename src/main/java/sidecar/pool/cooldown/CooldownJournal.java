package sidecar.pool.cooldown;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cooldown events that are not written down yet, and those that still matter. The request path only notes; whoever
 * keeps them fetches what is fresh. Thread-safe; never blocks.
 */
public final class CooldownJournal {

    private static final int MOST_UNWRITTEN = 10_000;

    private final InstantSource clock;
    private final Map<String, CooldownEvent> open = new HashMap<>();
    private final Map<String, CooldownEvent> fresh = new LinkedHashMap<>();

    public CooldownJournal(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void begun(CooldownEvent event) {
        open.put(event.id(), event);
        note(event);
    }

    synchronized void extended(String id, Instant until, boolean theirs) {
        Optional.ofNullable(open.get(id)).ifPresent(event -> begun(event.until(until, theirs)));
    }

    /** It is over and done with: a success, an operator, a later cooldown or a better explanation. */
    synchronized void ended(String id) {
        Optional.ofNullable(open.remove(id)).ifPresent(event -> note(event.ended(clock.instant(), true)));
    }

    private void note(CooldownEvent event) {
        if (fresh.size() < MOST_UNWRITTEN || fresh.containsKey(event.id())) {
            fresh.put(event.id(), event);
        }
    }

    /** What has changed since the last time, the newest state of each, and no longer counted as fresh. */
    public synchronized List<CooldownEvent> fresh() {
        endExpired();
        List<CooldownEvent> all = new ArrayList<>(fresh.values());
        fresh.clear();
        return all;
    }

    private void endExpired() {
        Instant now = clock.instant();
        open.replaceAll((id, event) -> {
            if (event.endedAt().isPresent() || now.isBefore(event.until())) {
                return event;
            }
            CooldownEvent ended = event.ended(event.until(), false);
            note(ended);
            return ended;
        });
    }

    /** They could not be written down: fresh again, unless something newer is known of them. */
    public synchronized void requeue(List<CooldownEvent> unwritten) {
        unwritten.forEach(event -> fresh.putIfAbsent(event.id(), event));
    }

    synchronized void restored(CooldownEvent event) {
        open.put(event.id(), event);
    }
}
