package sidecar.provider.reader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import sidecar.json.FieldError;
import sidecar.json.Fields;
import sidecar.json.Parsed;
import sidecar.json.ParsedText;
import sidecar.json.Texts;
import sidecar.provider.AccountIdentity;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CooldownScope;
import sidecar.provider.Endpoint;
import sidecar.provider.LimiterType;
import sidecar.provider.Limits;
import sidecar.provider.ModelMapping;
import sidecar.provider.PoolTier;
import sidecar.provider.Provenance;
import sidecar.provider.Provider;
import sidecar.provider.Secret;
import sidecar.provider.UpstreamUrl;

/**
 * Reads a provider from an operator's JSON object: a whole one, or changes to an existing one. Every rule on a
 * provider's fields is here or in what this calls. Callable from any thread; looks nothing up.
 */
public final class ProviderReader {

    private static final int MAX_NAME = 100;
    private static final int MAX_KEY = 4_096;
    private static final int MAX_NOTES = 4_000;
    private static final int MAX_METADATA = 100_000;
    private static final int MAX_RPM = 1_000_000;
    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_WEIGHT = 1_000_000;
    private static final List<String> REQUIRED = List.of("name", "api_base_url", "api_key");

    /** Answered by GET, so they come back in what scripts PUT; not settable. */
    public static final List<String> READ_ONLY = List.of(
            "id",
            "status",
            "cooldown_until",
            "consecutive_429_count",
            "created_at",
            "updated_at",
            "health",
            "reason",
            "warnings",
            "request_url",
            "model_count",
            "window_used",
            "window_limit",
            "in_flight",
            "success_rate",
            "consecutive_failures",
            "last_latency_ms",
            "last_status");

    private final Defaults defaults;
    private final AccountIdentity identity;

    /**
     * What new providers get where they say nothing.
     *
     * @param rpm requests a minute; 0 = unlimited
     */
    public record Defaults(int rpm, Duration timeout) {}

    public ProviderReader(Defaults defaults, AccountIdentity identity) {
        this.defaults = defaults;
        this.identity = identity;
    }

    /** Reads a new provider. */
    public Parsed<ProviderChange> create(String id, ObjectNode body, Instant now) {
        return create(id, body, now, REQUIRED);
    }

    /** Reads a new provider whose key is not known yet: it is in error until somebody enters it. */
    public Parsed<ProviderChange> createWithoutKey(String id, ObjectNode body, Instant now) {
        return create(id, body, now, List.of("name", "api_base_url"));
    }

    private Parsed<ProviderChange> create(String id, ObjectNode body, Instant now, List<String> required) {
        Fields fields = new Fields(body);
        required.stream()
                .filter(name -> isMissing(body.get(name)))
                .forEach(name -> fields.refuse(new FieldError(name, "Missing required field: " + name)));
        return read(fields, id, Optional.empty(), now);
    }

    private static boolean isMissing(@Nullable JsonNode node) {
        return node == null
                || node.isNull()
                || (node.isTextual() && node.textValue().isBlank());
    }

    /** Reads changes: what the object does not name stays as it is. */
    public Parsed<ProviderChange> update(Provider existing, String currentStatus, ObjectNode body, Instant now) {
        Fields fields = new Fields(body);
        StatusChange change = StatusChange.read(fields, currentStatus);
        Parsed<ProviderChange> parsed = read(fields, existing.id(), Optional.of(existing), now);
        return parsed.map(change::applyTo);
    }

    /** The same where the object says nothing of the provider's computed status, as one that was exported. */
    public Parsed<ProviderChange> update(Provider existing, ObjectNode body, Instant now) {
        return read(new Fields(body), existing.id(), Optional.of(existing), now);
    }

    private Parsed<ProviderChange> read(Fields fields, String id, Optional<Provider> old, Instant now) {
        fields.ignore(READ_ONLY);
        boolean missingName = old.isEmpty() && isMissing(fields.node("name"));
        String name =
                missingName ? "" : fields.text("name", old.map(Provider::name).orElse(""), 1, MAX_NAME);
        Optional<Endpoint> endpoint = endpoint(fields, id, old.map(Provider::endpoint));
        Limits limits = limits(fields, old.map(Provider::limits).orElse(Limits.perMinute(defaults.rpm())));
        String label = fields.text("label", old.map(Provider::label).orElse(""), 0, MAX_NAME);
        PoolTier pool = fields.choice(
                "pool", old.map(Provider::pool).orElse(PoolTier.PRIMARY), PoolTier::of, "primary, fallback");
        int weight = fields.integer("weight", old.map(Provider::weight).orElse(1), 1, MAX_WEIGHT);
        boolean enabled = fields.flag("enabled", old.map(Provider::enabled).orElse(true));
        Map<String, ModelMapping> mappings =
                Mappings.read(fields, old.map(Provider::mappings).orElse(Map.of()));
        Provenance provenance = provenance(fields, old.map(Provider::provenance), now);
        fields.reportUnknown();
        return Parsed.of(
                        fields,
                        () -> new Provider(
                                id,
                                name,
                                label,
                                endpoint.orElseThrow(),
                                limits,
                                pool,
                                weight,
                                enabled,
                                mappings,
                                provenance))
                .warn(endpoint.flatMap(read -> cutOff(fields, read)).stream().toList())
                .map(provider -> new ProviderChange(provider, false));
    }

    private static Optional<String> cutOff(Fields fields, Endpoint read) {
        return Optional.ofNullable(fields.node("api_base_url"))
                .flatMap(entered -> UpstreamUrl.endpoint(entered.asText()))
                .map(cut ->
                        "api_base_url: " + cut + " at its end was cut off, since each request brings its own; a chat is"
                                + " sent to " + read.url().chatUrl(read.api()));
    }

    private Optional<Endpoint> endpoint(Fields fields, String id, Optional<Endpoint> old) {
        Optional<UpstreamUrl> url = url(fields, old.map(Endpoint::url));
        ApiProtocol api = fields.choice(
                "api",
                old.map(Endpoint::api).orElse(ApiProtocol.OPENAI_COMPLETIONS),
                ApiProtocol::of,
                "openai-completions, openai-responses, anthropic-messages");
        Optional<Secret> key = key(fields, old.flatMap(Endpoint::key), old.isPresent());
        int seconds = fields.integer(
                "timeout_seconds",
                (int) old.map(Endpoint::timeout).orElse(defaults.timeout()).toSeconds(),
                1,
                MAX_SECONDS);
        Map<String, Optional<Secret>> headers =
                HeaderFields.read(fields, old.map(Endpoint::headers).orElse(Map.of()));
        return url.map(u -> new Endpoint(u, api, key, Duration.ofSeconds(seconds), headers, identity.of(u, key, id)));
    }

    private static Optional<UpstreamUrl> url(Fields fields, Optional<UpstreamUrl> old) {
        JsonNode node = fields.node("api_base_url");
        if (node == null || (old.isEmpty() && isMissing(node))) {
            return old;
        }
        if (!node.isTextual()) {
            return fields.refuse("api_base_url", "must be a string", Optional.empty());
        }
        ParsedText<UpstreamUrl> parsed = UpstreamUrl.parse(node.textValue());
        parsed.fault().ifPresent(rule -> fields.refuse("api_base_url", rule, rule));
        return parsed.toOptional();
    }

    private static Optional<Secret> key(Fields fields, Optional<Secret> old, boolean update) {
        JsonNode node = fields.node("api_key");
        if (isMissing(node) || node == null) {
            return old;
        }
        if (!node.isTextual()) {
            return fields.refuse("api_key", "must be a string", old);
        }
        String key = node.textValue().strip();
        if (update && Secret.isMask(key)) {
            return old;
        }
        if (Secret.isMask(key)) {
            return fields.refuse("api_key", "is a mask; give the key itself", old);
        }
        if (key.length() > MAX_KEY || !key.matches("[\\x21-\\x7e]+")) {
            return fields.refuse(
                    "api_key", "must have 1 to " + MAX_KEY + " printable ASCII characters and no spaces inside", old);
        }
        return Optional.of(new Secret(key));
    }

    private static Limits limits(Fields fields, Limits old) {
        int rpm = fields.integer("rpm_limit", old.rpm(), 0, MAX_RPM);
        OptionalInt rpd = fields.optionalInteger("rpd_limit", old.rpd());
        OptionalInt tpm = fields.optionalInteger("tpm_limit", old.tpm());
        OptionalInt concurrency = fields.optionalInteger("max_concurrency", old.concurrency());
        Optional<String> group = fields.optionalText("quota_group", old.quotaGroup(), MAX_NAME);
        LimiterType limiter = fields.choice("limiter", old.limiter(), LimiterType::of, "window, bucket");
        CooldownScope scope =
                fields.choice("cooldown_scope", old.cooldownScope(), CooldownScope::of, "auto, provider, model");
        return new Limits(rpm, rpd, tpm, concurrency, group, limiter, scope);
    }

    private static Provenance provenance(Fields fields, Optional<Provenance> old, Instant now) {
        String source = fields.choice(
                "source",
                old.map(Provenance::source).orElse("webui"),
                text -> Optional.of(text).filter(List.of("webui", "env", "import")::contains),
                "webui, env, import");
        return new Provenance(
                source,
                notes(fields, old.map(Provenance::notes).orElse("")),
                Mappings.freeForm(
                        fields, "metadata", old.map(Provenance::metadata).orElse(Map.of()), MAX_METADATA),
                old.map(Provenance::createdAt).orElse(now),
                now);
    }

    /** Notes may run over several lines; everything else about them is as for other texts. */
    private static String notes(Fields fields, String fallback) {
        JsonNode node = fields.node("notes");
        if (node == null) {
            return fallback;
        }
        String text = node.isNull() ? "" : node.textValue();
        boolean fine =
                text != null && text.length() <= MAX_NOTES && !Texts.hasControls(text.replaceAll("[\\r\\n\\t]", " "));
        return fine
                ? text.strip()
                : fields.refuse(
                        "notes",
                        "must be a string of at most " + MAX_NOTES + " characters without control characters",
                        fallback);
    }
}
