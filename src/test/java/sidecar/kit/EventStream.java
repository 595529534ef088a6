package sidecar.kit;

import java.util.ArrayList;
import java.util.List;

/** Server-sent events as text. Pure functions. */
public final class EventStream {

    private static final String DATA = "data: ";

    private EventStream() {}

    /** The data of each event that has a JSON object, in order. */
    public static List<String> objects(String text) {
        List<String> objects = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (line.startsWith(DATA + "{")) {
                objects.add(line.substring(DATA.length()));
            }
        }
        return objects;
    }
}
