package sidecar.protocol;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import sidecar.provider.ApiProtocol;
import sidecar.provider.Dialect;

/** OpenAI's responses: typed events with a sequence number. */
final class ResponsesProtocol implements Protocol {

    static final Set<String> LAST = Set.of("response.completed", "response.incomplete", "response.failed", "error");

    private static final String PATH = "/v1/responses";

    private static final Set<String> NO_CONTENT_YET = Set.of(
            "response.created",
            "response.queued",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "ping");

    @Override
    public boolean serves(String path) {
        return path.equals(PATH);
    }

    @Override
    public boolean owns(String path) {
        return path.startsWith(PATH + '/');
    }

    @Override
    public Optional<Dialect> dialect() {
        return Optional.of(Dialect.RESPONSES);
    }

    @Override
    public Set<ApiProtocol> apis() {
        return Set.of(ApiProtocol.OPENAI_RESPONSES);
    }

    @Override
    public boolean streams() {
        return true;
    }

    @Override
    public boolean answersInWords() {
        return true;
    }

    @Override
    public StreamEnd streamEnd() {
        return StreamEnd.LAST_EVENT;
    }

    @Override
    public boolean isLast(ResponseJson event) {
        return LAST.contains(event.type);
    }

    @Override
    public boolean isContent(ResponseJson event) {
        return !NO_CONTENT_YET.contains(event.type);
    }

    /** Its end as the protocol has it, for those who follow the response, and the event that SDKs raise. */
    @Override
    public String errorEvents(ApiError error, ResponsesStreamPosition sent, String model, Instant now) {
        String message = ApiError.quoted(error.message());
        String code = error.code().map(ApiError::quoted).orElse("null");
        String failed = "{\"type\":\"response.failed\",\"sequence_number\":" + sent.nextSequence()
                + ",\"response\":{\"id\":"
                + ApiError.quoted(sent.responseId()) + ",\"object\":\"response\",\"created_at\":" + now.getEpochSecond()
                + ",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":" + message
                + "},\"incomplete_details\":null,\"model\":" + ApiError.quoted(model)
                + ",\"output\":[],\"parallel_tool_calls\":true,\"tool_choice\":\"auto\",\"tools\":[],\"usage\":null}}";
        String raised = "{\"type\":\"error\",\"sequence_number\":" + (sent.nextSequence() + 1) + ",\"code\":" + code
                + ",\"message\":" + message + ",\"param\":null}";
        return "event: response.failed\ndata: " + failed + "\n\nevent: error\ndata: " + raised + "\n\n";
    }
}
