package sidecar.provider.edge.page;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import sidecar.console.edge.FormJson;
import sidecar.json.FieldError;

/** A line in one of the form's tables, which knows what of it was refused. */
public abstract class FormRow implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> errors = new LinkedHashMap<>();

    /** What stands in its inputs, by the API's names. */
    public Map<String, String> getValues() {
        return values;
    }

    /** Messages by input; the empty name stands for the line as a whole. */
    public Map<String, String> getErrors() {
        return errors;
    }

    String value(String name) {
        return FormJson.text(values.get(name));
    }

    /** The key under which the API has it. */
    abstract String key();

    /** Takes an error if it is about something at or under {@code path}. */
    boolean takes(String path, FieldError error) {
        boolean mine = error.field().equals(path) || error.field().startsWith(path + ".");
        if (mine) {
            String input = error.field()
                    .substring(Math.min(path.length() + 1, error.field().length()));
            errors.putIfAbsent(input, error.message());
        }
        return mine;
    }
}
