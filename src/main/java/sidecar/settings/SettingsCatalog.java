package sidecar.settings;

import static sidecar.settings.Setting.Effect.AT_ONCE;
import static sidecar.settings.Setting.Effect.NONE;
import static sidecar.settings.Setting.Effect.RESTART;
import static sidecar.settings.Setting.Place.ANYWHERE;
import static sidecar.settings.Setting.Place.ENVIRONMENT;
import static sidecar.settings.Setting.Place.SECRET;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sidecar.address.AddressRange;
import sidecar.failure.BuiltInFailureRules;
import sidecar.failure.FailureRulesSetting;
import sidecar.settings.Setting.Effect;
import sidecar.settings.Setting.Place;

/** Every setting there is, each declared once. The settings page and {@code docs/configuration.md} are made from this. */
public final class SettingsCatalog {

    // in the order of the groups: each begins with the setting that Group names
    private static final List<Setting<?>> ALL = new ArrayList<>();

    private static final String S = "seconds";
    private static final String MS = "milliseconds";
    private static final String BYTES = "bytes";

    // Where it listens and keeps its data
    public static final Setting<String> HOST =
            env("host", SettingType.text(255), "", "127.0.0.1", "Address that the main listener binds to.");
    public static final Setting<Integer> PORT_NUMBER =
            env("port", SettingType.integer(1, 65_535), "", "9190", "Port of the main listener.");
    public static final Setting<String> METRICS_HOST =
            env("metrics_host", SettingType.text(255), "", "", "Address of the metrics listener; empty means as host.");
    public static final Setting<Integer> METRICS_PORT = env(
            "metrics_port",
            SettingType.integer(1, 65_535),
            "",
            "9191",
            "Port that serves /metrics and /health* and nothing else.");
    public static final Setting<String> DATA_DIR = env(
            "data_dir", SettingType.text(4096), "", "./data", "Directory of everything that must survive a restart.");
    public static final Setting<String> DB_PATH = env(
            "db_path",
            SettingType.text(4096),
            "",
            "",
            "H2 database file without its ending; empty means data_dir/sidecar.");
    public static final Setting<String> DB_URL = env(
            "db_url",
            SettingType.text("a JDBC URL of H2 or PostgreSQL", "jdbc:(h2|postgresql):.*"),
            "",
            "",
            "JDBC URL of another database; takes the place of db_path.");
    public static final Setting<String> DB_USER = env("db_user", SettingType.text(255), "", "", "User of db_url.");
    public static final Setting<String> DB_PASSWORD = secret("db_password", "", "Password of db_user.");

    // Secrets
    public static final Setting<String> ENCRYPTION_KEY =
            key("encryption_key", "64 hex digits; encrypts the provider keys at rest. Required.");
    public static final Setting<String> ENCRYPTION_KEY_PREVIOUS =
            key("encryption_key_previous", "The key before the last change; only read with.");
    public static final Setting<String> ADMIN_TOKEN = secret(
            "admin_token", "", "Bearer token of the admin API, at least 16 characters; without one it answers 401.");
    public static final Setting<String> VIEWER_TOKEN =
            secret("viewer_token", "", "Bearer token that may only read the admin API; at least 16 characters.");
    public static final Setting<String> CLIENT_TOKEN =
            secret("client_token", "", "Creates the client `env` of /v1 at start; at least 16 characters.");

    // Sidecar V1's pair
    public static final Setting<String> UPSTREAM = env(
            "upstream",
            SettingType.text(2048),
            "",
            "https://integrate.api.nvidia.com/v1",
            "Base URL of the provider made from SIDECAR_API_KEY (Sidecar V1's pair).");
    public static final Setting<String> API_KEY =
            secret("api_key", "", "Creates the provider v1-env, once, on an empty database (Sidecar V1's pair).");

    // Who may do what
    public static final Setting<Boolean> ALLOW_OPEN = flag(
            "allow_open",
            false,
            "Lets machines other than this one use /v1 without a token while no client exists.",
            AT_ONCE);
    public static final Setting<List<String>> ALLOWED_HOSTS = table(
            "allowed_hosts",
            SettingType.list("host names or addresses without port", "[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}"),
            "",
            "",
            "Further names by which /v1 may be called without a token.",
            AT_ONCE);
    public static final Setting<List<String>> CORS_ORIGINS = table(
            "cors_origins",
            SettingType.list(
                    "origins such as https://chat.example",
                    "[A-Za-z][A-Za-z0-9+.-]{0,30}://([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:\\d{1,5})?"),
            "",
            "",
            "Web pages that may call /v1, by origin; empty means none but the console.",
            AT_ONCE);
    public static final Setting<Boolean> ADMIN_PUBLIC_READ = flag(
            "admin_public_read",
            false,
            "Opens what Sidecar V2 served without a token: providers, pools, stats, config.",
            AT_ONCE);
    public static final Setting<String> METRICS_AUTH = table(
            "metrics_auth",
            SettingType.choice("none", "viewer"),
            "",
            "none",
            "Whether /metrics asks for the viewer token, or the admin's.",
            AT_ONCE);
    public static final Setting<List<AddressRange>> TRUSTED_PROXIES = table(
            "trusted_proxies",
            SettingType.addressRanges(),
            "",
            "",
            "Peers whose X-Forwarded-* headers are believed.",
            AT_ONCE);
    public static final Setting<Boolean> ALLOW_PRIVATE_UPSTREAMS = flag(
            "allow_private_upstreams", true, "Whether base URLs may lead to private and loopback addresses.", AT_ONCE);
    public static final Setting<List<String>> FORWARD_HEADERS = table(
            "forward_headers",
            SettingType.list("header names", "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}"),
            "",
            "",
            "Further client headers that are passed to providers.",
            AT_ONCE);

    // The request
    public static final Setting<Duration> REQUEST_DEADLINE = seconds(
            "request_deadline_seconds", "1", "86400", "600", "Longest time until the first relayed byte.", AT_ONCE);
    public static final Setting<Long> MAX_REQUEST_BYTES = bytes(
            "max_request_bytes", 1024, 1L << 30, 32L << 20, "Longest request body; a longer one gets 413.", AT_ONCE);
    public static final Setting<Long> MAX_HELD_REQUEST_BYTES = bytes(
            "max_held_request_bytes",
            0,
            1L << 40,
            0,
            "Memory for bodies, answers held back and unread output together; 0 means a quarter of the heap.",
            AT_ONCE);
    public static final Setting<Long> MAX_SPOOL_BYTES = bytes(
            "max_spool_bytes",
            0,
            1L << 40,
            1L << 30,
            "Disk space for held bodies above 256 KiB that find no memory.",
            AT_ONCE);
    public static final Setting<Integer> MAX_POOL_RETRIES =
            integer("max_pool_retries", 1, 20, 5, "attempts", "Attempts for one request.", AT_ONCE);
    public static final Setting<Boolean> RETRY_ON_TIMEOUT =
            flag("retry_on_timeout", true, "Whether a timed-out attempt is made once more elsewhere.", AT_ONCE);

    // Streams
    public static final Setting<Duration> FIRST_TOKEN_TIMEOUT = seconds(
            "first_token_timeout_seconds", "1", "86400", "180", "Longest wait for a stream's first content.", AT_ONCE);
    public static final Setting<Duration> STREAM_IDLE_TIMEOUT =
            seconds("stream_idle_timeout_seconds", "1", "86400", "120", "Longest silence inside a stream.", AT_ONCE);
    public static final Setting<Duration> STREAM_TOTAL_TIMEOUT =
            seconds("stream_total_timeout_seconds", "1", "604800", "1800", "Longest stream.", AT_ONCE);
    public static final Setting<Duration> HEARTBEAT_GRACE = seconds(
            "heartbeat_grace_seconds", "0", "86400", "45", "Silence before heartbeats begin; 0 means never.", AT_ONCE);

    // Limits and the queue
    public static final Setting<Duration> WINDOW = seconds(
            "window_seconds",
            "1",
            "3600",
            "61",
            "How long a granted place stays taken; a minute and a margin.",
            AT_ONCE);
    public static final Setting<Duration> NODE_LEASE = seconds(
            "node_lease_seconds",
            "60",
            "3600",
            "300",
            "With several nodes: how long one goes on with its standing share while the database is away.",
            AT_ONCE);
    public static final Setting<Duration> GRANT_GAP =
            millis("grant_gap_ms", "0", "60000", "25", "Least time between two grants of a quota group.", AT_ONCE);
    public static final Setting<Integer> QUEUE_MAX_DEPTH = add(
            "queue_max_depth",
            "SIDECAR_QUEUE_MAX",
            SettingType.integer(0, 1_000_000),
            "requests",
            "500",
            "Requests that may wait for a place.",
            ANYWHERE,
            AT_ONCE);
    public static final Setting<Duration> QUEUE_TIMEOUT = add(
            "queue_timeout_seconds",
            "SIDECAR_QUEUE_TIMEOUT",
            SettingType.seconds("0", "86400"),
            S,
            "240",
            "All the waiting of one request together; 0 means never wait.",
            ANYWHERE,
            AT_ONCE);
    public static final Setting<Duration> OVERFLOW_WAIT = seconds(
            "overflow_wait_seconds",
            "-1",
            "86400",
            "0",
            "Wait for a primary before the fallback pool is used; -1 means never use it.",
            AT_ONCE);
    public static final Setting<Integer> DEFAULT_RPM_LIMIT = add(
            "default_rpm_limit",
            "SIDECAR_RATE_RPM",
            SettingType.integer(0, 1_000_000),
            "requests a minute",
            "40",
            "rpm_limit of new providers; 0 means unlimited.",
            ANYWHERE,
            AT_ONCE);
    public static final Setting<Integer> DEFAULT_REQUEST_TIMEOUT =
            integer("default_request_timeout_seconds", 1, 3600, 120, S, "timeout_seconds of new providers.", AT_ONCE);
    public static final Setting<Integer> RESERVE_OUTPUT_TOKENS = integer(
            "reserve_output_tokens",
            1,
            10_000_000,
            4096,
            "LLM tokens",
            "Output that a budget reserves for a request that names none.",
            AT_ONCE);

    // Choosing
    public static final Setting<String> ROUTING_STRATEGY = table(
            "routing_strategy",
            SettingType.choice("balanced", "ordered", "latency"),
            "",
            "balanced",
            "How a provider is chosen inside a pool.",
            AT_ONCE);
    public static final Setting<String> SESSION_AFFINITY = table(
            "session_affinity",
            SettingType.choice("off", "prompt"),
            "",
            "off",
            "Whether a conversation prefers the provider that served it last.",
            AT_ONCE);
    public static final Setting<String> TRANSLATION = table(
            "translation",
            SettingType.choice("on", "native"),
            "",
            "on",
            "Whether requests are translated for providers of another dialect; native means never. A model may say otherwise.",
            AT_ONCE);

    // Cooldowns and health
    public static final Setting<Duration> COOLDOWN_BASE = add(
            "cooldown_base_seconds",
            "SIDECAR_COOLDOWN_BASE",
            SettingType.seconds("0.1", "86400"),
            S,
            "30",
            "First cooldown after a 429.",
            ANYWHERE,
            AT_ONCE);
    public static final Setting<Duration> COOLDOWN_MAX = add(
            "cooldown_max_seconds",
            "SIDECAR_COOLDOWN_MAX",
            SettingType.seconds("0.1", "86400"),
            S,
            "600",
            "Longest cooldown of our own guessing; what an upstream asks for may be longer.",
            ANYWHERE,
            AT_ONCE);
    public static final Setting<Boolean> COOLDOWN_EXPONENTIAL = add(
            "cooldown_exponential_backoff",
            "SIDECAR_COOLDOWN_EXPONENTIAL",
            SettingType.flag(),
            "",
            "true",
            "Whether each 429 in a row doubles the cooldown.",
            ANYWHERE,
            AT_ONCE);
    public static final Setting<Duration> COOLDOWN_PRECHECK = seconds(
            "cooldown_precheck_threshold_seconds",
            "0",
            "86400",
            "10",
            "A cooldown that ends sooner is waited for even with a queue timeout of 0.",
            AT_ONCE);
    public static final Setting<BigDecimal> EMERGENCY_FRACTION = table(
            "emergency_rpm_fraction",
            SettingType.fraction("0", "1"),
            "",
            "0.10",
            "Share of rpm_limit that may be tried on cooling groups; 0 means none.",
            AT_ONCE);
    public static final Setting<Duration> HEALTH_INTERVAL =
            seconds("health_check_interval_seconds", "1", "86400", "60", "Time between two probes.", AT_ONCE);
    public static final Setting<Duration> HEALTH_TIMEOUT =
            seconds("health_check_timeout_seconds", "0.1", "600", "10", "Longest probe.", AT_ONCE);
    public static final Setting<String> HEALTH_PROBE_MODE = table(
            "health_probe_mode",
            SettingType.choice("models", "chat", "off"),
            "",
            "models",
            "What a probe asks for: the model list, a chat of one LLM token, or nothing.",
            AT_ONCE);
    public static final Setting<String> HEALTH_PROBE_ENDPOINT = table(
            "health_probe_endpoint",
            SettingType.text("a path that begins with /", "/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}){0,200}"),
            "",
            "/v1/models",
            "Path that a models probe asks for.",
            AT_ONCE);

    public static final Setting<FailureRulesSetting> FAILURE_RULES = table(
            "failure_rules",
            SettingType.failureRules(),
            "",
            BuiltInFailureRules.NVIDIA_NIM.wire(),
            "What upstreams' errors mean; how to write rules is said in operations.md.",
            AT_ONCE);

    // Operation
    public static final Setting<Duration> SHUTDOWN_GRACE = seconds(
            "shutdown_grace_seconds",
            "0",
            "3600",
            "30",
            "Time that running requests get to finish at a stop.",
            AT_ONCE);
    public static final Setting<String> BACKUP_DIR = table(
            "backup_dir",
            SettingType.text(4096),
            "",
            "",
            "Directory of backups, from data_dir; empty means backups.",
            AT_ONCE);
    public static final Setting<Integer> BACKUP_RETENTION = integer(
            "backup_retention_days",
            1,
            3650,
            7,
            "days",
            "How long backups are kept; the newest good one always is.",
            AT_ONCE);
    public static final Setting<LocalTime> BACKUP_TIME =
            table("backup_time", SettingType.timeOfDay(), "UTC", "03:00", "When the daily backup is made.", AT_ONCE);
    public static final Setting<Integer> REQUEST_LOG_DAYS =
            integer("request_log_retention_days", 1, 3650, 30, "days", "How long the request log is kept.", AT_ONCE);
    public static final Setting<Integer> REQUEST_LOG_ROWS = integer(
            "request_log_max_rows",
            1_000,
            100_000_000,
            1_000_000,
            "rows",
            "How many rows of the request log are kept, about 0.5 GB a million.",
            AT_ONCE);
    public static final Setting<Integer> USAGE_HOURS_DAYS = integer(
            "usage_hourly_retention_days",
            7,
            3650,
            400,
            "days",
            "How long usage by the hour is kept; usage by the day is kept for ever.",
            AT_ONCE);
    public static final Setting<Duration> DASHBOARD_INTERVAL = seconds(
            "dashboard_sse_interval_seconds",
            "0.1",
            "60",
            "1",
            "Time between two snapshots of the dashboard.",
            AT_ONCE);
    public static final Setting<Duration> STATS_INTERVAL = seconds(
            "stats_refresh_interval_seconds",
            "1",
            "3600",
            "30",
            "Time between two refreshes of an open Usage page.",
            AT_ONCE);
    public static final Setting<Duration> ROUTER_INTERVAL = seconds(
            "router_refresh_interval_seconds", "0", "86400", "60", "Sidecar V2's; changes act at once here.", NONE);
    public static final Setting<Duration> REFILL_INTERVAL = millis(
            "rate_limiter_refill_interval_ms", "0", "3600000", "1000", "Sidecar V2's; limits are exact here.", NONE);
    public static final Setting<String> LOG_LEVEL = add(
            "log_level",
            "LOG_LEVEL",
            SettingType.choice("ERROR", "WARNING", "WARN", "INFO", "DEBUG", "TRACE"),
            "",
            "INFO",
            "Least important messages that are logged.",
            ANYWHERE,
            AT_ONCE);
    public static final Setting<String> LOG_FORMAT = add(
            "log_format",
            "LOG_FORMAT",
            SettingType.choice("console", "json"),
            "",
            "console",
            "How log lines look; read from the environment at start.",
            ENVIRONMENT,
            RESTART);

    private SettingsCatalog() {}

    /** Every setting, in the order of the documentation. */
    public static List<Setting<?>> all() {
        return List.copyOf(ALL);
    }

    /** The setting with that key. */
    public static Optional<Setting<?>> byKey(String key) {
        return all().stream().filter(s -> s.key().equals(key)).findFirst();
    }

    /** Every setting by its group, in the order of the documentation. */
    public static Map<SettingGroup, List<Setting<?>>> grouped() {
        Map<SettingGroup, List<Setting<?>>> grouped = new EnumMap<>(SettingGroup.class);
        SettingGroup current = SettingGroup.LISTENING;
        for (Setting<?> setting : ALL) {
            current = SettingGroup.startingAt(setting.key()).orElse(current);
            grouped.computeIfAbsent(current, group -> new ArrayList<>()).add(setting);
        }
        return grouped;
    }

    private static <T> Setting<T> add(
            String key,
            String env,
            SettingType<T> kind,
            String unit,
            String preset,
            String text,
            Place place,
            Effect effect) {
        Setting<T> setting = new Setting<>(key, env, kind, unit, preset, text, place, effect);
        ALL.add(setting);
        return setting;
    }

    private static String variable(String key) {
        return "SIDECAR_" + key.toUpperCase(Locale.ROOT);
    }

    private static <T> Setting<T> env(String key, SettingType<T> kind, String unit, String preset, String text) {
        return add(key, variable(key), kind, unit, preset, text, ENVIRONMENT, RESTART);
    }

    private static Setting<String> secret(String key, String preset, String text) {
        return add(key, variable(key), SettingType.text(4096), "", preset, text, SECRET, RESTART);
    }

    private static Setting<String> key(String name, String text) {
        return add(
                name,
                variable(name),
                SettingType.text("64 hex digits", "[0-9a-fA-F]{64}"),
                "",
                "",
                text,
                SECRET,
                RESTART);
    }

    private static <T> Setting<T> table(
            String key, SettingType<T> kind, String unit, String preset, String text, Effect effect) {
        return add(key, variable(key), kind, unit, preset, text, ANYWHERE, effect);
    }

    private static Setting<Boolean> flag(String key, boolean preset, String text, Effect effect) {
        return table(key, SettingType.flag(), "", String.valueOf(preset), text, effect);
    }

    private static Setting<Integer> integer(
            String key, int min, int max, int preset, String unit, String text, Effect effect) {
        return table(key, SettingType.integer(min, max), unit, String.valueOf(preset), text, effect);
    }

    private static Setting<Long> bytes(String key, long min, long max, long preset, String text, Effect effect) {
        return table(key, SettingType.bytes(min, max), BYTES, String.valueOf(preset), text, effect);
    }

    private static Setting<Duration> seconds(
            String key, String min, String max, String preset, String text, Effect effect) {
        return table(key, SettingType.seconds(min, max), S, preset, text, effect);
    }

    private static Setting<Duration> millis(
            String key, String min, String max, String preset, String text, Effect effect) {
        return table(key, SettingType.millis(min, max), MS, preset, text, effect);
    }
}
