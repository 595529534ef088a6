package sidecar.provider.importing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import sidecar.json.FieldError;

/** What a text was read into, before any rule on providers is applied. Not thread-safe. */
final class ImportDrafts {

    /** Far beyond anybody's keys, well within what one transaction and one answer can carry. */
    static final int MAX = 2_000;

    /** More than anybody reads. */
    private static final int MAX_LEFT_OUT = 1_000;

    private final List<Draft> drafts = new ArrayList<>();
    private final List<ImportPlan.LeftOut> leftOut = new ArrayList<>();
    private final List<FieldError> errors = new ArrayList<>();

    /**
     * One provider to be.
     *
     * @param where it stood in the text, such as {@code line 3}
     * @param body in the shape of a POST; may lack what the options give
     */
    record Draft(String where, ObjectNode body) {}

    /** Takes no more than one beyond the most there may be, which is an error. */
    void add(String where, ObjectNode body) {
        if (drafts.size() > MAX) {
            return;
        }
        drafts.add(new Draft(where, body));
        if (drafts.size() == MAX + 1) {
            error("", "has more than " + MAX + " providers");
        }
    }

    /**
     * Names a part of the text that makes no provider.
     *
     * @param reason completes the sentence that begins with {@code where}; shows no value of the text
     */
    void leaveOut(String where, String reason) {
        if (leftOut.size() < MAX_LEFT_OUT) {
            leftOut.add(new ImportPlan.LeftOut(where, reason));
        } else if (leftOut.size() == MAX_LEFT_OUT) {
            leftOut.add(new ImportPlan.LeftOut(where, "is left out, and so is more after it"));
        }
    }

    void error(String where, String message) {
        errors.add(new FieldError(where, where.isEmpty() ? "the import " + message : where + " " + message));
    }

    List<Draft> drafts() {
        return drafts;
    }

    List<FieldError> errors() {
        return errors;
    }

    List<ImportPlan.LeftOut> leftOut() {
        return leftOut;
    }
}
