package sidecar.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import sidecar.json.Decimals;
import sidecar.json.Json;

/** What happened lately, in slots of five seconds, for as long as {@link #KEPT}. Thread-safe; never blocks long. */
public final class RecentActivity implements Ledger {

    /** How far back it remembers. */
    public static final Duration KEPT = Duration.ofHours(2);

    /** A wait that somebody notices. */
    private static final Duration NOTICED = Duration.ofSeconds(1);

    private static final int SLOT_SECONDS = 5;
    private static final int SLOTS = (int) KEPT.toSeconds() / SLOT_SECONDS;
    private static final int SLOTS_A_MINUTE = 60 / SLOT_SECONDS;

    private final InstantSource clock;
    private final Slice[] slices = new Slice[SLOTS]; // guarded by this, as all below
    private final long[] numbers = new long[SLOTS];

    public RecentActivity(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * A stretch of time.
     *
     * @param counts of the exchanges that ended in it, with at least one attempt
     * @param refused those that ended in it without any attempt, and not by the client's own mistake
     * @param arrived those that began in it and have ended by now, but for those with a mistake of their own
     * @param waiting those that ended in it and had waited noticeably for a place
     * @param longestWait of those that ended in it
     */
    public record Slice(UsageCounts counts, long refused, long arrived, long waiting, Duration longestWait) {

        static final Slice NOTHING = new Slice(UsageCounts.NOTHING, 0, 0, 0, Duration.ZERO);

        /** That many exchanges began; nothing is known of their end. */
        public static Slice arrived(long arrived) {
            return new Slice(UsageCounts.NOTHING, 0, arrived, 0, Duration.ZERO);
        }

        Slice plus(Slice more) {
            return new Slice(
                    counts.plus(more.counts),
                    refused + more.refused,
                    arrived + more.arrived,
                    waiting + more.waiting,
                    longestWait.compareTo(more.longestWait) < 0 ? more.longestWait : longestWait);
        }

        /** As the API and the pages have it; times in whole milliseconds, 0 where there is nothing to average. */
        public ObjectNode json() {
            UsageCounts.Spent spent = counts.spent();
            return Json.object()
                    .put("requests", counts.requests())
                    .put("successes", counts.successes())
                    .put("failures", counts.requests() - counts.successes())
                    .put("refused", refused)
                    .put("arrived", arrived)
                    .put("waiting", waiting)
                    .put("prompt_tokens", counts.usage().prompt())
                    .put("completion_tokens", counts.usage().completion())
                    .put("total_tokens", counts.usage().total())
                    .put("cost", Decimals.shortest(counts.cost()))
                    .put("avg_latency_ms", mean(spent.took(), counts.successes()))
                    .put("ttft_ms", mean(spent.first(), spent.firsts()))
                    .put("avg_queue_wait_ms", mean(spent.waited(), counts.requests()))
                    .put("max_queue_wait_ms", longestWait.toMillis());
        }

        private static long mean(long micros, long over) {
            return over == 0 ? 0 : Math.round(micros / 1_000.0 / over);
        }
    }

    /** One minute of the clock, from {@code start} on. */
    public record Minute(Instant start, Slice slice) {

        public ObjectNode json() {
            return slice.json().put("minute", start.toString());
        }
    }

    @Override
    public void attempted(AttemptEntry attempt) {
        // its exchange names it again
    }

    @Override
    public void finished(LedgerEntry entry) {
        Duration waited = entry.times().waited();
        int waiting = waited.compareTo(NOTICED) < 0 ? 0 : 1;
        boolean tried = entry.last().isPresent();
        if (!tried && entry.clientsMistake()) {
            return;
        }
        Slice ended = tried
                ? new Slice(counts(entry), 0, 0, waiting, waited)
                : new Slice(UsageCounts.NOTHING, entry.refused() ? 1 : 0, 0, waiting, waited);
        Instant began = entry.endedAt().minus(entry.times().took());
        synchronized (this) {
            add(slot(entry.endedAt()), ended);
            add(slot(began), Slice.arrived(1));
        }
    }

    private static UsageCounts counts(LedgerEntry entry) {
        UsageCounts sum = UsageCounts.of(entry);
        for (AttemptEntry attempt : entry.attempts()) {
            sum = sum.plus(UsageCounts.of(attempt));
        }
        return sum;
    }

    /** What an earlier run has written down about the five seconds around a moment. */
    public synchronized void seed(Instant moment, Slice earlier) {
        add(slot(moment), earlier);
    }

    private static long slot(Instant moment) {
        return Math.floorDiv(moment.getEpochSecond(), SLOT_SECONDS);
    }

    private void add(long slot, Slice more) {
        int place = Math.floorMod(slot, SLOTS);
        if (slot > numbers[place] || slices[place] == null) {
            numbers[place] = slot;
            slices[place] = more;
        } else if (slot == numbers[place]) {
            slices[place] = slices[place].plus(more);
        }
        // else it is older than what is kept
    }

    /** The time up to now, to five seconds exactly. */
    public synchronized Slice last(Duration time) {
        long now = slot(clock.instant());
        return sum(now - time.toSeconds() / SLOT_SECONDS, now);
    }

    /** The last so many minutes of the clock, the present one included, the oldest first. */
    public synchronized List<Minute> minutes(int many) {
        long present = Math.floorDiv(clock.instant().getEpochSecond(), 60);
        List<Minute> minutes = new ArrayList<>();
        for (long minute = present - many + 1; minute <= present; minute++) {
            long last = (minute + 1) * SLOTS_A_MINUTE - 1;
            minutes.add(new Minute(Instant.ofEpochSecond(minute * 60), sum(last - SLOTS_A_MINUTE, last)));
        }
        return minutes;
    }

    /** Slots after the first up to the last. */
    private Slice sum(long after, long last) {
        Slice sum = Slice.NOTHING;
        for (long slot = after + 1; slot <= last; slot++) {
            int place = Math.floorMod(slot, SLOTS);
            if (numbers[place] == slot && slices[place] != null) {
                sum = sum.plus(slices[place]);
            }
        }
        return sum;
    }
}
