package sidecar.ledger;

import java.util.ArrayList;
import java.util.List;
import sidecar.json.Texts;

/**
 * What was translated in the last attempt of an exchange. Immutable.
 *
 * @param dialects the client's and the provider's, such as {@code messages>chat}; twice the same one where the
 *     request lost something although the provider speaks it; empty when it was asked as the client asked
 * @param losses the names of what the client said and the provider's dialect cannot say; without commas
 */
public record TranslationNote(String dialects, List<String> losses) {

    /** Nothing was. */
    public static final TranslationNote NATIVE = new TranslationNote("", List.of());

    /** More than a request of any known client loses; the names may come from a request of many thousand fields. */
    private static final int MAX_LOSSES = 30;

    public TranslationNote {
        losses = List.copyOf(losses);
    }

    /**
     * A note that is fit to be kept: each loss once, short, as one word without commas; of more than 30 the first, and
     * how many there are beside them ({@code +12}).
     */
    public static TranslationNote of(String dialects, List<String> losses) {
        List<String> names =
                losses.stream().map(TranslationNote::word).distinct().toList();
        if (names.size() <= MAX_LOSSES) {
            return new TranslationNote(dialects, names);
        }
        List<String> first = new ArrayList<>(names.subList(0, MAX_LOSSES));
        first.add("+" + (names.size() - MAX_LOSSES));
        return new TranslationNote(dialects, first);
    }

    private static String word(String name) {
        return Texts.word(Texts.excerpt(name)).replace(',', '_');
    }
}
