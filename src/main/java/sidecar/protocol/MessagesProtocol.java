package sidecar.protocol;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import sidecar.provider.ApiProtocol;
import sidecar.provider.Dialect;

/** Anthropic's messages: typed events, and errors of another shape. */
final class MessagesProtocol implements Protocol {

    static final Set<String> LAST = Set.of("message_stop", "error");

    private static final String PATH = "/v1/messages";

    static final String COUNT_TOKENS = PATH + "/count_tokens";

    private static final Set<String> NO_CONTENT_YET = Set.of("message_start", "content_block_start", "ping");

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
        return Optional.of(Dialect.MESSAGES);
    }

    @Override
    public Set<ApiProtocol> apis() {
        return Set.of(ApiProtocol.ANTHROPIC_MESSAGES);
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

    @Override
    public String heartbeat() {
        return "event: ping\ndata: {\"type\":\"ping\"}\n\n";
    }

    @Override
    public ErrorShape errors() {
        return AnthropicErrors.INSTANCE;
    }

    @Override
    public String errorEvents(ApiError error, ResponsesStreamPosition sent, String model, Instant now) {
        return "event: error\ndata: {\"type\":\"error\",\"error\":" + AnthropicErrors.object(error) + "}\n\n";
    }
}
