package sidecar.relay;

import java.util.Optional;
import sidecar.protocol.ErrorRenderer;
import sidecar.protocol.ExpectedBody;

/**
 * What the head says of an answer that is no stream of events.
 *
 * @param json whether it is JSON, by its headers
 * @param readable whether its content coding is none, or is undone
 * @param expected what an answer to the request must hold
 * @param length its Content-Length; −1 when it has none, or it is of the coded form
 * @param delimited whether its end is marked, as opposed to being the end of the connection
 * @param errors how the client is told of errors; empty where no body may be added to a head
 */
public record PlainHead(
        int status,
        boolean json,
        boolean readable,
        ExpectedBody expected,
        long length,
        boolean delimited,
        Optional<ErrorRenderer> errors) {

    boolean isSuccess() {
        return status < 300;
    }

    boolean isError() {
        return status >= 400;
    }

    /** Whether it must be JSON, or is. */
    boolean isJson() {
        return readable && (json || expected.mustBeJson());
    }

    /** Whether what its body says can be read, and matters. */
    boolean matters() {
        return isJson() && isSuccess();
    }
}
