package sidecar.pool.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import sidecar.json.Json;
import sidecar.pool.RouteExplainer;
import sidecar.pool.RouteStep;

/** An explanation as JSON. */
final class RouteView {

    private RouteView() {}

    static ObjectNode write(RouteExplainer.Explained explained) {
        ObjectNode json = Json.object().put("model", explained.model());
        ArrayNode candidates = json.putArray("candidates");
        explained.candidates().forEach(route -> candidates.add(write(route)));
        ArrayNode fallbacks = json.putArray("fallback_models");
        explained.fallbackModels().forEach(fallbacks::add);
        return json;
    }

    private static ObjectNode write(RouteStep route) {
        return Json.object()
                .put("id", route.provider().id())
                .put("name", route.provider().name())
                .put("pool", route.provider().pool().wire())
                .put("chosen", route.chosen())
                .put("reason", route.reason());
    }
}
