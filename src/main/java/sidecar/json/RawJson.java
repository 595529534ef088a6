package sidecar.json;

/**
 * A value that is JSON already.
 *
 * @param text written as it is
 */
public record RawJson(String text) {

    @Override
    public String toString() {
        return text;
    }
}
