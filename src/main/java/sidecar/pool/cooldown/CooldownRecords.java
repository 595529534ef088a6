package sidecar.pool.cooldown;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import sidecar.pool.event.CooldownRecord;
import sidecar.pool.event.PoolEvent;
import sidecar.pool.event.PoolEventListener;

/** The cooldowns that still matter, as operators look back on them, and the telling of their changes. Thread-safe; never blocks. */
public final class CooldownRecords {

    private final InstantSource clock;
    private final PoolEventListener listener;
    private final Map<String, CooldownRecord> open = new HashMap<>();

    public CooldownRecords(InstantSource clock, PoolEventListener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    synchronized void begun(CooldownRecord cooldown) {
        open.put(cooldown.id(), cooldown);
        listener.learned(new PoolEvent.CooldownBegan(cooldown));
    }

    synchronized void extended(String id, Instant until, boolean theirs) {
        Optional.ofNullable(open.get(id))
                .map(known -> known.until(until, theirs))
                .ifPresent(longer -> {
                    open.put(id, longer);
                    listener.learned(new PoolEvent.CooldownExtended(longer));
                });
    }

    /** It is over and done with: a success, an operator, a later cooldown or a better explanation. */
    synchronized void ended(String id) {
        Optional.ofNullable(open.remove(id))
                .ifPresent(known -> listener.learned(new PoolEvent.CooldownEnded(known.ended(clock.instant(), true))));
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
