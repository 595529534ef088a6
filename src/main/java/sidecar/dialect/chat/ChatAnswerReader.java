package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.RefusalBlock;
import sidecar.dialect.answer.AnswerBlock.TextBlock;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerReader;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.dialect.answer.StopReason;
import sidecar.dialect.chat.ThinkTagSplitter.ProsePiece;
import sidecar.ledger.Usage;

/**
 * Reads a chat completion or its chunks. Providers differ in the order of things, and so does one of them from day to day; all of it
 * is put in order here. The blocks end together with the answer: when usage comes with or after a finish reason, else at the end of
 * the stream, for some providers give a finish reason with every piece of a call. Only the first choice is read.
 */
public final class ChatAnswerReader implements AnswerReader {

    /** Members of a delta that hold reasoning; the first that says something counts, since some providers give both. */
    static final List<String> REASONING = List.of("reasoning_content", "reasoning");

    /** Members of a choice that name the text at which it stopped, or a token, or the finish reason over again. */
    static final List<String> STOP_TEXTS = List.of("stop_sequence", "stop_reason", "matched_stop");

    /** The characters of a text that are held back to find the end of reasoning that has no begin. */
    static final int UNDECIDED_CHARACTERS = 8192;

    private enum AnswerPhase {
        NEW,
        BEGUN,
        /** A finish reason came. */
        STOPPED,
        ENDED
    }

    private final boolean thinkTags;
    private final AnswerBlockQueue blocks = new AnswerBlockQueue();
    private final CallMatcher calls;
    private ThinkTagSplitter tags = new ThinkTagSplitter(UNDECIDED_CHARACTERS);
    private AnswerPhase phase = AnswerPhase.NEW;
    private FinishReason reason = FinishReason.STOP;
    private @Nullable String stopSequence;
    private @Nullable Usage usage;

    /**
     * A reader for one answer.
     *
     * @param options of the mapping that answers
     * @param requestId the exchange's id, from which ids are made for calls that have none
     */
    public ChatAnswerReader(MappingOptions options, String requestId) {
        thinkTags = options.thinkTags();
        calls = new CallMatcher(requestId);
    }

    @Override
    public List<AnswerEvent> read(ObjectNode event) throws InvalidAnswerException {
        JsonNode choices = event.path("choices");
        JsonNode choice = first(choices);
        Optional<Usage> said = ChatUsageReader.read(event, choice);
        if (phase == AnswerPhase.ENDED || (!choices.isArray() && said.isEmpty())) {
            return List.of();
        }
        begin();
        JsonNode delta = choice.path("delta");
        prose(delta);
        int position = 0;
        for (JsonNode element : delta.path("tool_calls")) {
            call(CallFragment.of(element, position++));
        }
        legacyCall(delta);
        if (choice.path("finish_reason").isTextual()) {
            readUnsaid(choice.path("message"));
        }
        stop(choice);
        said.ifPresent(this::use);
        if (said.isPresent() && phase == AnswerPhase.STOPPED && (reason.truncates() || !calls.hasPartial())) {
            finish();
        }
        return blocks.take();
    }

    @Override
    public List<AnswerEvent> end() throws InvalidAnswerException {
        if (phase == AnswerPhase.NEW) {
            throw new InvalidAnswerException("a stream without an answer");
        }
        if (phase != AnswerPhase.ENDED) {
            finish();
        }
        return blocks.take();
    }

    @Override
    public Answer readWhole(ObjectNode body) throws InvalidAnswerException {
        JsonNode choice = first(body.path("choices"));
        JsonNode message = choice.path("message");
        if (!message.isObject()) {
            throw new InvalidAnswerException("an answer without a message");
        }
        // nobody waits for the first words of a plain answer
        tags = new ThinkTagSplitter(Integer.MAX_VALUE);
        prose(message);
        calls(message);
        stop(choice);
        ChatUsageReader.read(body, choice).ifPresent(this::use);
        finish();
        return Answer.of(blocks.take());
    }

    @Override
    public boolean awaitsUsage() {
        return phase == AnswerPhase.STOPPED && !calls.hasPartial();
    }

    @Override
    public long heldCharacters() {
        return blocks.held() + tags.held();
    }

    /** The choice with index 0; one without an index is that. */
    private static JsonNode first(JsonNode choices) {
        for (JsonNode choice : choices) {
            if (choice.isObject() && choice.path("index").asInt(0) == 0) {
                return choice;
            }
        }
        return MissingNode.getInstance();
    }

    private void begin() {
        if (phase == AnswerPhase.NEW) {
            phase = AnswerPhase.BEGUN;
            blocks.add(new AnswerEvent.Began());
        }
    }

    /** What some say only in the whole message that comes with the last chunk. */
    private void readUnsaid(JsonNode message) throws InvalidAnswerException {
        if (!blocks.speaks() && tags.held() == 0) {
            content(message.path("content"));
            refusal(message.path("refusal"));
        }
        if (calls.isEmpty()) {
            calls(message);
        }
    }

    private void calls(JsonNode message) throws InvalidAnswerException {
        int position = 0;
        for (JsonNode element : message.path("tool_calls")) {
            call(CallFragment.whole(element, position++));
        }
        legacyCall(message);
    }

    private void prose(JsonNode delta) throws InvalidAnswerException {
        for (String member : REASONING) {
            String reasoning = delta.path(member).asText("");
            if (!reasoning.isEmpty()) {
                reasoning(reasoning);
                break;
            }
        }
        content(delta.path("content"));
        refusal(delta.path("refusal"));
    }

    /** A text, or parts, among which Mistral's {@code thinking} holds parts itself. */
    private void content(JsonNode content) throws InvalidAnswerException {
        if (content.isTextual()) {
            text(content.textValue());
        } else if (content.isArray()) {
            for (JsonNode part : content) {
                content(part.isTextual() ? part : part.path("text"));
                thinking(part.path("thinking"));
                refusal(part.path("refusal"));
            }
        }
    }

    private void thinking(JsonNode thinking) throws InvalidAnswerException {
        if (thinking.isTextual()) {
            reasoning(thinking.textValue());
        } else if (thinking.isArray()) {
            for (JsonNode part : thinking) {
                reasoning(part.path("text").asText(""));
            }
        }
    }

    private void text(String text) throws InvalidAnswerException {
        if (thinkTags) {
            give(tags.add(text));
        } else {
            blocks.addProse(new TextBlock(), text);
        }
    }

    private void reasoning(String text) throws InvalidAnswerException {
        give(tags.flush());
        blocks.addProse(new ReasoningBlock(), text);
    }

    private void refusal(JsonNode refusal) throws InvalidAnswerException {
        if (refusal.isTextual() && !refusal.textValue().isEmpty()) {
            give(tags.flush());
            blocks.addProse(new RefusalBlock(), refusal.textValue());
        }
    }

    private void give(List<ProsePiece> pieces) throws InvalidAnswerException {
        for (ProsePiece piece : pieces) {
            blocks.addProse(piece.kind(), piece.text());
        }
    }

    private void call(CallFragment fragment) throws InvalidAnswerException {
        give(tags.flush());
        QueuedCall call = calls.match(fragment);
        blocks.add(call, call.add(fragment));
    }

    /** Where both forms are there, they say the same. */
    private void legacyCall(JsonNode delta) throws InvalidAnswerException {
        if (delta.path("function_call").isObject() && delta.path("tool_calls").isEmpty()) {
            call(CallFragment.legacy(delta.path("function_call")));
        }
    }

    private void stop(JsonNode choice) throws InvalidAnswerException {
        for (String member : STOP_TEXTS) {
            JsonNode text = choice.path(member);
            if (text.isTextual() && !text.textValue().isEmpty() && !FinishReason.isReason(text.textValue())) {
                stopSequence = text.textValue();
            }
        }
        Optional<FinishReason> said = FinishReason.of(choice.path("finish_reason"));
        if (said.isPresent()) {
            if (said.get() == FinishReason.FAILED) {
                throw new InvalidAnswerException("the provider stopped with "
                        + choice.path("finish_reason").asText());
            }
            reason = said.get().compareTo(reason) > 0 ? said.get() : reason;
            phase = AnswerPhase.STOPPED;
        }
    }

    private void use(Usage said) {
        usage = usage == null ? said : usage.atLeast(said);
    }

    private void finish() throws InvalidAnswerException {
        give(tags.flush());
        if (!reason.truncates()) {
            calls.checkNames();
        }
        blocks.end(reason.truncates());
        StopReason stop = stopReason();
        Optional<String> at = Optional.ofNullable(stopSequence).filter(text -> stop == StopReason.STOP_SEQUENCE);
        blocks.add(new AnswerEvent.Finished(stop, at, Optional.ofNullable(usage).map(Usage::consistent)));
        phase = AnswerPhase.ENDED;
    }

    private StopReason stopReason() {
        if (reason == FinishReason.LENGTH) {
            return StopReason.MAX_TOKENS;
        }
        if (calls.hasComplete()) {
            return StopReason.TOOL_USE;
        }
        if (reason == FinishReason.CONTENT_FILTER) {
            return StopReason.CONTENT_FILTER;
        }
        return stopSequence == null ? StopReason.END : StopReason.STOP_SEQUENCE;
    }
}
