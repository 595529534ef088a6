package sidecar.door;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Whether a request target means what lies inside the WAR, by a path with parameters. The server refuses the plain spelling itself; to this one it
 * answers with a redirect and a page of its own, before any filter. Pure functions.
 */
final class WarInternalPath {

    private WarInternalPath() {}

    /** @param path of a target that is otherwise in order */
    static boolean isInside(String path) {
        if (path.indexOf(';') < 0) {
            return false;
        }
        String plain = URLDecoder.decode(path.replaceAll(";[^/]*", "").replace("+", "%2B"), StandardCharsets.UTF_8)
                .replaceAll("(/\\.?)+/", "/")
                .toUpperCase(Locale.ROOT);
        return (plain + "/").matches("/(WEB|META)-INF/.*");
    }
}
