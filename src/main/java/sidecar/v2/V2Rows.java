package sidecar.v2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of Sidecar V2's tables as a request brings them. */
public final class V2Rows {

    /** More would have to be held in memory at a time; whoever has more asks again. */
    private static final int MOST = 10_000;

    /** What {@link #of} asks for, as a sentence. */
    public static final String RULE = "The body must be a list of at most " + MOST + " objects, one a row";

    private V2Rows() {}

    /** Whether {@code ?dry_run=} asks only what would be: whoever does not say false clearly is not taken to mean it. */
    public static boolean isPreview(@Nullable String dryRun) {
        return dryRun != null && !dryRun.equals("false");
    }

    /** The rows of a list; empty when it is none, or too long. */
    public static Optional<List<ObjectNode>> of(JsonNode list) {
        List<ObjectNode> rows = new ArrayList<>();
        list.forEach(item -> {
            if (item instanceof ObjectNode row) {
                rows.add(row);
            }
        });
        boolean fine = list.isArray() && rows.size() == list.size() && rows.size() <= MOST;
        return fine ? Optional.of(rows) : Optional.empty();
    }
}
