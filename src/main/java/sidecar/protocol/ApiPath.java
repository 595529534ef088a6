package sidecar.protocol;

import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import sidecar.provider.ApiProtocol;
import sidecar.provider.Dialect;
import sidecar.provider.PathUse;

/**
 * Where under {@code /v1} a request goes, and what that asks of a provider.
 *
 * @param path begins with {@code /v1/}; raw, as the client sent it
 */
public record ApiPath(String path, PathKind kind) {

    private static final Set<String> BARE = Set.of("/chat/completions", "/completions", "/embeddings", "/models");
    private static final Pattern SLASHES = Pattern.compile("/{2,}");

    /** The kinds of path, each with the protocol spoken there; the first that serves a path counts. */
    public enum PathKind {
        CHAT(new ChatProtocol(ChatProtocol.CHAT)),
        COMPLETIONS(new ChatProtocol("/v1/completions")),
        EMBEDDINGS(new EmbeddingsProtocol()),
        RESPONSES(new ResponsesProtocol()),
        MESSAGES(new MessagesProtocol()),
        MODELS(new ModelListProtocol()),
        /** Images, audio, rerank, moderations: a model, and nothing else that we know. */
        MODEL(new GenericModelProtocol()),
        OTHER(new UnknownProtocol());

        @SuppressWarnings("ImmutableEnumChecker") // protocols have no state
        private final Protocol protocol;

        PathKind(Protocol protocol) {
            this.protocol = protocol;
        }

        Protocol protocol() {
            return protocol;
        }

        private static PathKind of(String path) {
            return Arrays.stream(values())
                    .filter(kind -> kind.protocol.serves(path))
                    .findFirst()
                    .orElse(OTHER);
        }
    }

    /**
     * Reads a raw request path.
     *
     * @return empty when it is not one that may leave: outside {@code /v1}, or written so that an upstream could read
     *     it as another path
     */
    public static Optional<ApiPath> of(String rawPath) {
        String path = known(rawPath).orElse(rawPath);
        return path.startsWith("/v1/") && plain(path)
                ? Optional.of(new ApiPath(path, PathKind.of(path)))
                : Optional.empty();
    }

    /** For what a model is asked: it may serve one kind of path and not another. */
    public PathUse use() {
        return new PathUse(kind == PathKind.MODEL ? path : kind.name(), kind.protocol.answersInWords());
    }

    /** The protocol that it belongs to, also where it is only a part of it, of which nothing else is known. */
    private Protocol owner() {
        return Arrays.stream(PathKind.values())
                .map(PathKind::protocol)
                .filter(protocol -> protocol.owns(path))
                .findFirst()
                .orElse(kind.protocol);
    }

    /** How its client's SDK wants to be told of errors. */
    ErrorShape errors() {
        return owner().errors();
    }

    /** A known endpoint behind a base URL that ends with a slash, or with one at its own end. */
    private static Optional<String> known(String rawPath) {
        String tidy = SLASHES.matcher(rawPath).replaceAll("/");
        String path = tidy.length() > 1 && tidy.endsWith("/") ? tidy.substring(0, tidy.length() - 1) : tidy;
        String whole = BARE.contains(path) ? "/v1" + path : path;
        return PathKind.of(whole) == PathKind.OTHER || whole.startsWith(ModelListProtocol.BELOW)
                ? Optional.empty()
                : Optional.of(whole);
    }

    private static boolean plain(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        // a model's name may hold a slash; such a path is answered here and goes nowhere
        boolean slash = lower.contains("%2f") && !lower.startsWith(ModelListProtocol.BELOW);
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

    /** Whether a POST to it asks how many LLM tokens a message would have. */
    public boolean countsTokens() {
        return path.equals(MessagesProtocol.COUNT_TOKENS);
    }

    /** Whether a POST to it must name a model. */
    public boolean needsModel() {
        return kind.protocol.needsModel();
    }

    /** The protocols that serve it. */
    public Set<ApiProtocol> apis() {
        return owner().apis();
    }

    /** The dialect of a POST to it, where it can be put into another one. */
    public Optional<Dialect> dialect() {
        return kind.protocol.dialect();
    }

    /** The protocols of providers that can serve it by translation only, each with the kind of path that is then asked. */
    public Map<ApiProtocol, PathUse> translatedUses() {
        Map<ApiProtocol, PathUse> uses = new EnumMap<>(ApiProtocol.class);
        for (ApiProtocol api : ApiProtocol.values()) {
            if (!at(api).equals(this)) {
                uses.put(api, at(api).use());
            }
        }
        return uses;
    }

    /** The path that a provider of that protocol is asked in its place: this one, unless the request has to be translated. */
    public ApiPath at(ApiProtocol api) {
        return apis().contains(api) || dialect().isEmpty()
                ? this
                : new ApiPath(api.chatPath(), PathKind.of(api.chatPath()));
    }

    /** What an answer to a POST to it must hold. */
    public ExpectedBody expectedBody() {
        return kind.protocol.expectedBody();
    }

    /** Whether it may be answered by a stream of events, of which the shape is known. */
    public boolean streams() {
        return kind.protocol.streams();
    }

    /** Whether usage is asked for, when a stream's client did not. */
    public boolean injectsUsage() {
        return kind.protocol.injectsUsage();
    }

    /** A sign of life for a stream that has nothing to say: a whole comment or event, its empty line included. */
    public String heartbeat() {
        return kind.protocol.heartbeat();
    }

    /**
     * The same as an event where the protocol has an empty one, for a client that takes nothing else as a sign of life.
     *
     * @param requestId of the stream's request
     * @param model as the client calls it
     * @param now when it is written
     */
    public String chunkHeartbeat(String requestId, String model, Instant now) {
        return kind.protocol.chunkHeartbeat(requestId, model, now);
    }
}
