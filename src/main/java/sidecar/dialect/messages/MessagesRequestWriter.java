package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.request.Conversation;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.OutputFormat;
import sidecar.dialect.request.OutputFormat.JsonSchema;
import sidecar.dialect.request.Sampling;
import sidecar.dialect.request.TurnNormalizer;
import sidecar.json.Json;

/** Writes requests of Anthropic's messages. Pure functions. */
public final class MessagesRequestWriter {

    private static final String OUTPUT_CONFIG = "output_config";

    /** Anthropic's default and greatest; others take up to 2. */
    private static final BigDecimal MAX_TEMPERATURE = BigDecimal.ONE;

    /** The default, which is the whole. */
    private static final BigDecimal WHOLE_TOP_P = BigDecimal.ONE;

    /** The least that is taken while the model thinks. */
    private static final BigDecimal MIN_THINKING_TOP_P = new BigDecimal("0.95");

    private MessagesRequestWriter() {}

    /**
     * The body of the request.
     *
     * @param losses to which is added what cannot be said
     */
    public static ObjectNode write(Conversation conversation, MappingOptions options, Losses losses)
            throws InvalidRequestException {
        List<ConversationTurn> turns = TurnNormalizer.normalize(conversation.turns());
        Sampling sampling = conversation.sampling();
        long maxTokens = Math.min(sampling.maxTokens().orElse(options.maxTokens()), options.maxTokens());
        ThinkingConfig thinking = ThinkingConfig.of(conversation.reasoning(), options, maxTokens, turns, losses);

        ObjectNode body = Json.object()
                .put("model", options.model())
                .put("max_tokens", maxTokens)
                .put("stream", conversation.stream());
        new MessagesTurnWriter(losses).write(turns, body);
        MessagesToolWriter.write(conversation.tools(), turns, thinking.on(), body, losses);
        writeSampling(sampling, thinking.on(), body, losses);
        thinking.thinking().ifPresent(config -> body.set("thinking", config));
        thinking.effort()
                .ifPresent(effort -> body.withObjectProperty(OUTPUT_CONFIG).put("effort", effort));
        conversation.format().ifPresent(format -> writeFormat(format, body, losses));
        if (options.promptCaching()) {
            PromptCacheMarks.mark(body);
        }
        return body;
    }

    private static void writeFormat(OutputFormat format, ObjectNode body, Losses losses) {
        if (format instanceof JsonSchema schema) {
            ObjectNode written = body.withObjectProperty(OUTPUT_CONFIG).putObject("format");
            written.put("type", "json_schema").set("schema", schema.schema());
        } else {
            losses.changing("response_format");
        }
    }

    private static void writeSampling(Sampling sampling, boolean thinks, ObjectNode body, Losses losses) {
        writeRandomness(sampling, thinks, body, losses);
        if (sampling.topK().isPresent() && thinks) {
            losses.changing("top_k");
        } else {
            sampling.topK().ifPresent(topK -> body.put("top_k", topK));
        }
        List<String> stop =
                sampling.stop().stream().filter(text -> !text.isBlank()).toList();
        if (stop.size() < sampling.stop().size()) {
            losses.changing("stop");
        }
        if (!stop.isEmpty()) {
            ArrayNode written = body.putArray("stop_sequences");
            stop.forEach(written::add);
        }
    }

    /** Models since Claude 4.1 refuse {@code temperature} and {@code top_p} together, and thinking ones most of both. */
    private static void writeRandomness(Sampling sampling, boolean thinks, ObjectNode body, Losses losses) {
        Optional<BigDecimal> temperature =
                sampling.temperature().filter(value -> value.compareTo(MAX_TEMPERATURE) != 0);
        Optional<BigDecimal> topP = sampling.topP().filter(value -> value.compareTo(WHOLE_TOP_P) != 0);
        if (temperature
                .filter(value -> thinks || value.compareTo(MAX_TEMPERATURE) > 0)
                .isPresent()) {
            losses.changing("temperature");
        }
        boolean written = temperature.isPresent() && !thinks;
        if (written) {
            body.put("temperature", temperature.get().min(MAX_TEMPERATURE));
        }
        if (topP.filter(value -> written || (thinks && value.compareTo(MIN_THINKING_TOP_P) < 0))
                .isPresent()) {
            losses.changing("top_p");
        } else {
            topP.ifPresent(value -> body.put("top_p", value));
        }
    }
}
