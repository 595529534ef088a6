package sidecar.cluster;

import java.util.regex.Pattern;

/**
 * What this gateway is called among those that share its database. It is kept over restarts, and no other gateway has it: what a node owns of shared limits, and how far its ledger's journal is
 * in the database, is stored under it.
 *
 * @param value 1 to 100 letters, digits, dots, hyphens
 */
public record NodeName(String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9.-]{1,100}");

    /** Of the only gateway of its database. */
    public static final NodeName LOCAL = new NodeName("local");

    public NodeName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a node's name: " + value);
        }
    }

    /** Whether a text is one. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
