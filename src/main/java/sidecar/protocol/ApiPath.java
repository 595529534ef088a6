package sidecar.protocol;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import sidecar.provider.ApiProtocol;

/**
 * Where under {@code /v1} a request goes, and what that asks of a provider.
 *
 * @param path begins with {@code /v1/}; raw, as the client sent it
 */
public record ApiPath(String path, PathKind kind) {

    private static final Set<String> BARE = Set.of("/chat/completions", "/completions", "/embeddings", "/models");
    private static final String MESSAGES_BELOW = "/v1/messages/";
    private static final String MODEL_PATH = "/v1/models/";
    private static final Pattern SLASHES = Pattern.compile("/{2,}");
    private static final Set<ApiProtocol> OPENAI = Set.of(ApiProtocol.OPENAI_COMPLETIONS, ApiProtocol.OPENAI_RESPONSES);

    /** The kinds of path that are treated differently. */
    public enum PathKind {
        CHAT,
        COMPLETIONS,
        EMBEDDINGS,
        RESPONSES,
        MESSAGES,
        MODELS,
        /** Images, audio, rerank, moderations: a model, and nothing else that we know. */
        MODEL,
        OTHER
    }

    /**
     * Reads a raw request path.
     *
     * @return empty when it is not one that may leave: outside {@code /v1}, or written so that an upstream could read
     *     it as another path
     */
    public static Optional<ApiPath> of(String rawPath) {
        String path = known(rawPath).orElse(rawPath);
        return path.startsWith("/v1/") && plain(path) ? Optional.of(new ApiPath(path, kind(path))) : Optional.empty();
    }

    /** For what a model is asked: it may serve one kind of path and not another. */
    public String use() {
        return kind == PathKind.MODEL ? path : kind.name();
    }

    /** Whether it is of Anthropic's protocol, whose errors look otherwise. */
    boolean isAnthropic() {
        return kind == PathKind.MESSAGES || path.startsWith(MESSAGES_BELOW);
    }

    /** A known endpoint behind a base URL that ends with a slash, or with one at its own end. */
    private static Optional<String> known(String rawPath) {
        String tidy = SLASHES.matcher(rawPath).replaceAll("/");
        String path = tidy.length() > 1 && tidy.endsWith("/") ? tidy.substring(0, tidy.length() - 1) : tidy;
        String whole = BARE.contains(path) ? "/v1" + path : path;
        return kind(whole) == PathKind.OTHER || whole.startsWith(MODEL_PATH) ? Optional.empty() : Optional.of(whole);
    }

    private static boolean plain(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        // a model's name may hold a slash; such a path is answered here and goes nowhere
        boolean slash = lower.contains("%2f") && !lower.startsWith(MODEL_PATH);
        if (slash || lower.contains("%5c") || lower.contains("\\") || lower.contains(";")) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (lower.charAt(i) <= ' ' || lower.charAt(i) >= 127 || "\"<>^`{|}[]#?".indexOf(lower.charAt(i)) >= 0) {
                return false;
            }
        }
        if (!escaped(lower)) {
            return false;
        }
        // a slash in a model's name is a boundary too: some upstreams decode before they walk
        for (String segment : lower.substring(1).split("/|%2f", -1)) {
            String plain = segment.replace("%2e", ".");
            if (plain.equals(".") || plain.equals("..")) {
                return false;
            }
        }
        return !lower.contains("//");
    }

    /** Whether every percent sign begins an escape, and none of these is a control character. */
    private static boolean escaped(String lower) {
        for (int i = lower.indexOf('%'); i >= 0; i = lower.indexOf('%', i + 1)) {
            if (i + 2 >= lower.length()
                    || Character.digit(lower.charAt(i + 1), 16) < 0
                    || Character.digit(lower.charAt(i + 2), 16) < 0
                    || unreserved(lower, i)
                    || lower.charAt(i + 1) <= '1'
                    || lower.startsWith("%7f", i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether an escape hides a letter, a digit or the like: nobody needs to, but for passing as another path. */
    private static boolean unreserved(String lower, int percent) {
        char hidden = (char) Integer.parseInt(lower.substring(percent + 1, percent + 3), 16);
        return hidden != '.' && ((Character.isLetterOrDigit(hidden) && hidden < 128) || "-_~".indexOf(hidden) >= 0);
    }

    private static PathKind kind(String path) {
        return switch (path) {
            case "/v1/chat/completions" -> PathKind.CHAT;
            case "/v1/completions" -> PathKind.COMPLETIONS;
            case "/v1/embeddings" -> PathKind.EMBEDDINGS;
            case "/v1/responses" -> PathKind.RESPONSES;
            case "/v1/messages" -> PathKind.MESSAGES;
            case "/v1/rerank", "/v1/moderations" -> PathKind.MODEL;
            case "/v1/models" -> PathKind.MODELS;
            default ->
                path.startsWith(MODEL_PATH)
                        ? PathKind.MODELS
                        : path.startsWith("/v1/images/") || path.startsWith("/v1/audio/")
                                ? PathKind.MODEL
                                : PathKind.OTHER;
        };
    }

    /** Whether a POST to it must name a model. */
    public boolean needsModel() {
        return kind != PathKind.OTHER && kind != PathKind.MODELS;
    }

    /** The protocols that serve it. */
    public Set<ApiProtocol> apis() {
        if (path.startsWith("/v1/messages")) {
            return Set.of(ApiProtocol.ANTHROPIC_MESSAGES);
        }
        return path.startsWith("/v1/responses") ? Set.of(ApiProtocol.OPENAI_RESPONSES) : OPENAI;
    }

    /** Whether it may be answered by a stream of events, of which the shape is known. */
    public boolean streams() {
        return switch (kind) {
            case CHAT, COMPLETIONS, RESPONSES, MESSAGES -> true;
            default -> false;
        };
    }

    /** Whether usage is asked for, when a stream's client did not. */
    public boolean injectsUsage() {
        return kind == PathKind.CHAT || kind == PathKind.COMPLETIONS;
    }
}
