package sidecar.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerReader;
import sidecar.dialect.answer.AnswerWriter;
import sidecar.dialect.chat.ChatAnswerReader;
import sidecar.dialect.chat.ChatAnswerWriter;
import sidecar.dialect.chat.ChatRequestReader;
import sidecar.dialect.chat.ChatRequestWriter;
import sidecar.dialect.messages.MessagesAnswerReader;
import sidecar.dialect.messages.MessagesAnswerWriter;
import sidecar.dialect.messages.MessagesRequestReader;
import sidecar.dialect.messages.MessagesRequestWriter;
import sidecar.dialect.request.Conversation;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.ReadRequest;
import sidecar.dialect.request.ReasoningRequest;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.responses.ResponsesAnswerWriter;
import sidecar.dialect.responses.ResponsesRequestReader;
import sidecar.provider.Dialect;

/**
 * One client's request in the dialect of one provider, and what is needed to put its answer back.
 *
 * @param from the client's dialect
 * @param to the provider's: chat or messages
 * @param body as the provider gets it
 * @param losses what the client said and {@code to} cannot say
 * @param names of the tools
 * @param showsReasoning whether the client is to see what the model thinks
 */
public record TranslatedRequest(
        Dialect from,
        Dialect to,
        ObjectNode body,
        List<Losses.Loss> losses,
        ToolNames names,
        boolean showsReasoning,
        MappingOptions options) {

    private static final String NO_CONTENT = "must hold a message with content";

    public TranslatedRequest {
        losses = List.copyOf(losses);
    }

    /**
     * Translates.
     *
     * @param body the client's; not changed
     * @throws InvalidRequestException if it means nothing in its own dialect, or asks what cannot be had by translation
     */
    public static TranslatedRequest of(Dialect from, Dialect to, ObjectNode body, MappingOptions options)
            throws InvalidRequestException {
        ReadRequest read = read(from, body);
        Conversation conversation = read.conversation();
        if (conversation.turns().isEmpty()) {
            throw new InvalidRequestException(from == Dialect.RESPONSES ? "input" : "messages", NO_CONTENT);
        }
        ObjectNode translated = to == Dialect.MESSAGES
                ? MessagesRequestWriter.write(conversation, options, read.losses())
                : ChatRequestWriter.write(conversation, options, read.losses());
        boolean asked = conversation.reasoning().mode() == ReasoningRequest.ReasoningMode.ON;
        return new TranslatedRequest(
                from, to, translated, read.losses().list(), read.names(), from != Dialect.MESSAGES || asked, options);
    }

    private static ReadRequest read(Dialect from, ObjectNode body) throws InvalidRequestException {
        return switch (from) {
            case CHAT -> ChatRequestReader.read(body);
            case MESSAGES -> MessagesRequestReader.read(body);
            case RESPONSES -> ResponsesRequestReader.read(body);
        };
    }

    /** What reads the provider's answer; a new one for each. */
    public AnswerReader reader(String requestId) {
        return to == Dialect.MESSAGES ? new MessagesAnswerReader(requestId) : new ChatAnswerReader(options, requestId);
    }

    /** What writes it for the client; a new one for each. */
    public AnswerWriter writer(AnswerContext head) {
        return switch (from) {
            case CHAT -> new ChatAnswerWriter(head);
            case MESSAGES -> new MessagesAnswerWriter(head);
            case RESPONSES -> new ResponsesAnswerWriter(head);
        };
    }
}
