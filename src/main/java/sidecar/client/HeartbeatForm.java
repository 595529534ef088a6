package sidecar.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the heartbeats of a client's streams are written, where its protocol leaves a choice. */
public enum HeartbeatForm {
    /** As a comment, which no library shows. */
    COMMENT,
    /** As an empty chunk of a chat completion, for clients whose clock counts events only. */
    CHUNK;

    /** The name in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The form with that wire name. */
    public static Optional<HeartbeatForm> of(String wire) {
        return Arrays.stream(values()).filter(form -> form.wire().equals(wire)).findFirst();
    }
}
