package sidecar.protocol;

/**
 * Where a stream of Responses events stands, so that one more can be added to it. Immutable.
 *
 * @param nextSequence the {@code sequence_number} of the next event
 * @param responseId of the response that it is about; empty while none has begun
 */
public record ResponsesStreamPosition(long nextSequence, String responseId) {

    public static final ResponsesStreamPosition BEGINNING = new ResponsesStreamPosition(0, "");

    /** Where it stands after that event. */
    public ResponsesStreamPosition after(ResponseJson event) {
        boolean named = event.isOfResponses() && !event.id.isEmpty();
        return new ResponsesStreamPosition(Math.max(nextSequence, event.sequence + 1), named ? event.id : responseId);
    }
}
