package sidecar.probe;

import java.time.Duration;

/**
 * The operator's settings that health probes follow.
 *
 * @param interval from one probe of a provider to its next
 * @param timeout for a whole answer
 * @param path that {@link Mode#MODELS} asks for; begins with {@code /}
 */
public record ProbeSettings(Mode mode, Duration interval, Duration timeout, String path) {

    public ProbeSettings {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the interval must be longer than 0, was " + interval);
        }
    }

    /** The same, for a chat. */
    ProbeSettings forChat() {
        return new ProbeSettings(Mode.CHAT, interval, timeout, path);
    }

    /** What a probe asks for. */
    public enum Mode {
        /** A list, which costs nothing and shows that the host can be reached. */
        MODELS,
        /** A chat of one LLM token, which counts as an attempt like any other. */
        CHAT,
        /** Nothing. */
        OFF
    }
}
