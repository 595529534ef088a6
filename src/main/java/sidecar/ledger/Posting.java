package sidecar.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is added to one account of the books: those of an hour, of a provider, a pool, a model and a client.
 *
 * @param provider its name at that time
 */
public record Posting(Account account, String provider, UsageCounts counts) {

    private static final long SECONDS_AN_HOUR = 3_600;

    /**
     * Where it is added.
     *
     * @param hour since 1970, UTC
     * @param model canonical; empty for paths without one
     */
    public record Account(long hour, String providerId, String pool, String model, String client) {

        /** The UTC day since 1970. */
        public long day() {
            return Math.floorDiv(hour, 24);
        }
    }

    /** The hour that {@code instant} lies in, since 1970, UTC. */
    public static long hour(Instant instant) {
        return Math.floorDiv(instant.getEpochSecond(), SECONDS_AN_HOUR);
    }

    /** What the entries add, one posting an account, in the order of their first mention. */
    public static List<Posting> of(List<LedgerEntry> entries) {
        Map<Account, Posting> postings = new LinkedHashMap<>();
        for (LedgerEntry entry : entries) {
            for (AttemptEntry attempt : entry.attempts()) {
                add(postings, entry, attempt, UsageCounts.of(attempt));
            }
            entry.last().ifPresent(last -> add(postings, entry, last, UsageCounts.of(entry)));
        }
        return new ArrayList<>(postings.values());
    }

    private static void add(
            Map<Account, Posting> postings, LedgerEntry entry, AttemptEntry attempt, UsageCounts counts) {
        Account account = new Account(
                hour(entry.endedAt()), attempt.providerId(), attempt.pool(), attempt.model(), entry.client());
        postings.merge(account, new Posting(account, attempt.provider(), counts), Posting::plus);
    }

    /** Both together, under the later name. */
    public Posting plus(Posting later) {
        return new Posting(account, later.provider, counts.plus(later.counts));
    }

    /** What they add together, whatever the accounts. */
    public static UsageCounts sum(List<Posting> postings) {
        return postings.stream().map(Posting::counts).reduce(UsageCounts.NOTHING, UsageCounts::plus);
    }

    /** The same account with other figures. */
    public Posting with(UsageCounts other) {
        return new Posting(account, provider, other);
    }
}
