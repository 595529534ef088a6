package sidecar.provider.reader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import sidecar.json.Decimals;
import sidecar.json.FieldError;
import sidecar.json.Fields;
import sidecar.json.Parsed;
import sidecar.json.Texts;
import sidecar.provider.ModelMapping;
import sidecar.provider.ModelSettings;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.AliasPattern;
import sidecar.provider.model.TranslationMode;

/**
 * Reads the settings of a canonical model from an operator's JSON object: new ones, or changes. Every rule on their
 * fields is here. Callable from any thread.
 */
public final class ModelReader {

    static final int MAX_NAME = 200;
    static final int MAX_ALIASES = 100;
    private static final int MAX_FALLBACKS = 10;
    private static final int MAX_DECIMALS = 9;
    private static final int MAX_DIGITS = 20;
    private static final String MODES =
            Arrays.stream(TranslationMode.values()).map(TranslationMode::wire).collect(Collectors.joining(", "));
    private static final BigDecimal NEVER = BigDecimal.ONE.negate();
    private static final BigDecimal MAX_WAIT = BigDecimal.valueOf(86_400);

    /** Answered by GET, so they come back in what scripts PUT; not settable. */
    public static final List<String> READ_ONLY = List.of("providers", "dialects", "stored", "warnings");

    private final ProviderCatalog catalog;

    /** @param catalog what else there is now */
    public ModelReader(ProviderCatalog catalog) {
        this.catalog = catalog;
    }

    /** Reads the settings of a model that has none. */
    public Parsed<ModelSettings> create(ObjectNode body) {
        Fields fields = new Fields(body);
        JsonNode node = fields.node("model");
        if (node == null || node.isNull()) {
            fields.refuse(new FieldError("model", "Missing required field: model"));
            return read(fields, ModelSettings.of(""));
        }
        String model = node.isTextual() ? node.textValue() : "";
        fault(model).ifPresent(rule -> fields.refuse("model", rule, model));
        return read(fields, ModelSettings.of(model));
    }

    /** Reads changes: what the object does not name stays as it is. */
    public Parsed<ModelSettings> update(ModelSettings old, ObjectNode body) {
        Fields fields = new Fields(body);
        JsonNode node = fields.node("model");
        if (node != null && !old.model().equals(node.textValue())) {
            fields.refuse("model", "cannot be changed", node);
        }
        return read(fields, old);
    }

    private Parsed<ModelSettings> read(Fields fields, ModelSettings old) {
        fields.ignore(READ_ONLY);
        claimed(old.model()).ifPresent(rule -> fields.refuse("model", rule, old));
        List<String> aliases = aliases(fields, old);
        List<String> fallbacks = checked(
                fields,
                "fallback_models",
                names(fields, "fallback_models", old.fallbackModels(), MAX_FALLBACKS),
                old.fallbackModels(),
                name -> itself(name, old, aliases));
        Optional<Duration> wait = overflowWait(fields, old.overflowWait());
        boolean hidden = fields.flag("hidden", old.hidden());
        TranslationMode translation = translation(fields, old.translation());
        fields.reportUnknown();
        return Parsed.of(fields, () -> new ModelSettings(old.model(), aliases, wait, fallbacks, hidden, translation));
    }

    /** Why a model of that name cannot be given settings; empty when it can. */
    Optional<String> modelFault(String name) {
        return fault(name).or(() -> claimed(name));
    }

    private Optional<String> claimed(String model) {
        return catalog.aliased(model).map(other -> "is an alias of " + other + "; take it out there");
    }

    /** The rule that a model's name breaks; empty for a good one. */
    private static Optional<String> fault(String name) {
        if (name.isBlank() || name.length() > MAX_NAME || !name.equals(name.strip()) || Texts.hasControls(name)) {
            return Optional.of("must be a model name of 1 to " + MAX_NAME
                    + " characters without control characters and without spaces around it");
        }
        return name.equals(ModelMapping.ANY) ? Optional.of("must not be *") : Optional.empty();
    }

    /** Old ones are not looked at again: a provider that took one over since must not block other changes. */
    private List<String> aliases(Fields fields, ModelSettings old) {
        List<String> aliases = names(fields, "aliases", old.aliases(), MAX_ALIASES);
        return fields.has("aliases")
                ? checked(fields, "aliases", aliases, old.aliases(), name -> aliasFault(name, old))
                : aliases;
    }

    /** Why a model cannot have that alias, as the end of a sentence that names it; empty when it can. */
    Optional<String> aliasFault(String alias, ModelSettings old) {
        if (alias.equals(old.model())) {
            return Optional.of("is the model itself");
        }
        if (catalog.known().contains(alias)) {
            return Optional.of("is a model of its own");
        }
        return catalog.aliased(alias)
                .filter(other -> !other.equals(old.model()))
                .map(other -> "is an alias of " + other + " already")
                .or(() -> AliasPattern.fault(alias));
    }

    private static Optional<String> itself(String name, ModelSettings old, List<String> aliases) {
        return name.equals(old.model()) || aliases.contains(name)
                ? Optional.of("is the model itself")
                : Optional.empty();
    }

    /** A list of different model names. */
    private static List<String> names(Fields fields, String field, List<String> old, int max) {
        JsonNode node = fields.node(field);
        if (node == null) {
            return old;
        }
        if (!(node instanceof ArrayNode array) || array.size() > max) {
            return fields.refuse(field, "must be a list of at most " + max + " model names", old);
        }
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode item : array) {
            String name = item.isTextual() ? item.textValue() : "";
            Optional<String> fault = fault(name);
            if (fault.isPresent()) {
                return fields.refuse(field, "must hold good names: " + quoted(name) + " " + fault.get(), old);
            }
            if (!names.add(name)) {
                return fields.refuse(field, "must not hold " + quoted(name) + " twice", old);
            }
        }
        return new ArrayList<>(names);
    }

    /** The names if none has a fault, else the old ones. */
    private static List<String> checked(
            Fields fields,
            String field,
            List<String> names,
            List<String> old,
            Function<String, Optional<String>> fault) {
        for (String name : names) {
            Optional<String> why = fault.apply(name);
            if (why.isPresent()) {
                return fields.refuse(field, "must not hold " + quoted(name) + ", which " + why.get(), old);
            }
        }
        return names;
    }

    static String quoted(String name) {
        return '"' + Texts.excerpt(name) + '"';
    }

    private static Optional<Duration> overflowWait(Fields fields, Optional<Duration> old) {
        return fields.optional(
                "overflow_wait_seconds",
                old,
                node -> Decimals.read(node, MAX_DECIMALS, MAX_DIGITS)
                        .filter(ModelReader::isWait)
                        .map(seconds -> Duration.ofNanos(
                                seconds.movePointRight(MAX_DECIMALS).longValueExact())),
                "must be null, -1 or a number of seconds from 0 to 86400");
    }

    /** Null and an empty text are as good as {@code default}. */
    private static TranslationMode translation(Fields fields, TranslationMode old) {
        if (fields.isNull("translation")) {
            fields.ignore(List.of("translation"));
            return TranslationMode.DEFAULT;
        }
        return fields.choice(
                "translation",
                old,
                text -> text.isEmpty() ? Optional.of(TranslationMode.DEFAULT) : TranslationMode.of(text),
                MODES);
    }

    private static boolean isWait(BigDecimal seconds) {
        return (seconds.signum() >= 0 && seconds.compareTo(MAX_WAIT) <= 0) || seconds.compareTo(NEVER) == 0;
    }

    /** The models that a saved provider maps in vain, because they are aliases of others; one sentence each. */
    public static List<String> shadowed(Provider saved, ProviderCatalog catalog) {
        return saved.mappings().keySet().stream()
                .flatMap(model -> shadow(model, catalog).stream())
                .toList();
    }

    private static Optional<String> shadow(String model, ProviderCatalog catalog) {
        return catalog.aliased(model)
                .map(other -> model + " is also an alias of " + other + ": requests for it go there");
    }

    /** What an operator should know about a model's settings in {@code catalog}, one sentence each. */
    public static List<String> warnings(ModelSettings settings, ProviderCatalog catalog) {
        List<String> warnings = new ArrayList<>();
        shadow(settings.model(), catalog).ifPresent(warnings::add);
        if (catalog.serving(settings.model()).isEmpty()) {
            warnings.add("no enabled provider serves " + settings.model());
        }
        settings.fallbackModels().stream()
                .filter(name -> catalog.serving(catalog.resolve(name)).isEmpty())
                .forEach(name -> warnings.add("fallback_models: no enabled provider serves " + name));
        settings.fallbackModels().stream()
                .filter(name -> catalog.resolve(name).equals(settings.model()))
                .forEach(name -> warnings.add(
                        "fallback_models: " + name + " leads to " + settings.model() + " itself and is passed over"));
        return warnings;
    }
}
