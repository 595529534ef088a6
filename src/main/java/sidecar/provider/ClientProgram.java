package sidecar.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A program that asks for models by its vendor's names: as aliases these let it use other models without being told so. */
public enum ClientProgram {
    /** Its big models do the work; side work, such as titles and summaries, goes to the small ones. */
    CLAUDE_CODE(List.of("claude-*opus*", "claude-*sonnet*", "claude-*"), List.of("claude-*haiku*")),
    CODEX(List.of("gpt-*codex*", "gpt-5*", "codex-*"), List.of());

    private final List<String> names;
    private final List<String> smallNames;

    ClientProgram(List<String> names, List<String> smallNames) {
        this.names = names;
        this.smallNames = smallNames;
    }

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
        return names;
    }

    /** The names of its small models; empty where it has no names of their own for them. */
    public List<String> smallNames() {
        return smallNames;
    }
}
