package sidecar.protocol;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import sidecar.provider.ApiProtocol;
import sidecar.provider.Dialect;

/**
 * Everything in which the endpoints below {@code /v1} differ. One implementation for each, registered in {@link
 * ApiPath.PathKind}. What is not overridden is what suits an endpoint of OpenAI's that is not known. Stateless; thread-safe.
 */
interface Protocol {

    /** When a stream of its events is a complete answer. */
    enum StreamEnd {
        /** When every choice has its finish reason, or the last word has come. */
        CHOICES_FINISHED,
        /** When the last event has come. */
        LAST_EVENT,
        /** Wherever it ends. */
        ANYWHERE
    }

    /** Whether it is the one of that path. */
    boolean serves(String path);

    /** Whether a path that no protocol serves is a part of this one's, as {@code /v1/messages/batches} is of Messages. */
    default boolean owns(String path) {
        return false;
    }

    /** The protocols of providers that serve it. */
    default Set<ApiProtocol> apis() {
        return Set.of(ApiProtocol.OPENAI_COMPLETIONS, ApiProtocol.OPENAI_RESPONSES);
    }

    /** The dialect of a POST to it, where a provider of another one can be asked by translation; empty for any other path. */
    default Optional<Dialect> dialect() {
        return Optional.empty();
    }

    /** Whether a POST to it must name a model. */
    default boolean needsModel() {
        return true;
    }

    /** What an answer to a POST must hold. */
    default ExpectedBody expectedBody() {
        return ExpectedBody.KNOWN;
    }

    /** Whether it may be answered by a stream of events, of which the shape is known. */
    default boolean streams() {
        return false;
    }

    /** Whether usage is asked for, when a stream's client did not. */
    default boolean injectsUsage() {
        return false;
    }

    /** Whether what is answered is words: the length of a vector, a picture or a sound says nothing of usage. */
    default boolean answersInWords() {
        return false;
    }

    /** When a stream of its events is complete. */
    default StreamEnd streamEnd() {
        return StreamEnd.ANYWHERE;
    }

    /** Whether an event is the protocol's own last word. */
    default boolean isLast(ResponseJson event) {
        return ResponsesProtocol.LAST.contains(event.type) || MessagesProtocol.LAST.contains(event.type);
    }

    /** Whether an event carries something for a reader, as opposed to announcing that it will come. */
    default boolean isContent(ResponseJson event) {
        return true;
    }

    /** A sign of life for a stream that has nothing to say: a whole comment or event, its empty line included. */
    default String heartbeat() {
        return ": heartbeat\n\n";
    }

    /**
     * The same as an event where the protocol has an empty one, for a client that takes nothing else as a sign of life.
     *
     * @param requestId of the stream's request
     * @param model as the client calls it
     * @param now when it is written
     */
    default String chunkHeartbeat(String requestId, String model, Instant now) {
        return heartbeat();
    }

    /** How its clients' SDKs want to be told of errors. */
    default ErrorShape errors() {
        return OpenAiErrors.INSTANCE;
    }

    /**
     * How a stream under way says that it failed: SDKs raise these events, while a bare end of the stream looks like success to
     * them.
     *
     * @param sent what was sent of the stream before
     * @param model as the client calls it
     * @param now for a response that was not begun
     */
    default String errorEvents(ApiError error, ResponsesStreamPosition sent, String model, Instant now) {
        return "data: {\"error\":" + error.object() + "}\n\n";
    }
}
