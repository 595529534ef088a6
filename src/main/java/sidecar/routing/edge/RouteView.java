package sidecar.routing.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import sidecar.json.Json;
import sidecar.pool.RouteCandidate;
import sidecar.routing.RouteExplainer;

/** An explanation as JSON. */
final class RouteView {

    private RouteView() {}

    static ObjectNode write(RouteExplainer.Explained explained) {
        ObjectNode json = Json.object().put("model", explained.model());
        ArrayNode candidates = json.putArray("candidates");
        explained.candidates().forEach(step -> candidates.add(write(step)));
        ArrayNode fallbacks = json.putArray("fallback_models");
        explained.fallbackModels().forEach(fallbacks::add);
        return json;
    }

    private static ObjectNode write(RouteCandidate step) {
        return Json.object()
                .put("id", step.provider().id())
                .put("name", step.provider().name())
                .put("pool", step.provider().pool().wire())
                .put("chosen", step.chosen())
                .put("reason", step.reason());
    }
}
