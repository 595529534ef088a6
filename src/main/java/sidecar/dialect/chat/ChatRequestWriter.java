package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.request.Conversation;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.OutputFormat;
import sidecar.dialect.request.OutputFormat.JsonSchema;
import sidecar.dialect.request.Sampling;
import sidecar.dialect.request.TurnNormalizer;
import sidecar.json.Json;

/** Writes a request of OpenAI's chat completions. */
public final class ChatRequestWriter {

    /** OpenAI's bound for {@code stop}. */
    static final int MAX_STOPS = 4;

    private ChatRequestWriter() {}

    /**
     * The body for a provider.
     *
     * @param losses gets what cannot be said
     * @throws InvalidRequestException if nothing of the conversation can be sent
     */
    public static ObjectNode write(Conversation conversation, MappingOptions options, Losses losses)
            throws InvalidRequestException {
        ObjectNode body = Json.object();
        body.put("model", options.model());
        ArrayNode messages =
                new ChatMessagesWriter(options, losses).write(TurnNormalizer.normalize(conversation.turns()));
        if (messages.isEmpty()) {
            throw new InvalidRequestException("messages", "must hold a message with content");
        }
        body.set("messages", messages);
        ChatToolsWriter.write(conversation.tools(), body, losses);
        writeSampling(conversation.sampling(), options, body, losses);
        ChatReasoningWriter.write(conversation.reasoning(), options, body, losses);
        conversation.format().ifPresent(format -> body.set("response_format", responseFormat(format)));
        return body.put("stream", conversation.stream());
    }

    private static void writeSampling(Sampling sampling, MappingOptions options, ObjectNode body, Losses losses) {
        sampling.maxTokens()
                .ifPresent(tokens -> body.put(options.maxTokensField(), Math.min(tokens, options.maxTokens())));
        sampling.temperature().ifPresent(temperature -> body.put("temperature", temperature));
        sampling.topP().ifPresent(topP -> body.put("top_p", topP));
        if (options.topK()) {
            sampling.topK().ifPresent(topK -> body.put("top_k", topK));
        } else if (sampling.topK().isPresent()) {
            losses.changing("top_k");
        }
        writeStop(sampling.stop(), body, losses);
    }

    private static void writeStop(List<String> stop, ObjectNode body, Losses losses) {
        if (stop.isEmpty()) {
            return;
        }
        ArrayNode texts = body.putArray("stop");
        stop.stream().limit(MAX_STOPS).forEach(texts::add);
        if (stop.size() > MAX_STOPS) {
            losses.changing("stop_sequences");
        }
    }

    private static ObjectNode responseFormat(OutputFormat format) {
        if (!(format instanceof JsonSchema schema)) {
            return Json.object().put("type", "json_object");
        }
        ObjectNode described = Json.object().put("name", schema.name());
        described.set("schema", schema.schema());
        schema.strict().ifPresent(strict -> described.put("strict", strict));
        ObjectNode written = Json.object().put("type", "json_schema");
        written.set("json_schema", described);
        return written;
    }
}
