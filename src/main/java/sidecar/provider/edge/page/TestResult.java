package sidecar.provider.edge.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;

/** How the test of one provider goes. Written by the thread that gets the answer, read by pages. */
public final class TestResult implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String id;
    private final String name;
    private volatile String state = "waiting";
    private volatile JsonNode answer;

    TestResult(String id, String name) {
        this.id = id;
        this.name = name;
    }

    void begin() {
        state = "running";
    }

    void end(JsonNode told) {
        answer = told;
        state = told.path("ok").asBoolean() ? "passed" : "failed";
    }

    public String getId() {
        return id;
    }

    public String getName() {
        return name;
    }

    /** {@code waiting}, {@code running}, {@code passed} or {@code failed}. */
    public String getState() {
        return state;
    }

    public boolean isOver() {
        return answer != null;
    }

    /** The upstream's HTTP status; 0 when there is none. */
    public int getStatus() {
        return answer == null ? 0 : answer.path("status").asInt();
    }

    public long getLatency() {
        return answer == null ? 0 : answer.path("latency_ms").asLong();
    }

    public String getFailure() {
        return answer == null ? "" : answer.path("class").asText("");
    }

    public String getMessage() {
        return answer == null ? "" : answer.path("message").asText("");
    }
}
