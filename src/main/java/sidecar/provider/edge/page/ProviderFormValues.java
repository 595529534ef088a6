package sidecar.provider.edge.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import sidecar.console.edge.FormJson;
import sidecar.console.edge.UiMessages;
import sidecar.json.Attribute;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.provider.ApiProtocol;
import sidecar.provider.Provider;
import sidecar.provider.UpstreamUrl;
import sidecar.provider.model.CompatPreset;

/** What stands in the form of a provider: filled from what the API answers, and giving what the API takes. */
public final class ProviderFormValues implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final List<String> TEXTS = Stream.concat(
                    Stream.of("api_base_url", "notes"), attributes(Attribute.AttributeType.TEXT))
            .toList();
    private static final List<String> NUMBERS =
            attributes(Attribute.AttributeType.INTEGER).toList();

    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<MappingRow> mappings = new ArrayList<>();
    private final List<HeaderRow> headers = new ArrayList<>();
    private boolean enabled;
    private final SecretInput key = new SecretInput();

    /** What the body was when the form was opened; empty for a new provider, all of which is new. */
    private ObjectNode opened = Json.object();

    private static Stream<String> attributes(Attribute.AttributeType type) {
        return Provider.ATTRIBUTES.stream()
                .filter(attribute -> attribute.type() == type)
                .map(Attribute::name);
    }

    /** Of a new provider, which is {@code blank} so far. */
    static ProviderFormValues fresh(Provider blank) {
        ObjectNode view = Json.object();
        Provider.ATTRIBUTES.forEach(attribute -> attribute.write(view, blank));
        return filled(view);
    }

    /** Of one that the API answers so. */
    static ProviderFormValues of(ObjectNode view) {
        ProviderFormValues fields = filled(view);
        fields.opened = fields.body();
        return fields;
    }

    private static ProviderFormValues filled(ObjectNode view) {
        ProviderFormValues fields = new ProviderFormValues();
        TEXTS.forEach(name -> fields.values.put(name, shown(view.path(name))));
        NUMBERS.forEach(name -> fields.values.put(name, shown(view.path(name))));
        fields.values.put("metadata", FormJson.shown(view.path("metadata")));
        fields.enabled = view.path("enabled").asBoolean();
        fields.key.shows(view.path("api_key").asText());
        view.path("model_mappings")
                .properties()
                .forEach(e -> fields.mappings.add(MappingRow.of(e.getKey(), e.getValue())));
        view.path("headers").properties().forEach(e -> fields.headers.add(new HeaderRow(e.getKey(), e.getValue())));
        return fields;
    }

    private static String shown(JsonNode value) {
        return value.isNull() ? "" : value.asText();
    }

    /** What of the body was changed since the form was opened: what somebody else has changed meanwhile stays as it is. */
    ObjectNode changes() {
        ObjectNode changes = body();
        opened.properties().forEach(e -> {
            if (e.getValue().equals(changes.get(e.getKey()))) {
                changes.remove(e.getKey());
            }
        });
        return changes;
    }

    /** Everything, as the API takes it. */
    private ObjectNode body() {
        ObjectNode body = Json.object();
        TEXTS.forEach(name -> body.put(name, FormJson.text(values.get(name))));
        NUMBERS.forEach(name -> body.set(name, FormJson.integer(values.get(name))));
        body.put("api_key", key.getValue());
        body.put("enabled", enabled);
        body.set("metadata", FormJson.object(values.get("metadata")));
        ObjectNode models = body.putObject("model_mappings");
        mappings.forEach(row -> models.set(row.key(), row.body()));
        ObjectNode lines = body.putObject("headers");
        headers.forEach(row -> lines.set(row.key(), row.body()));
        return body;
    }

    /** Names that stand there twice, which an object cannot say. */
    List<FieldError> doubles() {
        Set<String> seen = new HashSet<>();
        List<FieldError> doubles = new ArrayList<>();
        Function<String, FieldError> twice =
                path -> new FieldError(path, UiMessages.of("providers.twice", path.substring(path.indexOf('.') + 1)));
        mappings.stream()
                .map(row -> "model_mappings." + row.key())
                .filter(path -> !seen.add(path))
                .map(twice)
                .forEach(doubles::add);
        headers.stream()
                .map(row -> "headers." + row.key())
                .filter(path -> !seen.add(path))
                .map(twice)
                .forEach(doubles::add);
        return doubles;
    }

    /** Gives each line of the tables the errors that are about it; what is left is about single inputs. */
    List<FieldError> placed(List<FieldError> errors) {
        forget();
        return errors.stream()
                .filter(error -> !taken("model_mappings.", mappings, error) && !taken("headers.", headers, error))
                .toList();
    }

    /** The longest name first: those of models may hold dots. */
    private static boolean taken(String path, List<? extends FormRow> rows, FieldError error) {
        return rows.stream()
                .sorted((a, b) -> b.key().length() - a.key().length())
                .anyMatch(row -> row.takes(path + row.key(), error));
    }

    /** Forgets what was refused before. */
    void forget() {
        mappings.forEach(row -> row.getErrors().clear());
        headers.forEach(row -> row.getErrors().clear());
    }

    /** Where a chat would be sent with what stands there now; empty while that is no URL. */
    public String getRequestUrl() {
        return url().flatMap(url -> api().map(url::chatUrl)).orElse("");
    }

    private Optional<ApiProtocol> api() {
        return ApiProtocol.of(FormJson.text(values.get("api")));
    }

    private Optional<UpstreamUrl> url() {
        // an empty field is posted as null
        return UpstreamUrl.parse(FormJson.text(values.get("api_base_url"))).toOptional();
    }

    private Optional<CompatPreset> preset() {
        return url().flatMap(url ->
                api().flatMap(api -> CompatPreset.of(api, url.base().getHost())));
    }

    /** What the vendor at the address needs and a model's line lacks; null when that is nothing. */
    public CompatPreset getSuggestion() {
        return preset().filter(preset -> mappings.stream().anyMatch(row -> row.lacks(preset.compat())))
                .orElse(null);
    }

    /** The suggestion as it is typed. */
    public String getSuggestedCompat() {
        return preset().map(preset -> Json.write(Json.tree(new TreeMap<>(preset.compat()))))
                .orElse("");
    }

    /** Adds what is suggested to every model's line that lacks it. */
    void takeSuggestion() {
        preset().ifPresent(preset -> mappings.forEach(row -> row.add(preset.compat())));
    }

    public Map<String, String> getValues() {
        return values;
    }

    public List<MappingRow> getMappings() {
        return mappings;
    }

    public List<HeaderRow> getHeaders() {
        return headers;
    }

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public SecretInput getKey() {
        return key;
    }
}
