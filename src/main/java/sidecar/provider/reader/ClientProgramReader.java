package sidecar.provider.reader;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sidecar.json.FieldError;
import sidecar.json.Fields;
import sidecar.json.Parsed;
import sidecar.provider.ModelSettings;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.ClientProgram;

/**
 * Reads which models a program's names shall lead to, from an operator's JSON object: {@code client}, {@code model} and,
 * where the program has small models, {@code small_model}. Callable from any thread.
 */
public final class ClientProgramReader {

    private static final String CLIENT = "client";
    private static final String MODEL = "model";
    private static final String SMALL_MODEL = "small_model";
    private static final String CLIENTS =
            Arrays.stream(ClientProgram.values()).map(ClientProgram::wire).collect(Collectors.joining(", "));

    private final ProviderCatalog catalog;
    private final ModelReader models;

    /** @param catalog what there is now */
    public ClientProgramReader(ProviderCatalog catalog) {
        this.catalog = catalog;
        this.models = new ModelReader(catalog);
    }

    /** The settings of the models with the program's names among their aliases; those that they have stay. */
    public Parsed<List<ModelSettings>> read(ObjectNode body) {
        Fields fields = new Fields(body);
        Map<String, ModelSettings> changed = new LinkedHashMap<>();
        Optional<ClientProgram> program = program(fields);
        String model = required(fields, MODEL) ? fields.text(MODEL, "", 1, ModelReader.MAX_NAME) : "";
        program.ifPresent(known -> {
            add(fields, MODEL, model, known.names(), changed);
            if (!known.smallNames().isEmpty()) {
                String small = fields.optionalText(SMALL_MODEL, Optional.empty(), ModelReader.MAX_NAME)
                        .orElse("");
                boolean same = small.isEmpty();
                add(fields, same ? MODEL : SMALL_MODEL, same ? model : small, known.smallNames(), changed);
            }
        });
        fields.reportUnknown();
        return Parsed.of(fields, () -> List.copyOf(changed.values()));
    }

    private static Optional<ClientProgram> program(Fields fields) {
        return required(fields, CLIENT)
                ? fields.optional(
                        CLIENT,
                        Optional.empty(),
                        node -> ClientProgram.of(node.asText().strip()),
                        "must be one of " + CLIENTS)
                : Optional.empty();
    }

    private static boolean required(Fields fields, String field) {
        if (fields.has(field) && !fields.isNull(field)) {
            return true;
        }
        fields.refuse(new FieldError(field, "Missing required field: " + field));
        return false;
    }

    private void add(
            Fields fields, String field, String model, List<String> names, Map<String, ModelSettings> changed) {
        if (model.isEmpty()) {
            return; // refused already
        }
        Optional<String> fault = models.modelFault(model);
        if (fault.isPresent()) {
            fields.refuse(field, fault.get(), model);
            return;
        }
        ModelSettings old = changed.getOrDefault(model, catalog.rules(model));
        for (String name : names) {
            models.aliasFault(name, old)
                    .ifPresent(why -> fields.refuse(
                            field, "cannot have the alias " + ModelReader.quoted(name) + ", which " + why, old));
        }
        Set<String> aliases = new LinkedHashSet<>(old.aliases());
        aliases.addAll(names);
        if (aliases.size() > ModelReader.MAX_ALIASES) {
            fields.refuse(
                    field,
                    "has no room for " + names.size() + " more aliases: " + ModelReader.MAX_ALIASES + " at most",
                    old);
        }
        changed.put(model, old.withAliases(List.copyOf(aliases)));
    }
}
