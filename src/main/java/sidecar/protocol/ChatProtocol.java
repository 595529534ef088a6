package sidecar.protocol;

import java.time.Instant;
import java.util.Optional;
import sidecar.provider.Dialect;

/** OpenAI's chat completions, and the completions before them: choices that come piece by piece. */
record ChatProtocol(String path) implements Protocol {

    static final String CHAT = "/v1/chat/completions";

    @Override
    public boolean serves(String asked) {
        return asked.equals(path);
    }

    @Override
    public Optional<Dialect> dialect() {
        return path.equals(CHAT) ? Optional.of(Dialect.CHAT) : Optional.empty();
    }

    @Override
    public boolean streams() {
        return true;
    }

    @Override
    public boolean injectsUsage() {
        return true;
    }

    @Override
    public boolean answersInWords() {
        return true;
    }

    @Override
    public StreamEnd streamEnd() {
        return StreamEnd.CHOICES_FINISHED;
    }

    @Override
    public boolean isContent(ResponseJson event) {
        return event.holds(ResponseJson.Finding.CONTENT) || event.usage != null;
    }

    /** A chunk without choices, in which a reader of chat completions finds nothing; completions before them have no such chunk. */
    @Override
    public String chunkHeartbeat(String requestId, String model, Instant now) {
        return path.equals(CHAT)
                ? "data: {\"id\":" + ApiError.quoted("chatcmpl-" + requestId)
                        + ",\"object\":\"chat.completion.chunk\",\"created\":" + now.getEpochSecond() + ",\"model\":"
                        + ApiError.quoted(model) + ",\"choices\":[]}\n\n"
                : heartbeat();
    }
}
