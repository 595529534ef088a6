package sidecar.protocol;

import java.util.HashSet;
import java.util.Set;

/** How far a stream of events has come, and whether its answer is complete. Not thread-safe. */
public final class StreamCompletion {

    /** More than any client asks for: a bound on what an upstream can make us remember. */
    private static final int MAX_CHOICES = 1024;

    private final Protocol protocol;
    private final Set<Integer> choices = new HashSet<>();
    private final Set<Integer> finished = new HashSet<>();
    private boolean lastSeen;
    private boolean endedWithError;

    public StreamCompletion(ApiPath.PathKind kind) {
        this.protocol = kind.protocol();
    }

    public void learn(ResponseJson event) {
        if (choices.size() < MAX_CHOICES) {
            choices.addAll(event.choices);
        }
        event.finished.stream().filter(choices::contains).forEach(finished::add);
        lastSeen |= protocol.isLast(event);
        endedWithError |= event.isResponseFailed();
    }

    /** An error event has come in place of the rest. */
    public void error() {
        lastSeen = true;
        endedWithError = true;
    }

    /** Whether the answer ended with an error of the upstream's own. */
    public boolean endedWithError() {
        return endedWithError;
    }

    /** The protocol's own last word has come, such as {@code [DONE]}. */
    public void last() {
        lastSeen = true;
    }

    /** Whether the protocol's own last word has come. */
    public boolean lastWord() {
        return lastSeen;
    }

    /** Whether an event carries something for a reader, as opposed to announcing that it will come. */
    public boolean isContent(ResponseJson event) {
        return protocol.isContent(event);
    }

    /** Whether an end of the stream here is the end of a complete answer. */
    public boolean complete() {
        return switch (protocol.streamEnd()) {
            case CHOICES_FINISHED -> lastSeen || (!choices.isEmpty() && finished.containsAll(choices));
            case LAST_EVENT -> lastSeen;
            case ANYWHERE -> true;
        };
    }

    /** Whether the protocol itself said that it is complete: what happens to the connection after that is no fault. */
    public boolean ended() {
        return complete() && (chat() || lastSeen);
    }

    /** Whether a chat has come to its end without a word. */
    public boolean saidNothing() {
        return chat() && choices.isEmpty();
    }

    private boolean chat() {
        return protocol.streamEnd() == Protocol.StreamEnd.CHOICES_FINISHED;
    }
}
