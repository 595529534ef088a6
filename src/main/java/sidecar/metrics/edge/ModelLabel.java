package sidecar.metrics.edge;

import java.util.function.Predicate;

/**
 * What a model is called in a label. Clients may ask for anything, and every new value of a label is a new series for ever.
 *
 * @param known whether that is a canonical model that an operator has named
 */
record ModelLabel(Predicate<String> known) {

    /** The model itself, {@code other} for one that nobody has named, {@code none} for an empty one. */
    String of(String model) {
        if (model.isEmpty()) {
            return "none";
        }
        return known.test(model) ? model : "other";
    }
}
