package sidecar.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.RefusalBlock;
import sidecar.dialect.answer.AnswerBlock.ToolCallBlock;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerReader;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.dialect.request.ToolNames;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.ledger.Usage;

/** Chunks of chat streams, written shortly, and what is read from them, written shortly too. */
public final class ChatChunks {

    private ChatChunks() {}

    /** An object in JSON5: single quotes will do. */
    public static ObjectNode json(String json5) {
        try {
            return (ObjectNode) Json.readLenient(json5);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(json5, e);
        }
    }

    /** A chunk with that delta. */
    public static ObjectNode delta(String json5) {
        return json("{'choices': [{'index': 0, 'delta': " + json5 + ", 'finish_reason': null}], 'usage': null}");
    }

    /** A chunk with a text. */
    public static ObjectNode text(String text) {
        return delta("{'content': " + Json.write(Json.tree(text)) + "}");
    }

    /** A chunk with fragments of calls. */
    public static ObjectNode calls(String... fragments) {
        return delta("{'tool_calls': [" + String.join(",", fragments) + "]}");
    }

    /** A fragment with its index, and more members behind that. */
    public static String fragment(int index, String arguments) {
        return "{'index': " + index + ", 'function': {'arguments': " + quoted(arguments) + "}}";
    }

    /** The first fragment of a call. */
    public static String fragment(int index, String id, String name, String arguments) {
        return "{'index': " + index + ", 'id': " + quoted(id) + ", 'type': 'function', 'function': {'name': "
                + quoted(name) + ", 'arguments': " + quoted(arguments) + "}}";
    }

    /** A text as JSON has it. */
    public static String quoted(String text) {
        return Json.write(Json.tree(text));
    }

    /** A chunk that finishes the choice. */
    public static ObjectNode finish(String reason) {
        return json("{'choices': [{'index': 0, 'delta': {}, 'finish_reason': '" + reason + "'}]}");
    }

    /** A chunk with usage only. */
    public static ObjectNode usage(long prompt, long completion) {
        return json("{'choices': [], 'usage': {'prompt_tokens': " + prompt + ", 'completion_tokens': " + completion
                + ", 'total_tokens': " + (prompt + completion) + "}}");
    }

    /** A whole answer with that message. */
    public static ObjectNode whole(String message, String reason) {
        return json("{'id': 'x', 'object': 'chat.completion', 'choices': [{'index': 0, 'message': " + message
                + ", 'finish_reason': '" + reason + "'}], 'usage': {'prompt_tokens': 10, 'completion_tokens': 5}}");
    }

    /** What a reader makes of those events and the end. */
    public static List<AnswerEvent> readAll(AnswerReader reader, ObjectNode... chunks) throws InvalidAnswerException {
        List<AnswerEvent> events = new ArrayList<>(readOpen(reader, chunks));
        events.addAll(reader.end());
        return events;
    }

    /** What a reader makes of those events, while more may come. */
    public static List<AnswerEvent> readOpen(AnswerReader reader, ObjectNode... chunks) throws InvalidAnswerException {
        List<AnswerEvent> events = new ArrayList<>();
        for (ObjectNode chunk : chunks) {
            events.addAll(reader.read(chunk));
        }
        return events;
    }

    /** Options of which only the tags matter here. */
    public static MappingOptions options(boolean thinkTags) {
        return new MappingOptions(
                "native",
                4096,
                true,
                List.of("text"),
                false,
                false,
                "max_tokens",
                false,
                Optional.empty(),
                thinkTags,
                true);
    }

    /** The head of an answer to {@code req1}, with an estimate of 77 LLM tokens. */
    public static AnswerContext head(ToolNames names, boolean showReasoning) {
        return new AnswerContext("req1", "claude-x", Instant.EPOCH, names, 77, showReasoning, true, Json.object());
    }

    /** One word for each event: {@code began}, {@code text(}, its pieces in quotes, {@code )}, the reason to stop. */
    public static String words(List<AnswerEvent> events) {
        List<String> words = new ArrayList<>();
        events.forEach(event -> words.add(word(event)));
        return String.join(" ", words);
    }

    private static String word(AnswerEvent event) {
        if (event instanceof AnswerEvent.BlockBegan began) {
            if (began.block() instanceof ToolCallBlock call) {
                return call.name() + '#' + call.id() + '(';
            }
            return began.block() instanceof ReasoningBlock
                    ? "reasoning("
                    : began.block() instanceof RefusalBlock ? "refusal(" : "text(";
        } else if (event instanceof AnswerEvent.BlockDelta delta) {
            return '\'' + delta.text() + '\'';
        } else if (event instanceof AnswerEvent.BlockEnded) {
            return ")";
        } else if (event instanceof AnswerEvent.Finished end) {
            return end.reason()
                    + end.stopSequence().map(at -> "@" + at).orElse("")
                    + end.usage().map(ChatChunks::word).orElse("");
        }
        return "began";
    }

    private static String word(Usage usage) {
        return " " + usage.prompt() + '/' + usage.completion() + '/' + usage.cached() + '/' + usage.cacheWritten() + '/'
                + usage.reasoning();
    }
}
