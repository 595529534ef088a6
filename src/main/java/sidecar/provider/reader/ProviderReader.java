package sidecar.provider.reader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.json.FieldError;
import sidecar.json.Fields;
import sidecar.json.Parsed;
import sidecar.json.ParsedText;
import sidecar.json.Texts;
import sidecar.provider.AccountIdentity;
import sidecar.provider.ApiProtocol;
import sidecar.provider.Endpoint;
import sidecar.provider.Limits;
import sidecar.provider.Provenance;
import sidecar.provider.Provider;
import sidecar.provider.Secret;
import sidecar.provider.UpstreamUrl;

/**
 * Reads a provider from an operator's JSON object: a whole one, or changes to an existing one. The rules on plain fields
 * stand with the {@linkplain Provider#ATTRIBUTES attributes}; every other one is here or in what this calls. Callable from any thread; looks nothing up.
 */
public final class ProviderReader {

    private static final int MAX_KEY = 4_096;
    private static final int MAX_NOTES = 4_000;
    private static final int MAX_METADATA = 100_000;
    private static final List<String> REQUIRED = List.of("name", "api_base_url", "api_key");

    /** The address of a new provider until its own is read; one that keeps it is refused. */
    private static final UpstreamUrl NOWHERE =
            UpstreamUrl.parse("https://unset.invalid").toOptional().orElseThrow();

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
        return read(fields, blank(id, now), true, now);
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
        Parsed<ProviderChange> parsed = read(fields, existing, false, now);
        return parsed.map(change::applyTo);
    }

    /** The same where the object says nothing of the provider's computed status, as one that was exported. */
    public Parsed<ProviderChange> update(Provider existing, ObjectNode body, Instant now) {
        return read(new Fields(body), existing, false, now);
    }

    /** A new provider of which nothing was said yet. */
    public Provider blank(String id, Instant now) {
        Endpoint endpoint = new Endpoint(
                NOWHERE, ApiProtocol.OPENAI_COMPLETIONS, Optional.empty(), defaults.timeout(), Map.of(), "");
        return Provider.blank(
                id, endpoint, Limits.perMinute(defaults.rpm()), new Provenance("webui", "", Map.of(), now, now));
    }

    private Parsed<ProviderChange> read(Fields fields, Provider old, boolean isNew, Instant now) {
        fields.ignore(READ_ONLY);
        boolean missingName = isNew && isMissing(fields.node("name"));
        String name = missingName ? "" : Provider.NAME.read(fields, old);
        Endpoint endpoint = endpoint(fields, old, isNew);
        Limits limits = Limits.read(fields, old.limits());
        Provider read = old.read(fields, name, endpoint, limits)
                .withMappings(Mappings.read(fields, old.mappings()))
                .withProvenance(provenance(fields, old.provenance(), now));
        fields.reportUnknown();
        return Parsed.of(fields, () -> read)
                .warn(cutOff(fields, endpoint).stream().toList())
                .map(provider -> new ProviderChange(provider, false));
    }

    private static Optional<String> cutOff(Fields fields, Endpoint read) {
        return Optional.ofNullable(fields.node("api_base_url"))
                .flatMap(entered -> UpstreamUrl.endpoint(entered.asText()))
                .map(cut ->
                        "api_base_url: " + cut + " at its end was cut off, since each request brings its own; a chat is"
                                + " sent to " + read.url().chatUrl(read.api()));
    }

    private Endpoint endpoint(Fields fields, Provider provider, boolean isNew) {
        Endpoint old = provider.endpoint();
        UpstreamUrl url = url(fields, old.url(), isNew);
        ApiProtocol api = Endpoint.API.read(fields, old);
        Optional<Secret> key = key(fields, old.key(), !isNew);
        Duration timeout = Duration.ofSeconds(Endpoint.TIMEOUT_SECONDS.read(fields, old));
        Map<String, Optional<Secret>> headers = HeaderFields.read(fields, old.headers());
        return new Endpoint(url, api, key, timeout, headers, identity.of(url, key, provider.id()));
    }

    private static UpstreamUrl url(Fields fields, UpstreamUrl old, boolean isNew) {
        JsonNode node = fields.node("api_base_url");
        if (node == null || (isNew && isMissing(node))) {
            return old;
        }
        if (!node.isTextual()) {
            return fields.refuse("api_base_url", "must be a string", old);
        }
        ParsedText<UpstreamUrl> parsed = UpstreamUrl.parse(node.textValue());
        parsed.fault().ifPresent(rule -> fields.refuse("api_base_url", rule, rule));
        return parsed.toOptional().orElse(old);
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

    private static Provenance provenance(Fields fields, Provenance old, Instant now) {
        String source = fields.choice(
                "source",
                old.source(),
                text -> Optional.of(text).filter(List.of("webui", "env", "import")::contains),
                "webui, env, import");
        return new Provenance(
                source,
                notes(fields, old.notes()),
                Mappings.freeForm(fields, "metadata", old.metadata(), MAX_METADATA),
                old.createdAt(),
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
