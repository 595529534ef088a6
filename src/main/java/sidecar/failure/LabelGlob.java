package sidecar.failure;

/**
 * Which providers a rule speaks of, by their labels: {@code *} stands for any characters, {@code ?} for one, case does
 * not matter. Empty for any label. Immutable; takes time proportional to the two lengths' product at worst.
 */
public record LabelGlob(String text) {

    /** Any label, also none. */
    public static final LabelGlob ANY = new LabelGlob("");

    boolean matches(String label) {
        return text.isEmpty() || matches(folded(text), folded(label));
    }

    private static int[] folded(String text) {
        return text.codePoints()
                .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
                .toArray();
    }

    /** Only the last star ever needs to be tried again: what an earlier one gives, a later one can take. */
    private static boolean matches(int[] glob, int[] label) {
        int g = 0;
        int star = -1;
        int resume = 0;
        for (int l = 0; l < label.length; ) {
            if (g < glob.length && glob[g] == '*') {
                star = g++;
                resume = l;
            } else if (g < glob.length && (glob[g] == '?' || glob[g] == label[l])) {
                g++;
                l++;
            } else if (star >= 0) {
                g = star + 1;
                l = ++resume;
            } else {
                return false;
            }
        }
        while (g < glob.length && glob[g] == '*') {
            g++;
        }
        return g == glob.length;
    }
}
