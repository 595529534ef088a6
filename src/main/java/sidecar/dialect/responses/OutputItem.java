package sidecar.dialect.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.dialect.request.ToolNames.ToolKind;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** One item of a response: what its JSON is and what its events are called. Immutable. */
sealed interface OutputItem {

    String IN_PROGRESS = "in_progress";
    String COMPLETED = "completed";

    String id();

    /** What the names of its own events begin with, such as {@code response.output_text}. */
    String event();

    /** The member that has its whole text at the end: in its own last event and, for a call, in the item. */
    String member();

    /** Whether its text comes piece by piece; else it is given at the end, in one piece. */
    default boolean streams() {
        return true;
    }

    /** What the client gets of a block's whole text. */
    default String shown(String blockText) {
        return blockText;
    }

    /** The one content part, with a text; empty for calls, which have none. */
    Optional<ObjectNode> part(String text);

    /** Whether it has a content part, which its events then point to. */
    boolean hasParts();

    /** One of its own events with what clients expect of them besides the text. */
    default ObjectNode detailed(ObjectNode event) {
        return event;
    }

    /** As it is announced, without its text. */
    ObjectNode begun();

    /** As it is in the end. */
    ObjectNode done(String text);

    private static ObjectNode item(String type, String id, String status) {
        return Json.object().put("type", type).put("id", id).put("status", status);
    }

    /** What the model says, or why it will not answer. */
    record MessageItem(String id, boolean refusal) implements OutputItem {

        @Override
        public String event() {
            return refusal ? "response.refusal" : "response.output_text";
        }

        @Override
        public String member() {
            return refusal ? "refusal" : "text";
        }

        @Override
        public Optional<ObjectNode> part(String text) {
            ObjectNode part = Json.object().put("type", refusal ? "refusal" : "output_text");
            if (!refusal) {
                part.putArray("annotations");
                part.putArray("logprobs");
            }
            return Optional.of(part.put(member(), text));
        }

        @Override
        public boolean hasParts() {
            return true;
        }

        @Override
        public ObjectNode detailed(ObjectNode event) {
            if (!refusal) {
                event.putArray("logprobs");
            }
            return event;
        }

        @Override
        public ObjectNode begun() {
            return message(IN_PROGRESS, Optional.empty());
        }

        @Override
        public ObjectNode done(String text) {
            return message(COMPLETED, part(text));
        }

        private ObjectNode message(String status, Optional<ObjectNode> part) {
            ObjectNode message = item("message", id, status).put("role", "assistant");
            part.ifPresent(message.putArray("content")::add);
            return message;
        }
    }

    /**
     * What the model thinks.
     *
     * @param carried whether the client asked for an {@code encrypted_content} to send back
     */
    record ReasoningItem(String id, boolean carried) implements OutputItem {

        @Override
        public String event() {
            return "response.reasoning_text";
        }

        @Override
        public String member() {
            return "text";
        }

        @Override
        public Optional<ObjectNode> part(String text) {
            return Optional.of(Json.object().put("type", "reasoning_text").put("text", text));
        }

        @Override
        public boolean hasParts() {
            return true;
        }

        @Override
        public ObjectNode begun() {
            return reasoning(IN_PROGRESS, Optional.empty());
        }

        @Override
        public ObjectNode done(String text) {
            ObjectNode reasoning = reasoning(COMPLETED, part(text));
            return carried ? reasoning.put("encrypted_content", CarriedReasoning.write(text)) : reasoning;
        }

        private ObjectNode reasoning(String status, Optional<ObjectNode> part) {
            ObjectNode reasoning = item("reasoning", id, status);
            reasoning.putArray("summary");
            part.ifPresent(reasoning.putArray("content")::add);
            return reasoning;
        }
    }

    /**
     * A tool to be called.
     *
     * @param callId the provider's
     */
    record CallItem(String id, String callId, ClientTool tool) implements OutputItem {

        private boolean custom() {
            return tool.kind() == ToolKind.CUSTOM;
        }

        @Override
        public String event() {
            return custom() ? "response.custom_tool_call_input" : "response.function_call_arguments";
        }

        @Override
        public String member() {
            return custom() ? ResponsesToolsReader.INPUT : "arguments";
        }

        /** Free text stands in a JSON object, of which nothing can be shown before all of it is there. */
        @Override
        public boolean streams() {
            return !custom();
        }

        @Override
        public String shown(String arguments) {
            return custom() ? input(arguments) : arguments;
        }

        /** The free text in a custom tool's arguments; all of them where the model wrote something else. */
        private static String input(String arguments) {
            try {
                String input =
                        Json.read(arguments).path(ResponsesToolsReader.INPUT).textValue();
                return input == null ? arguments : input;
            } catch (MalformedJsonException notAsAsked) {
                return arguments;
            }
        }

        @Override
        public Optional<ObjectNode> part(String text) {
            return Optional.empty();
        }

        @Override
        public boolean hasParts() {
            return false;
        }

        @Override
        public ObjectNode begun() {
            return call(IN_PROGRESS, "");
        }

        @Override
        public ObjectNode done(String text) {
            return call(COMPLETED, text);
        }

        private ObjectNode call(String status, String text) {
            ObjectNode call = item(custom() ? "custom_tool_call" : "function_call", id, status)
                    .put("call_id", callId)
                    .put("name", tool.name());
            tool.namespace().ifPresent(namespace -> call.put(ResponsesToolsReader.NAMESPACE, namespace));
            return call.put(member(), text);
        }
    }
}
