package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.ToolCallBlock;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerEvent.BlockBegan;
import sidecar.dialect.answer.AnswerEvent.BlockDelta;
import sidecar.dialect.answer.AnswerEvent.BlockEnded;
import sidecar.dialect.answer.AnswerEvent.Finished;
import sidecar.dialect.answer.AnswerWriter;
import sidecar.dialect.answer.ArgumentsCheck;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.dialect.answer.SseText;
import sidecar.dialect.answer.StopReason;
import sidecar.dialect.request.ToolCallIds;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.ledger.Usage;

/**
 * Writes Anthropic's message and the events of its stream. Reasoning is left out where the client did not ask for it; a refusal is
 * text. Where the provider did not say its usage, the prompt is the estimate that the begin of the message has, and the rest 0.
 */
public final class MessagesAnswerWriter implements AnswerWriter {

    private final AnswerContext head;
    /** The open block; null when none is open, or one that the client does not see. */
    private @Nullable AnswerBlock open;

    private int index;

    /** A writer for one answer. */
    public MessagesAnswerWriter(AnswerContext head) {
        this.head = head;
    }

    @Override
    public String write(AnswerEvent event) {
        if (event instanceof BlockBegan began) {
            return begin(began.block());
        } else if (event instanceof BlockDelta delta) {
            return open == null ? "" : delta(open, delta.text());
        } else if (event instanceof BlockEnded) {
            return open == null ? "" : end(open);
        } else if (event instanceof Finished finished) {
            return finish(finished);
        }
        return start();
    }

    @Override
    public ObjectNode write(Answer answer) {
        ObjectNode message = message();
        ArrayNode content = message.putArray("content");
        answer.blocks().stream()
                .filter(block -> isShown(block.block()))
                .forEach(block -> whole(block.block(), block.text()).ifPresent(content::add));
        stop(message, answer.reason(), answer.stopSequence());
        message.set("usage", usage(answer.usage()));
        return message;
    }

    private String start() {
        ObjectNode message = message();
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", usage(Optional.empty()));
        ObjectNode start = Json.object().put("type", "message_start");
        start.set("message", message);
        return event(start) + event(Json.object().put("type", "ping"));
    }

    private String begin(AnswerBlock block) {
        open = isShown(block) ? block : null;
        return open == null ? "" : event(blockEvent("content_block_start").set("content_block", empty(block)));
    }

    private String delta(AnswerBlock block, String text) {
        ObjectNode delta = Json.object();
        if (block instanceof ReasoningBlock) {
            delta.put("type", "thinking_delta").put("thinking", text);
        } else if (block instanceof ToolCallBlock) {
            delta.put("type", "input_json_delta").put("partial_json", text);
        } else {
            delta.put("type", "text_delta").put("text", text);
        }
        return event(blockEvent("content_block_delta").set("delta", delta));
    }

    private String end(AnswerBlock block) {
        String signature = "";
        if (block instanceof ReasoningBlock) {
            ObjectNode delta = Json.object().put("type", "signature_delta").put("signature", ReasoningBlock.SIGNATURE);
            signature = event(blockEvent("content_block_delta").set("delta", delta));
        }
        String stop = event(blockEvent("content_block_stop"));
        open = null;
        index++;
        return signature + stop;
    }

    private String finish(Finished finished) {
        ObjectNode last = Json.object().put("type", "message_delta");
        stop(last.putObject("delta"), finished.reason(), finished.stopSequence());
        last.set("usage", usage(finished.usage()));
        return event(last) + event(Json.object().put("type", "message_stop"));
    }

    private static String event(JsonNode data) {
        return SseText.named(data.path("type").textValue(), data);
    }

    private ObjectNode blockEvent(String type) {
        return Json.object().put("type", type).put("index", index);
    }

    private boolean isShown(AnswerBlock block) {
        return head.showReasoning() || !(block instanceof ReasoningBlock);
    }

    private ObjectNode message() {
        return Json.object()
                .put("id", head.id("msg_"))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", head.model());
    }

    /** A block of which nothing has come. */
    private ObjectNode empty(AnswerBlock block) {
        ObjectNode json = Json.object();
        if (block instanceof ReasoningBlock) {
            json.put("type", "thinking").put("thinking", "").put("signature", "");
        } else if (block instanceof ToolCallBlock call) {
            json.put("type", "tool_use")
                    .put("id", ToolCallIds.toMessages(call.id()))
                    .put("name", head.names().clientTool(call.name()).name())
                    .putObject("input");
        } else {
            json.put("type", "text").put("text", "");
        }
        return json;
    }

    /** A block; none for a call that was cut off: with half of its arguments it is no JSON, and with none it would be run. */
    private Optional<ObjectNode> whole(AnswerBlock block, String text) {
        ObjectNode json = empty(block);
        if (block instanceof ReasoningBlock) {
            json.put("thinking", text).put("signature", ReasoningBlock.SIGNATURE);
        } else if (!(block instanceof ToolCallBlock)) {
            json.put("text", text);
        } else if (isObject(text)) {
            input(json, text);
        } else {
            return Optional.empty();
        }
        return Optional.of(json);
    }

    private static boolean isObject(String text) {
        ArgumentsCheck check = new ArgumentsCheck();
        try {
            check.add(text);
            check.end();
            return true;
        } catch (InvalidAnswerException cutOff) {
            return false;
        }
    }

    private static void input(ObjectNode block, String text) {
        try {
            block.set("input", Json.read(text));
        } catch (MalformedJsonException stricter) {
            // deep nesting, or a name that stands twice: the client is to judge, as it does in a stream
            block.putRawValue("input", new RawValue(text));
        }
    }

    private static void stop(ObjectNode object, StopReason reason, Optional<String> stopSequence) {
        String word = switch (reason) {
            case END -> "end_turn";
            case STOP_SEQUENCE -> "stop_sequence";
            case MAX_TOKENS -> "max_tokens";
            case TOOL_USE -> "tool_use";
            case CONTENT_FILTER -> "refusal";
        };
        object.put("stop_reason", word).put("stop_sequence", stopSequence.orElse(null));
    }

    /** Anthropic counts what the cache gave and took beside the input, OpenAI inside. A prompt of nothing was not counted. */
    private ObjectNode usage(Optional<Usage> said) {
        Usage usage = said.orElse(Usage.NOTHING);
        long input = Math.max(0, usage.prompt() - usage.cached() - usage.cacheWritten());
        return Json.object()
                .put("input_tokens", usage.prompt() == 0 ? head.promptTokens() : input)
                .put("cache_creation_input_tokens", usage.cacheWritten())
                .put("cache_read_input_tokens", usage.cached())
                .put("output_tokens", usage.completion());
    }
}
