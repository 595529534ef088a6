package sidecar.exchange;

/**
 * How a stream under way says that it failed, in the words of the path's own protocol: SDKs raise these, while a bare
 * end of the stream looks like success to them.
 */
final class ErrorFrame {

    private ErrorFrame() {}

    static byte[] of(ApiPath.Kind kind, ApiError error) {
        String code = error.code().map(ApiError::quoted).orElse("null");
        String frame = switch (kind) {
            case RESPONSES ->
                "event: error\ndata: {\"type\":\"error\",\"code\":" + code + ",\"message\":"
                        + ApiError.quoted(error.message()) + ",\"param\":null}\n\n";
            case MESSAGES ->
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"," + "\"message\":"
                        + ApiError.quoted(error.message()) + "}}\n\n";
            default -> "data: {\"error\":" + error.object() + "}\n\n";
        };
        return RequestHead.bytes(frame);
    }
}
