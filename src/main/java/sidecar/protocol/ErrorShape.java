package sidecar.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The shape of errors in a body; see {@link ErrorRenderer}. */
public interface ErrorShape {

    /** The status that an error is answered with. */
    int status(ApiError error);

    /** A whole body, as JSON. */
    String body(ApiError error, String requestId);

    /** Whether an upstream's error has all that the SDK looks for. */
    boolean isWhole(JsonNode body);

    /**
     * Puts in what the SDK looks for.
     *
     * @param body the upstream's, to be changed
     * @param inner its member {@code error}, which has a message now
     */
    void complete(ObjectNode body, ObjectNode inner, ApiError error, String requestId);
}
