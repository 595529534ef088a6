package sidecar.pool;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which refusals are believed. One request alone may be refused for what it says; a second one that says something else is
 * refused for what it asks of, and then others need not be. Thread-safe; never blocks.
 */
final class RefusalConfirmations {

    static final Duration REMEMBERED = Duration.ofHours(1);

    private static final int MAX = 10_000;

    private final Map<String, Refused> first = new ConcurrentHashMap<>();

    private record Refused(long content, long atNanos) {}

    /**
     * A request was refused.
     *
     * @param what it asked of, such as a provider's model
     * @param content of the request, as a number that is another for other content
     * @return whether that is confirmed now
     */
    boolean confirm(String what, long content, long now) {
        forgetOld(now);
        Refused before = first.putIfAbsent(what, new Refused(content, now));
        boolean confirmed =
                before != null && before.content() != content && now - before.atNanos() < REMEMBERED.toNanos();
        if (confirmed) {
            first.remove(what);
        } else if (before != null) {
            // the same once more, or so much later that it proves nothing: the next one is compared with this
            first.put(what, new Refused(content, now));
        }
        return confirmed;
    }

    /** The provider has been changed, or is gone. */
    void forget(String providerId) {
        first.keySet().removeIf(what -> what.equals(providerId) || what.startsWith(providerId + ' '));
    }

    /** It was not refused: what was said before was about the request. */
    void served(String what) {
        first.remove(what);
    }

    int size() {
        return first.size();
    }

    private void forgetOld(long now) {
        if (first.size() >= MAX) {
            first.values().removeIf(refused -> now - refused.atNanos() >= REMEMBERED.toNanos());
        }
        Iterator<String> any = first.keySet().iterator();
        if (first.size() >= MAX && any.hasNext()) {
            first.remove(any.next());
        }
    }
}
