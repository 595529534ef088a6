package sidecar.pool.event;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The newest state of each cooldown that is not written down yet. Thread-safe; never blocks. */
public final class UnwrittenCooldowns implements PoolEventListener {

    /** While they cannot be written down: what is new then is not kept. */
    private static final int MAX_COOLDOWNS = 10_000;

    private final Map<String, CooldownRecord> unwritten = new LinkedHashMap<>();

    @Override
    public synchronized void learned(PoolEvent event) {
        if (event instanceof PoolEvent.CooldownChange change) {
            CooldownRecord cooldown = change.cooldown();
            if (unwritten.size() < MAX_COOLDOWNS || unwritten.containsKey(cooldown.id())) {
                unwritten.put(cooldown.id(), cooldown);
            }
        }
    }

    /** All that has changed since the last time; from now on they count as written. */
    public synchronized List<CooldownRecord> take() {
        List<CooldownRecord> all = new ArrayList<>(unwritten.values());
        unwritten.clear();
        return all;
    }

    /** They could not be written down: unwritten again, unless something newer is known of them. */
    public synchronized void putBack(List<CooldownRecord> cooldowns) {
        cooldowns.forEach(cooldown -> unwritten.putIfAbsent(cooldown.id(), cooldown));
    }
}
