package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import sidecar.dialect.request.Conversation;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.OutputFormat;
import sidecar.dialect.request.ReadRequest;
import sidecar.dialect.request.ReasoningRequest;
import sidecar.dialect.request.ReasoningRequest.ReasoningMode;
import sidecar.dialect.request.RequestObject;
import sidecar.dialect.request.Sampling;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolNames;

/** Reads requests of OpenAI's chat completions. Pure functions. */
public final class ChatRequestReader {

    /** Members that are read elsewhere, or of which no answer depends. */
    static final List<String> IGNORED = List.of(
            "model",
            "user",
            "metadata",
            "store",
            "service_tier",
            "stream_options",
            "prompt_cache_key",
            "prompt_cache_retention",
            "safety_identifier");

    /** Members that are lost, and no answer says anything else for it. */
    static final List<String> HARMLESS = List.of("prediction", "verbosity");

    /** Members that are lost unless they are empty. */
    static final List<String> LOST = List.of("seed", "logit_bias", "audio", "web_search_options");

    /** Members that are lost unless they are 0, which is their default. */
    static final List<String> LOST_UNLESS_ZERO = List.of("top_logprobs", "frequency_penalty", "presence_penalty");

    private static final String UNNAMED_SCHEMA = "answer";

    private ChatRequestReader() {}

    /**
     * Reads a whole request.
     *
     * @throws InvalidRequestException if a member has the wrong type, or more than one answer is asked for
     */
    public static ReadRequest read(ObjectNode request) throws InvalidRequestException {
        RequestObject body = new RequestObject(request, "");
        ToolNames names = new ToolNames();
        Losses losses = new Losses();
        ToolDefinitions tools = new ChatToolReader(names, losses).read(body);
        List<ConversationTurn> turns = new ChatTurnReader(names, losses).read(body);
        Conversation conversation = new Conversation(
                turns,
                tools,
                sampling(body),
                reasoning(body),
                format(body, losses),
                body.flag("stream").orElse(false));
        checkSingleAnswer(body);
        addLosses(body, losses);
        return new ReadRequest(conversation, names, losses);
    }

    private static Sampling sampling(RequestObject body) throws InvalidRequestException {
        OptionalLong newer = body.integer("max_completion_tokens", 1);
        OptionalLong older = body.integer("max_tokens", 1);
        // servers that know top_k take 0 and -1 for "all"
        OptionalLong topK = body.integer("top_k", -1);
        return new Sampling(
                newer.isPresent() ? newer : older,
                body.number("temperature"),
                body.number("top_p"),
                topK.orElse(0) > 0 ? topK : OptionalLong.empty(),
                body.texts("stop"));
    }

    private static ReasoningRequest reasoning(RequestObject body) throws InvalidRequestException {
        Optional<String> effort = body.text("reasoning_effort");
        if (effort.isEmpty()) {
            return ReasoningRequest.UNSAID;
        }
        ReasoningMode mode = effort.get().equals("none") ? ReasoningMode.OFF : ReasoningMode.ON;
        return new ReasoningRequest(mode, effort, OptionalLong.empty());
    }

    private static Optional<OutputFormat> format(RequestObject body, Losses losses) throws InvalidRequestException {
        Optional<RequestObject> format = body.object("response_format");
        if (format.isEmpty()) {
            return Optional.empty();
        }
        String type = format.get().requiredText("type");
        switch (type) {
            case "text":
                return Optional.empty();
            case "json_object":
                return Optional.of(new OutputFormat.AnyJson());
            case "json_schema":
                return Optional.of(schema(format.get(), losses));
            default:
                losses.changing(type);
                return Optional.empty();
        }
    }

    private static OutputFormat schema(RequestObject format, Losses losses) throws InvalidRequestException {
        RequestObject described =
                format.object("json_schema").orElseThrow(() -> format.invalid("json_schema", "must be an object"));
        String name = described.text("name").orElse(UNNAMED_SCHEMA);
        Optional<Boolean> strict = described.flag("strict");
        Optional<RequestObject> schema = described.object("schema");
        described.unknown().forEach(unknown -> losses.changing("response_format.json_schema." + unknown));
        return schema.isPresent()
                ? new OutputFormat.JsonSchema(name, schema.get().node(), strict)
                : new OutputFormat.AnyJson();
    }

    private static void checkSingleAnswer(RequestObject body) throws InvalidRequestException {
        if (body.integer("n", 1).orElse(1) > 1) {
            throw body.invalid("n", "must be 1: the provider of this model gives one answer to a request");
        }
    }

    private static void addLosses(RequestObject body, Losses losses) throws InvalidRequestException {
        if (body.flag("logprobs").orElse(false)) {
            losses.changing("logprobs");
        }
        if (body.texts("modalities").contains("audio")) {
            losses.changing("modalities");
        }
        for (String name : LOST_UNLESS_ZERO) {
            body.number(name).filter(number -> number.signum() != 0).ifPresent(lost -> losses.changing(name));
        }
        for (String name : LOST) {
            body.member(name).filter(ChatRequestReader::saysSomething).ifPresent(lost -> losses.changing(name));
        }
        HARMLESS.forEach(name -> body.member(name).ifPresent(lost -> losses.harmless(name)));
        body.ignore(IGNORED.toArray(String[]::new));
        body.unknown().forEach(losses::changing);
    }

    private static boolean saysSomething(JsonNode value) {
        return !value.isContainerNode() || !value.isEmpty();
    }
}
