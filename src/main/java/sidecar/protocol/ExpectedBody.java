package sidecar.protocol;

/** What an answer must hold. */
public enum ExpectedBody {
    /** What the paths do whose answers we know: choices, data, content, output. */
    KNOWN,
    /** Something that is not an error: images, sound, text, results. */
    SOMETHING,
    /** Whatever comes. */
    ANY
}
