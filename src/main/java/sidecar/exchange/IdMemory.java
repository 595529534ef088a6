package sidecar.exchange;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which provider issued an id, such as {@code file-…}, {@code batch_…} or {@code resp_…}: only that one knows it later.
 * Keeps the latest 10,000. Thread-safe; holds a lock for nanoseconds only.
 */
public final class IdMemory {

    /** How many ids are kept. */
    public static final int MOST = 10_000;

    private static final Pattern ID = Pattern.compile("[a-z]{2,20}[-_][A-Za-z0-9_-]{4,200}");

    private final Map<String, String> providers = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    synchronized void issued(String id, String providerId) {
        if (ID.matcher(id).matches() && !id.startsWith("chatcmpl") && !id.startsWith("cmpl")) {
            providers.put(id, providerId);
        }
    }

    /** The provider that issued one of the ids a path names, the last named first. */
    synchronized Optional<String> inPath(String path) {
        String[] segments = path.split("/", -1);
        for (int i = segments.length - 1; i >= 0; i--) {
            Optional<String> found = issuer(segments[i]);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The id of the provider that issued {@code id}. */
    synchronized Optional<String> issuer(String id) {
        return Optional.ofNullable(providers.get(id));
    }

    /** All that is remembered, the oldest first: for keeping over a restart. */
    public synchronized Map<String, String> all() {
        return new LinkedHashMap<>(providers);
    }

    /** Takes up what an earlier run remembered. */
    public synchronized void restore(Map<String, String> earlier) {
        providers.putAll(earlier);
    }
}
