package sidecar.v2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import sidecar.json.ImportSummary;
import sidecar.ledger.Posting;
import sidecar.ledger.Usage;
import sidecar.ledger.UsageCounts;

/**
 * One UTC day of Sidecar V2's history: what its providers did hour by hour, and what it wrote down for each pool. The
 * hours are gone for providers that were deleted in V2, the days are not; so what the days have more than the hours is
 * history too, of providers that nobody knows any more.
 *
 * @param day since 1970, UTC
 * @param hours of known providers, every one of client {@link #CLIENT}
 * @param pools everything of the day, by pool
 */
public record V2Day(long day, List<Posting> hours, Map<String, UsageCounts> pools) {

    /** V2 knew no clients; this one is nobody's name today. */
    public static final String CLIENT = "sidecar-v2";

    /** Stands for the providers whose hours are gone. */
    public static final String DELETED = "deleted-in-v2";

    private static final int HOURS_A_DAY = 24;
    private static final int LONGEST_ID = 40;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_MODEL = 400;

    /** Of costs, as they are kept; what is stored must compare equal to what comes again. */
    private static final int DIGITS = 18;

    private static final BigDecimal MICROS_A_MILLI = BigDecimal.valueOf(1_000);

    public V2Day {
        hours = List.copyOf(hours);
        pools = Map.copyOf(pools);
    }

    /**
     * Sorts rows by their day. What cannot be read is left out, and said.
     *
     * @param hours V2's rows by provider and hour, with the provider's {@code backend_name} and {@code pool} as they are now
     * @param days V2's rows by day and pool
     */
    public static List<V2Day> read(List<ObjectNode> hours, List<ObjectNode> days, ImportSummary summary) {
        Map<Long, List<Posting>> postings = new LinkedHashMap<>();
        hours.forEach(row -> hour(new V2Row(row), summary)
                .ifPresent(read -> postings.computeIfAbsent(read.account().day(), day -> new ArrayList<>())
                        .add(read)));
        Map<Long, Map<String, UsageCounts>> pools = new LinkedHashMap<>();
        days.forEach(row -> day(new V2Row(row), pools, summary));
        return Stream.concat(postings.keySet().stream(), pools.keySet().stream())
                .distinct()
                .map(day -> new V2Day(day, postings.getOrDefault(day, List.of()), pools.getOrDefault(day, Map.of())))
                .toList();
    }

    private static Optional<Posting> hour(V2Row row, ImportSummary summary) {
        Optional<Instant> hour = row.time("hour_bucket");
        Usage usage = new Usage(row.count("prompt_tokens"), row.count("completion_tokens"), 0, 0, 0);
        long requests = row.count("request_count");
        long errors = row.count("error_count");
        BigDecimal latency = row.amount("avg_latency_ms");
        BigDecimal cost = row.amount("cost");
        String id = row.text("backend_id", LONGEST_ID);
        String name = row.text("backend_name", LONGEST_NAME);
        String model = row.text("model", LONGEST_MODEL);
        if (!fine(row, hour.isPresent() && !id.isEmpty(), "backend_id and hour_bucket", summary)) {
            return Optional.empty();
        }
        Posting.Account account = new Posting.Account(Posting.hour(hour.orElseThrow()), id, pool(row), model, CLIENT);
        long successes = Math.max(0, requests - errors);
        long took = latency.multiply(MICROS_A_MILLI).longValue() * successes;
        UsageCounts counts = counts(requests, errors, usage, cost, took);
        return Optional.of(new Posting(account, name.isEmpty() ? id : name, counts));
    }

    private static void day(V2Row row, Map<Long, Map<String, UsageCounts>> pools, ImportSummary summary) {
        Optional<Long> day = epochDay(row.text("date"));
        Usage usage = new Usage(row.count("total_tokens"), 0, 0, 0, 0);
        UsageCounts counts =
                counts(row.count("total_requests"), row.count("total_errors"), usage, row.amount("total_cost"), 0);
        if (fine(row, day.isPresent(), "date", summary)) {
            pools.computeIfAbsent(day.get(), d -> new LinkedHashMap<>()).merge(pool(row), counts, UsageCounts::plus);
        }
    }

    private static UsageCounts counts(long requests, long errors, Usage usage, BigDecimal cost, long tookMicros) {
        return new UsageCounts(
                requests,
                requests,
                errors,
                Math.max(0, requests - errors),
                0,
                usage,
                cost.setScale(DIGITS, RoundingMode.HALF_UP),
                new UsageCounts.Spent(tookMicros, 0, 0, 0));
    }

    private static boolean fine(V2Row row, boolean placed, String place, ImportSummary summary) {
        List<String> problems = new ArrayList<>(row.problems());
        if (!placed && problems.isEmpty()) {
            problems.add("it has no " + place);
        }
        if (!problems.isEmpty()) {
            summary.leftOut(row.text("id"), problems);
        }
        return problems.isEmpty();
    }

    private static String pool(V2Row row) {
        return row.text("pool").equals("fallback") ? "fallback" : "primary";
    }

    private static Optional<Long> epochDay(String date) {
        try {
            return Optional.of(LocalDate.parse(date).toEpochDay());
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    /** The hour that the day begins with, since 1970, UTC. */
    public long firstHour() {
        return day * HOURS_A_DAY;
    }

    /** The hours of a provider and model, added up. */
    public List<Posting> wholeDay() {
        Map<Posting.Account, Posting> sums = new LinkedHashMap<>();
        for (Posting hour : hours) {
            Posting.Account at = hour.account();
            Posting.Account whole =
                    new Posting.Account(firstHour(), at.providerId(), at.pool(), at.model(), at.client());
            sums.merge(whole, new Posting(whole, hour.provider(), hour.counts()), Posting::plus);
        }
        return List.copyOf(sums.values());
    }

    /**
     * What the pools' own rows have more than all hours together, in the pools that lack it. Providers may have moved
     * between pools since, so no pool is compared for itself alone.
     *
     * @param known by pool, what is known hour by hour
     */
    public List<Posting> ofDeletedProviders(Map<String, UsageCounts> known) {
        UsageCounts lacking = sum(pools.values()).excessOver(sum(known.values()));
        if (lacking.requests() == 0 && lacking.usage().total() == 0) {
            // two sums of the same fractions differ in their last digits
            return List.of();
        }
        List<Posting> postings = new ArrayList<>();
        for (Map.Entry<String, UsageCounts> pool : pools.entrySet()) {
            UsageCounts here = pool.getValue().excessOver(flat(known.getOrDefault(pool.getKey(), UsageCounts.NOTHING)));
            UsageCounts part = lacking.excessOver(lacking.excessOver(here)); // the smaller of the two, figure by figure
            lacking = lacking.excessOver(part);
            Posting.Account account = new Posting.Account(firstHour(), DELETED, pool.getKey(), "", CLIENT);
            postings.add(new Posting(account, "(deleted in V2)", part));
        }
        return postings.stream()
                .filter(posting -> !posting.counts().isNothing())
                .toList();
    }

    private static UsageCounts sum(Iterable<UsageCounts> all) {
        UsageCounts sum = UsageCounts.NOTHING;
        for (UsageCounts one : all) {
            sum = sum.plus(flat(one));
        }
        return sum;
    }

    /** As V2's days count: LLM tokens of either kind are one figure, and times are none. */
    private static UsageCounts flat(UsageCounts counts) {
        return counts(
                counts.requests(), counts.errors(), new Usage(counts.usage().total(), 0, 0, 0, 0), counts.cost(), 0);
    }
}
