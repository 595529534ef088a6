package sidecar.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** Reads what upstreams answer to the question for their models. Pure functions. */
final class ModelListReader {

    private static final int MAX_MODELS = 5_000;

    private ModelListReader() {}

    /** The models of a list, in whichever of the forms that vendors have; empty when it is none, or names nothing. */
    static Optional<List<String>> read(String text) {
        try {
            JsonNode root = Json.read(text);
            return Stream.of(root, root.path("data"), root.path("models"))
                    .filter(JsonNode::isArray)
                    .findFirst()
                    .filter(list -> list.isEmpty() || !ids(list).isEmpty())
                    .map(ModelListReader::ids);
        } catch (MalformedJsonException notAList) {
            return Optional.empty();
        }
    }

    private static List<String> ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(model -> model.isTextual()
                        ? model.textValue()
                        : Stream.of("id", "name", "model")
                                .map(name -> model.path(name).asText(""))
                                .filter(id -> !id.isEmpty())
                                .findFirst()
                                .orElse(""))
                .filter(id -> !id.isBlank())
                .limit(MAX_MODELS)
                .toList();
    }
}
