package sidecar.exchange;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import sidecar.protocol.ApiPath;
import sidecar.time.Ticker;

/** Which provider × model × kind of path cannot be asked for usage in a stream; forgotten after a day. Thread-safe. */
public final class UsageInjectionBlocklist {

    static final Duration KEPT = Duration.ofHours(24);
    private static final int MOST = 10_000;

    private final Ticker ticker;
    private final Map<String, Long> refused = new ConcurrentHashMap<>();

    public UsageInjectionBlocklist(Ticker ticker) {
        this.ticker = ticker;
    }

    void refuses(String providerId, String model, ApiPath.PathKind kind) {
        if (refused.size() >= MOST) {
            refused.values().removeIf(until -> ticker.nanos() - until >= 0);
        }
        Iterator<String> any = refused.keySet().iterator();
        if (refused.size() >= MOST && any.hasNext()) {
            // what was just learnt must be remembered: the same exchange asks the same provider next
            refused.remove(any.next());
        }
        refused.put(key(providerId, model, kind), ticker.nanos() + KEPT.toNanos());
    }

    boolean allows(String providerId, String model, ApiPath.PathKind kind) {
        Long until = refused.get(key(providerId, model, kind));
        return until == null || ticker.nanos() - until >= 0;
    }

    private static String key(String providerId, String model, ApiPath.PathKind kind) {
        return providerId + ' ' + kind + ' ' + model;
    }
}
