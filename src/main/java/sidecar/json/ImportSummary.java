package sidecar.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What became of the rows of another installation's table, as the answer to whoever brought them. Not thread-safe. */
public final class ImportSummary {

    private long imported;
    private long known;
    private long outdated;
    private final ArrayNode leftOut = Json.array();
    private final ArrayNode notes = Json.array();

    /** A row that is new here, or brought something new. */
    public void imported() {
        imported++;
    }

    /** A row that was taken over before, or is here already: nothing of it was changed. */
    public void known() {
        known++;
    }

    /** A row that is older than its like is kept here. */
    public void outdated() {
        outdated++;
    }

    /** A row that cannot be taken over, by a name that its owner knows, and everything that speaks against it. */
    public void leftOut(String name, List<String> reasons) {
        ObjectNode row = leftOut.addObject().put("name", Texts.excerpt(name));
        reasons.forEach(row.putArray("reasons")::add);
    }

    /** Something to know about a row that was imported. */
    public void note(String name, String sentence) {
        notes.add(Texts.excerpt(name) + ": " + sentence);
    }

    /** Everything, and whether it was only asked what would be. */
    public ObjectNode json(boolean dryRun) {
        ObjectNode answer = Json.object()
                .put("dry_run", dryRun)
                .put("imported", imported)
                .put("known", known)
                .put("outdated", outdated);
        answer.set("left_out", leftOut);
        answer.set("notes", notes);
        return answer;
    }
}
