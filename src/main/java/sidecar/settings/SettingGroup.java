package sidecar.settings;

import java.util.Arrays;
import java.util.Optional;

/** What settings are about. A group reaches from its first setting to the next group's, in the order in which they are declared. */
public enum SettingGroup {
    LISTENING("host", "Where it listens and keeps its data"),
    SECRETS("encryption_key", "Secrets"),
    V1("upstream", "Sidecar V1's pair"),
    ACCESS("allow_open", "Who may do what"),
    REQUEST("request_deadline_seconds", "The request"),
    STREAMS("first_token_timeout_seconds", "Streams"),
    LIMITS("window_seconds", "Limits and the queue"),
    CHOOSING("routing_strategy", "Choosing a provider"),
    HEALTH("cooldown_base_seconds", "Cooldowns and health"),
    OPERATION("shutdown_grace_seconds", "Operation");

    private final String first;
    private final String words;

    SettingGroup(String first, String words) {
        this.first = first;
        this.words = words;
    }

    /** The group whose first setting has that key. */
    static Optional<SettingGroup> startingAt(String key) {
        return Arrays.stream(values()).filter(group -> group.first.equals(key)).findFirst();
    }

    /** For pages. */
    public String words() {
        return words;
    }
}
