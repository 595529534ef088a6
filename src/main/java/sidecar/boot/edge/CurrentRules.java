package sidecar.boot.edge;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import sidecar.admission.AdmissionRules;
import sidecar.client.AccessSettings;
import sidecar.exchange.ExchangeRules;
import sidecar.limit.LimitRules;
import sidecar.pool.PoolRules;
import sidecar.pool.ProbeRules;
import sidecar.settings.Declared;
import sidecar.settings.Settings;

/** What the settings of this moment say to each room of the data path. Callable from any thread. */
final class CurrentRules {

    /** What the heap holds when nothing happens (docs/benchmarks.md), and what collecting it needs. */
    private static final long IDLE_HEAP_BYTES = 96L << 20;

    private static final long MIN_HELD_BYTES = 8L << 20;

    private final Settings settings;

    CurrentRules(Settings settings) {
        this.settings = settings;
    }

    LimitRules limits() {
        return new LimitRules(settings.get(Declared.WINDOW), settings.get(Declared.GRANT_GAP));
    }

    PoolRules pool() {
        return new PoolRules(
                PoolRules.Strategy.valueOf(
                        settings.get(Declared.ROUTING_STRATEGY).toUpperCase(Locale.ROOT)),
                settings.get(Declared.COOLDOWN_BASE),
                settings.get(Declared.COOLDOWN_MAX),
                settings.get(Declared.COOLDOWN_EXPONENTIAL),
                settings.get(Declared.EMERGENCY_FRACTION).doubleValue());
    }

    ProbeRules probes() {
        return new ProbeRules(
                ProbeRules.Mode.valueOf(settings.get(Declared.HEALTH_PROBE_MODE).toUpperCase(Locale.ROOT)),
                settings.get(Declared.HEALTH_INTERVAL),
                settings.get(Declared.HEALTH_TIMEOUT),
                settings.get(Declared.HEALTH_PROBE_ENDPOINT));
    }

    AdmissionRules admission() {
        return new AdmissionRules(
                settings.get(Declared.QUEUE_MAX_DEPTH),
                settings.get(Declared.QUEUE_TIMEOUT),
                settings.get(Declared.COOLDOWN_PRECHECK));
    }

    AccessSettings access() {
        return new AccessSettings(
                settings.get(Declared.ALLOW_OPEN),
                settings.get(Declared.ALLOWED_HOSTS),
                settings.get(Declared.CORS_ORIGINS));
    }

    ExchangeRules exchange() {
        Set<String> forward = settings.get(Declared.FORWARD_HEADERS).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        return new ExchangeRules(
                settings.get(Declared.MAX_POOL_RETRIES),
                settings.get(Declared.RETRY_ON_TIMEOUT),
                settings.get(Declared.REQUEST_DEADLINE),
                settings.get(Declared.FIRST_TOKEN_TIMEOUT),
                settings.get(Declared.STREAM_IDLE_TIMEOUT),
                settings.get(Declared.STREAM_TOTAL_TIMEOUT),
                settings.get(Declared.HEARTBEAT_GRACE),
                settings.get(Declared.OVERFLOW_WAIT),
                settings.get(Declared.SESSION_AFFINITY).equals("prompt"),
                settings.get(Declared.RESERVE_OUTPUT_TOKENS),
                forward,
                "Sidecar/" + Version.CURRENT);
    }

    /** How much memory everything that is held may take together: a quarter of the heap, or half of a small one's free part. */
    long maxHeld() {
        long set = settings.get(Declared.MAX_HELD_REQUEST_BYTES);
        long heap = Runtime.getRuntime().maxMemory();
        return set > 0 ? set : Math.max(MIN_HELD_BYTES, Math.min(heap / 4, (heap - IDLE_HEAP_BYTES) / 2));
    }
}
