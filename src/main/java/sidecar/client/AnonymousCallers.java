package sidecar.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who has called without a token within the last day: the first token that is made shuts them out. Kept in memory, so since
 * the start at most. Thread-safe; never blocks.
 */
public final class AnonymousCallers {

    private static final Duration KEPT = Duration.ofDays(1);
    private static final int MAX_CALLERS = 100;
    private static final int MAX_USER_AGENT_CHARS = 120;

    private final Map<Who, Seen> seen = new HashMap<>();

    /**
     * Told apart by where it is and what it calls itself.
     *
     * @param address of the other end of the connection
     * @param program what its User-Agent says; empty when it says nothing
     */
    private record Who(String address, String program) {}

    private record Seen(long calls, Instant last) {}

    /** A caller, how often it has called, and when it did so last. */
    public record AnonymousCaller(String address, String program, long calls, Instant last) {}

    /** It has just been let in without a token. */
    public synchronized void note(String address, String userAgent, Instant now) {
        Who who = new Who(address, userAgent.substring(0, Math.min(userAgent.length(), MAX_USER_AGENT_CHARS)));
        Seen before = seen.get(who);
        if (before == null && seen.size() == MAX_CALLERS) {
            seen.entrySet().stream()
                    .min(Comparator.comparing(each -> each.getValue().last()))
                    .ifPresent(oldest -> seen.remove(oldest.getKey()));
        }
        seen.put(who, new Seen(before == null ? 1 : before.calls() + 1, now));
    }

    /** Those of the last day, the latest first. */
    public synchronized List<AnonymousCaller> recent(Instant now) {
        seen.values().removeIf(each -> each.last().isBefore(now.minus(KEPT)));
        List<AnonymousCaller> all = new ArrayList<>();
        seen.forEach(
                (who, each) -> all.add(new AnonymousCaller(who.address(), who.program(), each.calls(), each.last())));
        all.sort(Comparator.comparing(AnonymousCaller::last).reversed());
        return all;
    }
}
