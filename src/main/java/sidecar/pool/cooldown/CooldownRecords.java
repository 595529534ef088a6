package sidecar.pool.cooldown;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.pool.event.CooldownRecord;
import sidecar.pool.event.PoolEvent;
import sidecar.pool.event.PoolEventListener;

/** The cooldowns that still matter, as operators look back on them, and the telling of their changes. Thread-safe; never blocks. */
public final class CooldownRecords {

    private final InstantSource clock;
    private final PoolEventListener listener;
    private final Map<String, CooldownRecord> open = new HashMap<>();
    /** Those that other nodes have begun, and write down; until they end by more than time. */
    private final Map<String, CooldownRecord> others = new HashMap<>();

    public CooldownRecords(InstantSource clock, PoolEventListener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    synchronized void begun(CooldownRecord cooldown) {
        open.put(cooldown.id(), cooldown);
        listener.learned(new PoolEvent.CooldownBegan(cooldown));
    }

    synchronized void extended(String id, Instant until, boolean theirs) {
        CooldownRecord longer = longer(id, until, theirs);
        if (longer != null) {
            listener.learned(new PoolEvent.CooldownExtended(longer));
        }
    }

    private @Nullable CooldownRecord longer(String id, Instant until, boolean theirs) {
        Map<String, CooldownRecord> those = open.containsKey(id) ? open : others;
        return those.computeIfPresent(id, (same, known) -> known.until(until, theirs));
    }

    /** It is over and done with: a success, an operator, a later cooldown or a better explanation. */
    synchronized void ended(String id) {
        Optional.ofNullable(forget(id))
                .ifPresent(known -> listener.learned(new PoolEvent.CooldownEnded(known.ended(clock.instant(), true))));
    }

    /** Another node has begun or extended it, and tells it. */
    synchronized void learnedElsewhere(CooldownRecord cooldown) {
        if (longer(cooldown.id(), cooldown.until(), cooldown.asked()) == null) {
            others.put(cooldown.id(), cooldown);
        }
    }

    /** It is over and done with, as another node tells. */
    synchronized @Nullable CooldownRecord forget(String id) {
        CooldownRecord own = open.remove(id);
        return own == null ? others.remove(id) : own;
    }

    /** A later one takes its place, which another node tells; it is told only of one that began here. */
    synchronized void replaced(String id) {
        if (open.containsKey(id)) {
            ended(id);
        } else {
            others.remove(id);
        }
    }

    /** Ends those whose time is over; they still count for the next 429. */
    public synchronized void expire() {
        Instant now = clock.instant();
        open.replaceAll((id, known) -> {
            if (known.endedAt().isPresent() || now.isBefore(known.until())) {
                return known;
            }
            CooldownRecord ended = known.ended(known.until(), false);
            listener.learned(new PoolEvent.CooldownEnded(ended));
            return ended;
        });
    }

    synchronized void restored(CooldownRecord cooldown) {
        open.put(cooldown.id(), cooldown);
    }
}
