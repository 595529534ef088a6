package sidecar.provider.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A program that asks for models by its vendor's names: as aliases these let it use other models without being told so. */
public enum ClientProgram {
    /** Its big models do the work; side work, such as titles and summaries, goes to the small ones. */
    CLAUDE_CODE,
    CODEX;

    /** The name in JSON, such as {@code claude-code}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The program with that wire name. */
    public static Optional<ClientProgram> of(String wire) {
        return Arrays.stream(values())
                .filter(program -> program.wire().equals(wire))
                .findFirst();
    }

    /** The names of its models, but for the small ones. */
    public List<String> names() {
        return switch (this) {
            case CLAUDE_CODE -> List.of("claude-*opus*", "claude-*sonnet*", "claude-*");
            case CODEX -> List.of("gpt-*codex*", "gpt-5*", "gpt-6*", "codex-*");
        };
    }

    /** The names of its small models; empty where it has no names of their own for them. */
    public List<String> smallNames() {
        return switch (this) {
            case CLAUDE_CODE -> List.of("claude-*haiku*");
            case CODEX -> List.of();
        };
    }
}
