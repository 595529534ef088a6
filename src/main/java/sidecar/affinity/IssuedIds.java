package sidecar.affinity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which provider issued an id, such as {@code file-…}, {@code batch_…} or {@code resp_…}: only that one knows it later.
 * Keeps the latest 10,000. Thread-safe; holds a lock for nanoseconds only.
 */
public final class IssuedIds {

    /** How many ids are kept. */
    public static final int MOST = 10_000;

    private static final Pattern ID = Pattern.compile("[a-z]{2,20}[-_][A-Za-z0-9_-]{4,200}");
    /** Issued with every chat answer, and never named again. */
    private static final Pattern NEVER_NAMED = Pattern.compile("(chatcmpl|cmpl|embd|msg)[-_].*");

    private final Map<String, String> providers = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };
    private List<Issued> fresh = new ArrayList<>();

    /** An id and who issued it. */
    public record Issued(String id, String providerId) {}

    public synchronized void issued(String id, String providerId) {
        boolean named = ID.matcher(id).matches() && !NEVER_NAMED.matcher(id).matches();
        if (named && !providerId.equals(providers.put(id, providerId)) && fresh.size() < MOST) {
            fresh.add(new Issued(id, providerId));
        }
    }

    /** The provider that issued one of the ids a path names, the last named first. */
    public synchronized Optional<String> inPath(String path) {
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
    public synchronized Optional<String> issuer(String id) {
        return Optional.ofNullable(providers.get(id));
    }

    /** What was issued since this was last asked. */
    public synchronized List<Issued> fresh() {
        List<Issued> taken = fresh;
        fresh = new ArrayList<>();
        return taken;
    }

    /** What was taken as fresh could not be written down: the next asking gives it again. */
    public synchronized void requeue(List<Issued> taken) {
        List<Issued> all = new ArrayList<>(taken);
        all.addAll(fresh);
        fresh = new ArrayList<>(all.subList(Math.max(0, all.size() - MOST), all.size()));
    }

    /** Takes up what an earlier run remembered, the oldest first. */
    public synchronized void restore(Map<String, String> earlier) {
        providers.putAll(earlier);
    }
}
