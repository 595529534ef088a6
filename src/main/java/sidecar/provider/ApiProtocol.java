package sidecar.provider;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The protocol a provider speaks; decides which {@code /v1} paths it can serve and how its key is sent. */
public enum ApiProtocol {
    OPENAI_COMPLETIONS("/v1/chat/completions"),
    OPENAI_RESPONSES("/v1/chat/completions"),
    ANTHROPIC_MESSAGES("/v1/messages");

    private final String chatPath;

    ApiProtocol(String chatPath) {
        this.chatPath = chatPath;
    }

    /** Where such a provider is asked for a chat, from {@code /v1} on. */
    public String chatPath() {
        return chatPath;
    }

    /** The name in JSON, such as {@code openai-completions}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The protocol with that wire name. */
    public static Optional<ApiProtocol> of(String wire) {
        return Arrays.stream(values()).filter(api -> api.wire().equals(wire)).findFirst();
    }
}
