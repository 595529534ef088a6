package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.Answer.WholeBlock;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.RefusalBlock;
import sidecar.dialect.answer.AnswerBlock.TextBlock;
import sidecar.dialect.answer.AnswerBlock.ToolCallBlock;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerEvent.BlockBegan;
import sidecar.dialect.answer.AnswerEvent.BlockDelta;
import sidecar.dialect.answer.AnswerEvent.Finished;
import sidecar.dialect.answer.AnswerWriter;
import sidecar.dialect.answer.SseText;
import sidecar.dialect.answer.StopReason;
import sidecar.json.Json;
import sidecar.ledger.Usage;

/** Writes an answer as OpenAI's chat completion, or as its chunks. */
public final class ChatAnswerWriter implements AnswerWriter {

    private static final String DONE = "data: [DONE]\n\n";
    private static final String CONTENT = "content";
    private static final String REASONING = "reasoning_content";
    private static final String REFUSAL = "refusal";
    private static final String TOOL_CALLS = "tool_calls";

    private final AnswerContext head;
    private AnswerBlock open = new TextBlock();
    private int calls;

    public ChatAnswerWriter(AnswerContext head) {
        this.head = head;
    }

    @Override
    public String write(AnswerEvent event) {
        if (event instanceof AnswerEvent.Began) {
            return chunk(Json.object().put("role", "assistant").put(CONTENT, ""));
        }
        if (event instanceof BlockBegan began) {
            open = began.block();
            return open instanceof ToolCallBlock call ? callBegan(call) : "";
        }
        if (event instanceof BlockDelta delta) {
            return delta(delta.text());
        }
        return event instanceof Finished end ? finished(end) : "";
    }

    private String callBegan(ToolCallBlock call) {
        ObjectNode delta = Json.object();
        ObjectNode begun = Json.object().put("index", calls++);
        delta.putArray(TOOL_CALLS).add(begun.setAll(call(call, "")));
        return chunk(delta);
    }

    private String delta(String text) {
        ObjectNode delta = Json.object();
        if (open instanceof ToolCallBlock) {
            ObjectNode call = delta.putArray(TOOL_CALLS).addObject().put("index", calls - 1);
            call.putObject("function").put("arguments", text);
            return chunk(delta);
        }
        return member(open).map(name -> chunk(delta.put(name, text))).orElse("");
    }

    private String finished(Finished end) {
        String usage = head.showUsage() ? end.usage().map(this::usageChunk).orElse("") : "";
        return chunk(Json.object(), TextNode.valueOf(finishReason(end.reason()))) + usage + DONE;
    }

    private String usageChunk(Usage usage) {
        ObjectNode chunk = base("chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", usage(usage));
        return SseText.data(chunk);
    }

    private String chunk(ObjectNode delta) {
        return chunk(delta, NullNode.instance);
    }

    private String chunk(ObjectNode delta, JsonNode finishReason) {
        ObjectNode chunk = base("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.set("finish_reason", finishReason);
        return SseText.data(chunk);
    }

    @Override
    public ObjectNode write(Answer answer) {
        ObjectNode completion = base("chat.completion");
        ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
        choice.set("message", message(answer.blocks()));
        choice.putNull("logprobs");
        choice.put("finish_reason", finishReason(answer.reason()));
        answer.usage().ifPresent(usage -> completion.set("usage", usage(usage)));
        return completion;
    }

    private ObjectNode message(List<WholeBlock> blocks) {
        ObjectNode message =
                Json.object().put("role", "assistant").putNull(CONTENT).putNull(REFUSAL);
        ArrayNode toolCalls = Json.array();
        for (WholeBlock block : blocks) {
            if (block.block() instanceof ToolCallBlock call) {
                toolCalls.add(call(call, block.text()));
            } else {
                member(block.block())
                        .ifPresent(name -> message.put(name, message.path(name).asText("") + block.text()));
            }
        }
        if (!toolCalls.isEmpty()) {
            message.set(TOOL_CALLS, toolCalls);
        } else if (message.get(CONTENT).isNull() && message.get(REFUSAL).isNull()) {
            message.put(CONTENT, "");
        }
        return message;
    }

    private ObjectNode call(ToolCallBlock call, String arguments) {
        ObjectNode written = Json.object().put("id", call.id()).put("type", "function");
        written.putObject("function")
                .put("name", head.names().clientTool(call.name()).name())
                .put("arguments", arguments);
        return written;
    }

    /** The member of a message or delta that a block's text goes to; empty where the client does not see it. */
    private Optional<String> member(AnswerBlock block) {
        if (block instanceof ReasoningBlock) {
            return head.showReasoning() ? Optional.of(REASONING) : Optional.empty();
        }
        return Optional.of(block instanceof RefusalBlock ? REFUSAL : CONTENT);
    }

    private ObjectNode base(String object) {
        return Json.object()
                .put("id", head.id("chatcmpl-"))
                .put("object", object)
                .put("created", head.created().getEpochSecond())
                .put("model", head.model());
    }

    private static String finishReason(StopReason reason) {
        return switch (reason) {
            case END, STOP_SEQUENCE -> "stop";
            case MAX_TOKENS -> "length";
            case TOOL_USE -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode written = Json.object()
                .put("prompt_tokens", usage.prompt())
                .put("completion_tokens", usage.completion())
                .put("total_tokens", usage.total());
        written.putObject("prompt_tokens_details").put("cached_tokens", usage.cached());
        written.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoning());
        return written;
    }
}
