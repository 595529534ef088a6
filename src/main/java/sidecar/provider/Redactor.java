package sidecar.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one place that takes secrets out of texts: every occurrence of one it knows becomes that secret's mask, also one
 * that is written with JSON escapes, in JSON inside JSON too. Looks at each character once, or once for each layer of
 * escapes, however many secrets there are. Immutable; callable from any thread.
 */
public final class Redactor {

    /** Knows nothing. */
    public static final Redactor NONE = of(List.of());

    private static final int MOST_COMPARED = 8;

    /** Layers of escapes that are undone: JSON in a string of JSON, and once more. */
    private static final int LAYERS = 3;

    /** The characters of an escape that has not come to its end, doubled by each layer around it. */
    private static final int UNFINISHED = 6 << LAYERS;

    /** Sorted by the hash of the beginning; of two with the same one, the longer first. */
    private final Needle[] needles;

    private final int[] hashes;
    private final int beginning;
    private final int longest;

    /** @param latin whether it is the form that stands in bytes read as Latin-1 */
    private record Needle(String text, Secret secret, boolean latin) {
        String mask() {
            return latin ? Redactor.latin(secret.mask()) : secret.mask();
        }
    }

    // plain loops: one is made for every answer of an upstream
    private Redactor(List<Needle> all) {
        int shortest = MOST_COMPARED;
        int max = 1;
        for (Needle needle : all) {
            shortest = Math.min(shortest, needle.text().length());
            max = Math.max(max, needle.text().length());
        }
        this.beginning = shortest;
        this.longest = max;
        this.needles = all.toArray(new Needle[0]);
        if (needles.length > 1) {
            Arrays.sort(
                    needles,
                    Comparator.<Needle>comparingInt(n -> hash(n.text(), 0))
                            .thenComparing(n -> -n.text().length()));
        }
        this.hashes = new int[needles.length];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = hash(needles[i].text(), 0);
        }
    }

    /** A redactor of these secrets. */
    public static Redactor of(Collection<Secret> secrets) {
        List<Needle> needles = new ArrayList<>(secrets.size());
        for (Secret secret : secrets) {
            needles.add(new Needle(secret.reveal(), secret, false));
            String latin = latin(secret.reveal());
            if (!latin.equals(secret.reveal())) {
                needles.add(new Needle(latin, secret, true));
            }
        }
        return new Redactor(needles);
    }

    /** {@code text} with every secret replaced; the same object when there is none. */
    public String text(String text) {
        String clean = replaced(text, null);
        for (int layers = 1; layers <= LAYERS && clean.indexOf('\\') >= 0 && needles.length > 0; layers++) {
            clean = replaced(clean, unescaped(clean, layers));
        }
        return clean;
    }

    private static UnescapedText unescaped(String text, int layers) {
        UnescapedText view = UnescapedText.raw(text);
        for (int i = 0; i < layers && view.hasEscapes(); i++) {
            view = view.unescaped();
        }
        return view;
    }

    /** @param view where to look; null for the text itself */
    private String replaced(String text, @Nullable UnescapedText view) {
        String searched = view == null ? text : view.text();
        StringBuilder clean = null;
        int copied = 0;
        int at = 0;
        while (at + beginning <= searched.length()) {
            Needle found = needle(searched, at);
            if (found == null) {
                at++;
                continue;
            }
            clean = clean == null ? new StringBuilder(text.length()) : clean;
            clean.append(text, copied, view == null ? at : view.starts()[at]).append(found.mask());
            at += found.text().length();
            copied = view == null ? at : view.starts()[at];
        }
        return clean == null ? text : clean.append(text, copied, text.length()).toString();
    }

    /** {@code body}, in UTF-8 or anything else, with every secret replaced; the same array when there is none. */
    public byte[] bytes(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String clean = text(text);
        return clean.equals(text) ? body : clean.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * How many bytes of the beginning of a longer body can be redacted now: no secret begins in them that ends after
     * them, or may end in what has not come yet.
     */
    public int redactableLength(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int cut = body.length;
        for (int before = -1; before != cut; ) {
            before = cut;
            cut = settledInAllLayers(text, cut);
        }
        return cut;
    }

    private int settledInAllLayers(String text, int max) {
        int cut = redactableLength(text, longest - 1, max);
        UnescapedText view = UnescapedText.raw(text);
        for (int layers = 1; layers <= LAYERS && view.hasEscapes(); layers++) {
            view = view.unescaped();
            // the last place in this view that is not after the cut: never inside an escape
            int found = Arrays.binarySearch(view.starts(), cut);
            int inside = redactableLength(view.text(), longest - 1 + UNFINISHED, found >= 0 ? found : -found - 2);
            cut = view.starts()[inside];
        }
        return cut;
    }

    /** As {@link #redactableLength(byte[])}, of a text that ends {@code kept} characters later, and not after {@code max}. */
    private int redactableLength(String text, int kept, int max) {
        int cut = Math.max(0, Math.min(max, text.length() - kept));
        for (int before = -1; before != cut; ) {
            before = cut;
            for (int at = Math.max(0, cut - longest + 1); at < cut; at++) {
                Needle found = at + beginning <= text.length() ? needle(text, at) : null;
                cut = found != null && at + found.text().length() > cut ? at : cut;
            }
        }
        return cut;
    }

    /** The longest secret that stands there; null for none. */
    private @Nullable Needle needle(String text, int at) {
        if (hashes.length == 0) {
            return null;
        }
        int hash = hash(text, at);
        int index = Arrays.binarySearch(hashes, hash);
        while (index > 0 && hashes[index - 1] == hash) {
            index--;
        }
        for (; index >= 0 && index < hashes.length && hashes[index] == hash; index++) {
            if (text.startsWith(needles[index].text(), at)) {
                return needles[index];
            }
        }
        return null;
    }

    private int hash(String text, int from) {
        int hash = 0;
        for (int i = from; i < from + beginning; i++) {
            hash = 31 * hash + text.charAt(i);
        }
        return hash;
    }

    /** UTF-8 bytes as characters of the same number, so that any body can be searched without being decoded. */
    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
