package sidecar.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import sidecar.dialect.request.Conversation;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.OutputFormat;
import sidecar.dialect.request.ReadRequest;
import sidecar.dialect.request.ReasoningEffort;
import sidecar.dialect.request.ReasoningRequest;
import sidecar.dialect.request.ReasoningRequest.ReasoningMode;
import sidecar.dialect.request.RequestObject;
import sidecar.dialect.request.Sampling;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolNames;

/** Reads requests of OpenAI's responses. What needs a provider's memory is refused, with the reason. Pure functions. */
public final class ResponsesRequestReader {

    /** Members that need something which only providers that speak Responses have, and what is said about them. */
    static final Map<String, String> REFUSED = Map.of(
            "previous_response_id",
            "is not known for a model that does not speak Responses itself: send the whole conversation as input",
            "conversation",
            "is not possible on a model that does not speak Responses itself: send the whole conversation as input",
            "prompt",
            "is not possible on a model that does not speak Responses itself: send instructions and input");

    /** Members that say nothing to the model. */
    static final Set<String> IGNORED = Set.of(
            "model",
            "include",
            "metadata",
            "client_metadata",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prompt_cache_options",
            "safety_identifier",
            "user",
            "service_tier",
            "stream_options",
            "truncation",
            "store",
            "max_tool_calls");

    /** Members of {@code reasoning} that are about what is shown and kept of it. */
    static final Set<String> IGNORED_OF_REASONING = Set.of("summary", "generate_summary", "context");

    /** What Responses calls what the other dialects call otherwise. */
    private static final Map<String, String> WORDS = Map.of(
            "thinking", "reasoning",
            "reasoning_effort", "reasoning",
            "response_format", "text.format",
            "image", "input_image",
            "document", "input_file",
            "tool_calls.arguments", "function_call.arguments");

    private static final Pattern INDEX = Pattern.compile("\\[\\d+]");

    private ResponsesRequestReader() {}

    /**
     * What a request says.
     *
     * @throws InvalidRequestException if it has a member of the wrong type, or one that cannot be had by translation
     */
    public static ReadRequest read(ObjectNode body) throws InvalidRequestException {
        RequestObject request = new RequestObject(body, "");
        refuse(request);
        Losses losses = new Losses();
        ToolNames names = new ToolNames();
        List<RequestObject> items = items(request);
        // Before the input: a declared tool keeps its own name, a call in the history has to do with what is left.
        ToolDefinitions tools = new ResponsesToolsReader(names, losses).read(request, items);
        List<ConversationTurn> turns = new ResponsesInputReader(names, losses).read(request, items);
        Conversation conversation = new Conversation(
                turns, tools, sampling(request), reasoning(request, losses), format(request, losses), streams(request));
        if (request.integer("top_logprobs", 0).orElse(0) > 0) {
            losses.changing("top_logprobs");
        }
        ignore(request, IGNORED);
        nameUnknown(request, losses);
        losses.nameAs(WORDS);
        return new ReadRequest(conversation, names, losses);
    }

    private static void refuse(RequestObject request) throws InvalidRequestException {
        for (Map.Entry<String, String> refused : REFUSED.entrySet()) {
            if (request.member(refused.getKey()).isPresent()) {
                throw request.invalid(refused.getKey(), refused.getValue());
            }
        }
        if (request.flag("background").orElse(false)) {
            throw request.invalid("background", "is not possible on a model that does not speak Responses itself");
        }
    }

    /** The input's items; none where it is one string. */
    private static List<RequestObject> items(RequestObject request) throws InvalidRequestException {
        JsonNode input = request.member("input").orElseThrow(() -> noInput(request));
        if (input.isTextual()) {
            return List.of();
        }
        if (!input.isArray()) {
            throw noInput(request);
        }
        return request.objects("input");
    }

    private static InvalidRequestException noInput(RequestObject request) {
        return request.invalid("input", "must be a string or an array");
    }

    private static boolean streams(RequestObject request) throws InvalidRequestException {
        return request.flag("stream").orElse(false);
    }

    private static Sampling sampling(RequestObject request) throws InvalidRequestException {
        return new Sampling(
                request.integer("max_output_tokens", 1),
                request.number("temperature"),
                request.number("top_p"),
                OptionalLong.empty(),
                List.of());
    }

    private static ReasoningRequest reasoning(RequestObject request, Losses losses) throws InvalidRequestException {
        Optional<RequestObject> reasoning = request.object("reasoning");
        if (reasoning.isEmpty()) {
            return ReasoningRequest.UNSAID;
        }
        Optional<String> effort = reasoning.get().text("effort");
        ignore(reasoning.get(), IGNORED_OF_REASONING);
        nameUnknown(reasoning.get(), losses);
        ReasoningMode mode = effort.map(
                        said -> said.equals(ReasoningEffort.NONE) ? ReasoningMode.OFF : ReasoningMode.ON)
                .orElse(ReasoningMode.UNSAID);
        return new ReasoningRequest(mode, effort, OptionalLong.empty());
    }

    private static Optional<OutputFormat> format(RequestObject request, Losses losses) throws InvalidRequestException {
        Optional<RequestObject> text = request.object("text");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.get().text("verbosity").isPresent()) {
            losses.harmless("text.verbosity");
        }
        Optional<RequestObject> format = text.get().object("format");
        nameUnknown(text.get(), losses);
        return format.isEmpty() ? Optional.empty() : outputFormat(format.get(), losses);
    }

    private static Optional<OutputFormat> outputFormat(RequestObject format, Losses losses)
            throws InvalidRequestException {
        switch (format.requiredText("type")) {
            case "text" -> {
                return Optional.empty();
            }
            case "json_object" -> {
                return Optional.of(new OutputFormat.AnyJson());
            }
            case "json_schema" -> {
                RequestObject schema =
                        format.object("schema").orElseThrow(() -> format.invalid("schema", "must be an object"));
                OutputFormat read = new OutputFormat.JsonSchema(
                        format.text("name").orElse("answer"), schema.node(), format.flag("strict"));
                nameUnknown(format, losses);
                return Optional.of(read);
            }
            default -> {
                losses.changing("text.format");
                return Optional.empty();
            }
        }
    }

    static void ignore(RequestObject object, Set<String> names) {
        object.ignore(names.toArray(String[]::new));
    }

    /** Members that nobody asked for are lost; they are called by their path without indexes. Call last. */
    static void nameUnknown(RequestObject object, Losses losses) {
        for (String name : object.unknown()) {
            losses.changing(INDEX.matcher(object.at(name)).replaceAll(""));
        }
    }
}
