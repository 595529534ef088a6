package sidecar.boot.edge;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import sidecar.admission.AdmissionSettings;
import sidecar.client.AccessSettings;
import sidecar.cluster.LeaseTimes;
import sidecar.exchange.ExchangeSettings;
import sidecar.lifecycle.edge.Version;
import sidecar.limit.LimitSettings;
import sidecar.pool.PoolSettings;
import sidecar.probe.ProbeSettings;
import sidecar.provider.model.TranslationMode;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** What the settings of this moment say to each room of the data path. Callable from any thread. */
final class SettingsMapper {

    /** What the heap holds when nothing happens (docs/benchmarks.md), and what collecting it needs. */
    private static final long IDLE_HEAP_BYTES = 96L << 20;

    private static final long MIN_HELD_BYTES = 8L << 20;

    /** Without the database all that a node owns lasts for so long, so that a restart of it is not noticed. */
    private static final Duration WHOLE_LEASE = Duration.ofSeconds(30);

    /** From its grant until its last byte was sent; and until its end, as far as the others wait for that. */
    private static final Duration LONGEST_SENDING = Duration.ofSeconds(30);

    private static final Duration LONGEST_ATTEMPT = Duration.ofMinutes(10);

    private final Settings settings;

    SettingsMapper(Settings settings) {
        this.settings = settings;
    }

    LimitSettings limits() {
        return new LimitSettings(settings.get(SettingsCatalog.WINDOW), settings.get(SettingsCatalog.GRANT_GAP));
    }

    LeaseTimes leases() {
        return new LeaseTimes(
                WHOLE_LEASE,
                settings.get(SettingsCatalog.NODE_LEASE),
                settings.get(SettingsCatalog.WINDOW),
                LONGEST_SENDING,
                LONGEST_ATTEMPT);
    }

    PoolSettings pool() {
        return new PoolSettings(
                PoolSettings.SelectionStrategy.valueOf(
                        settings.get(SettingsCatalog.ROUTING_STRATEGY).toUpperCase(Locale.ROOT)),
                settings.get(SettingsCatalog.COOLDOWN_BASE),
                settings.get(SettingsCatalog.COOLDOWN_MAX),
                settings.get(SettingsCatalog.COOLDOWN_EXPONENTIAL),
                settings.get(SettingsCatalog.EMERGENCY_FRACTION).doubleValue());
    }

    ProbeSettings probes() {
        return new ProbeSettings(
                ProbeSettings.Mode.valueOf(
                        settings.get(SettingsCatalog.HEALTH_PROBE_MODE).toUpperCase(Locale.ROOT)),
                settings.get(SettingsCatalog.HEALTH_INTERVAL),
                settings.get(SettingsCatalog.HEALTH_TIMEOUT),
                settings.get(SettingsCatalog.HEALTH_PROBE_ENDPOINT));
    }

    AdmissionSettings admission() {
        return new AdmissionSettings(
                settings.get(SettingsCatalog.QUEUE_MAX_DEPTH),
                settings.get(SettingsCatalog.QUEUE_TIMEOUT),
                settings.get(SettingsCatalog.COOLDOWN_PRECHECK));
    }

    AccessSettings access() {
        return new AccessSettings(
                settings.get(SettingsCatalog.ALLOW_OPEN),
                settings.get(SettingsCatalog.ALLOWED_HOSTS),
                settings.get(SettingsCatalog.CORS_ORIGINS));
    }

    ExchangeSettings exchange() {
        Set<String> forward = settings.get(SettingsCatalog.FORWARD_HEADERS).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        return new ExchangeSettings(
                settings.get(SettingsCatalog.MAX_POOL_RETRIES),
                settings.get(SettingsCatalog.RETRY_ON_TIMEOUT),
                settings.get(SettingsCatalog.REQUEST_DEADLINE),
                settings.get(SettingsCatalog.FIRST_TOKEN_TIMEOUT),
                settings.get(SettingsCatalog.STREAM_IDLE_TIMEOUT),
                settings.get(SettingsCatalog.STREAM_TOTAL_TIMEOUT),
                settings.get(SettingsCatalog.HEARTBEAT_GRACE),
                settings.get(SettingsCatalog.OVERFLOW_WAIT),
                settings.get(SettingsCatalog.SESSION_AFFINITY).equals("prompt"),
                TranslationMode.of(settings.get(SettingsCatalog.TRANSLATION)).orElseThrow(),
                settings.get(SettingsCatalog.RESERVE_OUTPUT_TOKENS),
                forward,
                "Sidecar/" + Version.CURRENT);
    }

    /** How much memory everything that is held may take together: a quarter of the heap, or half of a small one's free part. */
    long maxHeld() {
        long set = settings.get(SettingsCatalog.MAX_HELD_REQUEST_BYTES);
        long heap = Runtime.getRuntime().maxMemory();
        return set > 0 ? set : Math.max(MIN_HELD_BYTES, Math.min(heap / 4, (heap - IDLE_HEAP_BYTES) / 2));
    }
}
