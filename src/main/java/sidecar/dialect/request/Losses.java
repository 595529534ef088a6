package sidecar.dialect.request;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what a client said and the provider's dialect cannot say. Not thread-safe. */
public final class Losses {

    /**
     * One of them.
     *
     * @param name the member or the kind, as the client wrote it: {@code top_k}, {@code web_search_20250305}
     * @param changesAnswer whether the answer may be another one for it
     */
    public record Loss(String name, boolean changesAnswer) {}

    /** More are not named one by one. */
    private static final int MAX = 32;

    /** The longest name that is repeated. */
    private static final int MAX_NAME = 64;

    private final Map<String, Loss> byName = new LinkedHashMap<>();
    private Map<String, String> words = Map.of();

    /**
     * From now on losses are named as the client says it: those that write for a provider do not know its dialect.
     *
     * @param clientsWords by the names that those use
     */
    public void nameAs(Map<String, String> clientsWords) {
        words = clientsWords;
    }

    /** Without it the answer may be another one. */
    public void changing(String name) {
        add(name, true);
    }

    /** The answer is the same without it. */
    public void harmless(String name) {
        add(name, false);
    }

    /** The losses of another step of the same translation. */
    public void addAll(List<Loss> others) {
        others.forEach(loss -> add(loss.name(), loss.changesAnswer()));
    }

    private void add(String name, boolean changesAnswer) {
        String word = words.getOrDefault(name, name);
        String shown = word.length() > MAX_NAME ? word.substring(0, MAX_NAME) : word;
        String key = byName.size() >= MAX && !byName.containsKey(shown) ? "…" : shown;
        byName.merge(
                key,
                new Loss(key, changesAnswer),
                (one, other) -> new Loss(key, one.changesAnswer() || other.changesAnswer()));
    }

    /** In the order in which they were met, each once. */
    public List<Loss> list() {
        return List.copyOf(new ArrayList<>(byName.values()));
    }
}
