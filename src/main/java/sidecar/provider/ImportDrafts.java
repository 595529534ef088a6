package sidecar.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import sidecar.json.FieldError;

/** What a text was read into, before any rule on providers is applied. Not thread-safe. */
final class ImportDrafts {

    /** Far beyond anybody's keys, well within what one transaction and one answer can carry. */
    static final int MAX = 2_000;

    private final List<Draft> drafts = new ArrayList<>();
    private final List<FieldError> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /**
     * One provider to be.
     *
     * @param where it stood in the text, such as {@code line 3}
     * @param body in the shape of a POST; may lack what the options give
     */
    record Draft(String where, ObjectNode body) {}

    void add(String where, ObjectNode body) {
        drafts.add(new Draft(where, body));
        if (drafts.size() == MAX + 1) {
            error("", "has more than " + MAX + " providers");
        }
    }

    void error(String where, String message) {
        errors.add(new FieldError(where, where.isEmpty() ? "the import " + message : where + " " + message));
    }

    void warn(String message) {
        warnings.add(message);
    }

    List<Draft> drafts() {
        return drafts;
    }

    List<FieldError> errors() {
        return errors;
    }

    List<String> warnings() {
        return warnings;
    }
}
