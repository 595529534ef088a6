package sidecar.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** An answer of {@code src/test/resources/usage}, where a README explains the marks in it. */
public record Recording(String marked) {

    private static final String MODEL = "@model@";
    private static final String ASKED = "@asked ";
    private static final String EARLY = "@early ";

    /** The one in that file. */
    public static Recording of(String file) {
        try (InputStream in = Recording.class.getResourceAsStream("/usage/" + file)) {
            if (in == null) {
                throw new AssertionError("no recording " + file);
            }
            return new Recording(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the upstream sends it, to one who asks for usage or not. */
    public String sent(String nativeId, boolean asked) {
        return without(asked ? "" : ASKED).replace(ASKED, "").replace(EARLY, "").replace(MODEL, nativeId);
    }

    /** As it is relayed to a client that asked for usage itself, or did not. */
    public String relayed(String canonical, boolean asked) {
        return new Recording(without(EARLY))
                .without(asked ? "" : ASKED)
                .replace(ASKED, "")
                .replace(MODEL, canonical);
    }

    /** Without the events that begin with that mark. */
    private String without(String mark) {
        if (mark.isEmpty()) {
            return marked;
        }
        StringBuilder kept = new StringBuilder();
        for (String event : marked.split("(?<=\n\n)", -1)) {
            kept.append(event.startsWith(mark) ? "" : event);
        }
        return kept.toString();
    }
}
