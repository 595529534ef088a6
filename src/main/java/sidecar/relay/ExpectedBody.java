package sidecar.relay;

import sidecar.protocol.ApiPath;

/** What an answer must hold. */
public enum ExpectedBody {
    /** What the paths do whose answers we know: choices, data, content, output. */
    KNOWN,
    /** Something that is not an error: images, sound, text, results. */
    SOMETHING,
    /** Whatever comes. */
    ANY;

    /** What an answer to a request for a model on that path must hold. */
    public static ExpectedBody to(ApiPath.PathKind kind) {
        return switch (kind) {
            case CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES, MESSAGES -> KNOWN;
            case MODEL -> SOMETHING;
            case MODELS, OTHER -> ANY;
        };
    }
}
