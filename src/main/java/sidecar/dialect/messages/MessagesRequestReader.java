package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import sidecar.dialect.request.Conversation;
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

/** Reads a request of Anthropic's Messages. */
public final class MessagesRequestReader {

    /** Marks a prefix for Anthropic's cache, anywhere; other providers find long prefixes themselves. */
    static final String CACHE_CONTROL = "cache_control";

    /** Members that cannot be a loss: they say who asks and who pays, or were for Anthropic's own edge. */
    static final Set<String> IGNORED =
            Set.of("model", "metadata", "service_tier", CACHE_CONTROL, "betas", "anthropic_beta", "anthropic_version");

    /** Members without which the answer is the same. */
    static final List<String> HARMLESS = List.of("context_management", "speed");

    /** Members without which it may be another one, as it may be without any that is not known. */
    static final List<String> LOST = List.of("container", "mcp_servers");

    /** Of a schema that has no name in this dialect. */
    private static final String SCHEMA_NAME = "answer";

    private static final String OUTPUT_CONFIG = "output_config";

    private MessagesRequestReader() {}

    /**
     * What a request asks.
     *
     * @param body not to be changed afterwards: parts of it are shared
     * @throws InvalidRequestException if a member has the wrong type, or one that must be there is missing
     */
    public static ReadRequest read(ObjectNode body) throws InvalidRequestException {
        RequestObject request = new RequestObject(body, "");
        Losses losses = new Losses();
        ToolNames names = new ToolNames();
        // before the messages, so that declared tools keep their names where others clash with them
        ToolDefinitions tools = new MessagesToolReader(names, losses).read(request);
        Optional<RequestObject> output = request.object(OUTPUT_CONFIG);
        Conversation conversation = new Conversation(
                new MessagesTurnReader(names, losses).read(request),
                tools,
                sampling(request),
                reasoning(request, output, losses),
                output.isPresent() ? format(output.get(), losses) : Optional.empty(),
                request.flag("stream").orElse(false));
        output.ifPresent(config -> MessagesMemberLosses.addUnknown(config, losses));
        addLosses(request, losses);
        return new ReadRequest(conversation, names, losses);
    }

    private static Sampling sampling(RequestObject request) throws InvalidRequestException {
        return new Sampling(
                request.integer("max_tokens", 1),
                request.number("temperature"),
                request.number("top_p"),
                request.integer("top_k", 0),
                request.texts("stop_sequences"));
    }

    private static ReasoningRequest reasoning(RequestObject request, Optional<RequestObject> output, Losses losses)
            throws InvalidRequestException {
        Optional<String> effort = output.isPresent() ? output.get().text("effort") : Optional.empty();
        Optional<RequestObject> thinking = request.object("thinking");
        if (thinking.isEmpty()) {
            return new ReasoningRequest(ReasoningMode.UNSAID, effort, OptionalLong.empty());
        }
        ReasoningMode mode = switch (thinking.get().requiredText("type")) {
            case "enabled", "adaptive" -> ReasoningMode.ON;
            case "disabled" -> ReasoningMode.OFF;
            default -> {
                losses.harmless("thinking");
                yield ReasoningMode.UNSAID;
            }
        };
        OptionalLong budget = thinking.get().integer("budget_tokens", 1);
        thinking.get().ignore("display");
        MessagesMemberLosses.addUnknown(thinking.get(), losses);
        return new ReasoningRequest(mode, effort, budget);
    }

    private static Optional<OutputFormat> format(RequestObject output, Losses losses) throws InvalidRequestException {
        Optional<RequestObject> format = output.object("format");
        if (format.isEmpty()) {
            return Optional.empty();
        }
        if (!format.get().requiredText("type").equals("json_schema")) {
            losses.changing(output.at("format"));
            return Optional.empty();
        }
        ObjectNode schema = format.get()
                .object("schema")
                .orElseThrow(() -> format.get().invalid("schema", "must be an object"))
                .node();
        MessagesMemberLosses.addUnknown(format.get(), losses);
        return Optional.of(new OutputFormat.JsonSchema(SCHEMA_NAME, schema, Optional.empty()));
    }

    private static void addLosses(RequestObject request, Losses losses) {
        request.ignore(IGNORED.toArray(String[]::new));
        HARMLESS.stream()
                .filter(name -> MessagesMemberLosses.isSaid(request, name))
                .forEach(losses::harmless);
        LOST.stream().filter(name -> MessagesMemberLosses.isSaid(request, name)).forEach(losses::changing);
        MessagesMemberLosses.addUnknown(request, losses);
    }
}
