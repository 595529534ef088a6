package sidecar.dialect.answer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import sidecar.dialect.request.ToolNames;

/**
 * What an answer's writer must know besides the answer.
 *
 * @param requestId the exchange's id, from which ids of the answer are made; letters, digits, dashes and underscores of it count
 * @param model as the client calls it
 * @param created when it began
 * @param names of the request's tools, by which calls are turned back
 * @param promptTokens the estimate of the request's LLM tokens, ≥ 1, until the true figure comes
 * @param showReasoning whether the client asked to see what the model thinks
 * @param showUsage whether a chat client asked for the chunk with the usage; other dialects always have it
 * @param request the client's own request, of which answers of Responses repeat members; not to be changed
 */
public record AnswerContext(
        String requestId,
        String model,
        Instant created,
        ToolNames names,
        long promptTokens,
        boolean showReasoning,
        boolean showUsage,
        ObjectNode request) {

    /** An id made from the request's, such as {@code msg_…}. */
    public String id(String prefix) {
        return prefix + requestId.replaceAll("[^A-Za-z0-9_-]", "");
    }
}
