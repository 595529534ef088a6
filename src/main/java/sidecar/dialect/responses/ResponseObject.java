package sidecar.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.StopReason;
import sidecar.json.Json;
import sidecar.ledger.Usage;

/** The response object of one answer, as it begins and as it ends. It repeats what the client asked. */
final class ResponseObject {

    /** Members of the request that are repeated as they are, and are null where it has none. */
    static final List<String> REPEATED = List.of(
            "instructions",
            "max_output_tokens",
            "max_tool_calls",
            "temperature",
            "top_p",
            "top_logprobs",
            "service_tier",
            "prompt_cache_key",
            "safety_identifier",
            "user");

    private final ObjectNode frame;

    ResponseObject(AnswerContext head) {
        ObjectNode request = head.request();
        frame = Json.object()
                .put("id", head.id("resp_"))
                .put("object", "response")
                .put("created_at", head.created().getEpochSecond())
                .put("model", head.model())
                .put("background", false)
                .put("store", false)
                .putNull("error")
                .putNull("previous_response_id");
        for (String name : REPEATED) {
            repeat(request, name, NullNode.instance);
        }
        repeat(request, "tools", Json.array());
        repeat(request, "tool_choice", TextNode.valueOf("auto"));
        repeat(request, "parallel_tool_calls", BooleanNode.TRUE);
        repeat(request, "reasoning", Json.object().putNull("effort").putNull("summary"));
        repeat(request, "text", Json.object().set("format", Json.object().put("type", "text")));
        repeat(request, "truncation", TextNode.valueOf("disabled"));
        repeat(request, "metadata", Json.object());
    }

    private void repeat(ObjectNode request, String name, JsonNode otherwise) {
        JsonNode asked = request.path(name);
        frame.set(name, asked.isMissingNode() || asked.isNull() ? otherwise : asked);
    }

    /** Before there is anything of the answer. */
    ObjectNode begun() {
        return with("in_progress", Optional.empty(), Json.array(), Optional.empty());
    }

    /** The whole. */
    ObjectNode ended(StopReason reason, ArrayNode output, Optional<Usage> usage) {
        Optional<String> missing = incomplete(reason);
        return with(missing.isPresent() ? "incomplete" : "completed", missing, output, usage);
    }

    /** Why an answer that ended so is not the whole one; empty where it is. */
    static Optional<String> incomplete(StopReason reason) {
        return switch (reason) {
            case MAX_TOKENS -> Optional.of("max_output_tokens");
            case CONTENT_FILTER -> Optional.of("content_filter");
            case END, STOP_SEQUENCE, TOOL_USE -> Optional.empty();
        };
    }

    private ObjectNode with(String status, Optional<String> incomplete, ArrayNode output, Optional<Usage> usage) {
        ObjectNode response = Json.object();
        response.setAll(frame);
        response.put("status", status);
        response.set(
                "incomplete_details",
                incomplete
                        .<JsonNode>map(reason -> Json.object().put("reason", reason))
                        .orElse(NullNode.instance));
        response.set("output", output);
        response.set("usage", usage.<JsonNode>map(ResponseObject::usage).orElse(NullNode.instance));
        return response;
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode json = Json.object().put("input_tokens", usage.prompt());
        json.putObject("input_tokens_details")
                .put("cached_tokens", usage.cached())
                .put("cache_write_tokens", usage.cacheWritten());
        json.put("output_tokens", usage.completion());
        json.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
        return json.put("total_tokens", usage.total());
    }
}
