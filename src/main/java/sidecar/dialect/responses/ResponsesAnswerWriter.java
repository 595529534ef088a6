package sidecar.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerWriter;
import sidecar.dialect.answer.SseText;
import sidecar.dialect.request.ToolNames;
import sidecar.json.Json;

/**
 * Writes answers as OpenAI's responses: every block is an item of its own, with the same id in every event and in the
 * whole. Reasoning is always given: it has to come back with the next request. Not thread-safe; one for each answer.
 */
public final class ResponsesAnswerWriter implements AnswerWriter {

    /** What a client includes to get reasoning that it can send back. */
    static final String ENCRYPTED_REASONING = "reasoning.encrypted_content";

    private final ResponseObject response;
    private final ToolNames names;
    private final UnaryOperator<String> ids;
    private final boolean carriesReasoning;

    private final ArrayNode output = Json.array();
    private final StringBuilder events = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private @Nullable OutputItem open;
    private long sequence;

    public ResponsesAnswerWriter(AnswerContext head) {
        response = new ResponseObject(head);
        names = head.names();
        String suffix = head.id("");
        ids = prefix -> prefix + suffix + '_' + output.size();
        carriesReasoning = includes(head.request().path("include"));
    }

    private static boolean includes(JsonNode include) {
        for (JsonNode name : include) {
            if (ENCRYPTED_REASONING.equals(name.textValue())) {
                return true;
            }
        }
        return false;
    }

    /** @throws IllegalStateException if there is no block that the event could belong to */
    @Override
    public String write(AnswerEvent event) {
        events.setLength(0);
        if (event instanceof AnswerEvent.Began) {
            add(event("response.created").set("response", response.begun()));
            add(event("response.in_progress").set("response", response.begun()));
        } else if (event instanceof AnswerEvent.BlockBegan began) {
            begin(item(began.block()));
        } else if (event instanceof AnswerEvent.BlockDelta delta) {
            go(opened(), delta.text());
        } else if (event instanceof AnswerEvent.BlockEnded) {
            end(opened());
        } else if (event instanceof AnswerEvent.Finished finished) {
            ObjectNode whole = response.ended(finished.reason(), output, finished.usage());
            add(event("response." + whole.path("status").textValue()).set("response", whole));
        }
        return events.toString();
    }

    @Override
    public long nextSequence() {
        return sequence;
    }

    @Override
    public ObjectNode write(Answer answer) {
        for (Answer.WholeBlock block : answer.blocks()) {
            OutputItem item = item(block.block());
            output.add(item.done(item.shown(block.text())));
        }
        return response.ended(answer.reason(), output, answer.usage());
    }

    private OutputItem item(AnswerBlock block) {
        if (block instanceof AnswerBlock.ReasoningBlock) {
            return new OutputItem.ReasoningItem(ids.apply("rs_"), carriesReasoning);
        }
        if (block instanceof AnswerBlock.ToolCallBlock call) {
            ToolNames.ClientTool tool = names.clientTool(call.name());
            String prefix = tool.kind() == ToolNames.ToolKind.CUSTOM ? "ctc_" : "fc_";
            return new OutputItem.CallItem(ids.apply(prefix), call.id(), tool);
        }
        return new OutputItem.MessageItem(ids.apply("msg_"), block instanceof AnswerBlock.RefusalBlock);
    }

    private void begin(OutputItem item) {
        open = item;
        text.setLength(0);
        addItem("response.output_item.added", item.begun());
        item.part("")
                .ifPresent(
                        part -> add(inside(item, "response.content_part.added").set("part", part)));
    }

    private void go(OutputItem item, String piece) {
        text.append(piece);
        if (item.streams()) {
            addDelta(item, piece);
        }
    }

    private void end(OutputItem item) {
        String whole = item.shown(text.toString());
        if (!item.streams() && !whole.isEmpty()) {
            addDelta(item, whole);
        }
        add(item.detailed(inside(item, item.event() + ".done").put(item.member(), whole)));
        item.part(whole)
                .ifPresent(
                        part -> add(inside(item, "response.content_part.done").set("part", part)));
        ObjectNode done = item.done(whole);
        addItem("response.output_item.done", done);
        output.add(done);
        open = null;
    }

    private OutputItem opened() {
        if (open == null) {
            throw new IllegalStateException("no block is open after " + output.size() + " of them");
        }
        return open;
    }

    private void addDelta(OutputItem item, String piece) {
        add(item.detailed(inside(item, item.event() + ".delta").put("delta", piece)));
    }

    private void addItem(String type, ObjectNode item) {
        add(event(type).put("output_index", output.size()).set("item", item));
    }

    /** An event about what is in an item: it says where. */
    private ObjectNode inside(OutputItem item, String type) {
        ObjectNode event = event(type).put("item_id", item.id()).put("output_index", output.size());
        return item.hasParts() ? event.put("content_index", 0) : event;
    }

    private ObjectNode event(String type) {
        return Json.object().put("type", type).put("sequence_number", sequence++);
    }

    private void add(ObjectNode event) {
        events.append(SseText.named(event.path("type").textValue(), event));
    }
}
