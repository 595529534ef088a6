package sidecar.ledger;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.failure.FailureClass;

/** Entries for tests, described by what matters there. */
public final class SomeEntry {

    private Instant endedAt = Instant.parse("2026-11-25T10:20:30Z");
    private String id = "req-1";
    private String client = "agent";
    private String path = "/v1/chat/completions";
    private String model = "m";
    private int status = 200;
    private String outcome = "ok";
    private final List<AttemptEntry> attempts = new ArrayList<>();
    private Optional<Bill> bill = Optional.empty();
    private TranslationNote translation = TranslationNote.NATIVE;
    private LedgerEntry.Times times = new LedgerEntry.Times(
            Duration.ofMillis(500),
            Duration.ofMillis(20),
            Duration.ofMillis(1),
            Duration.ofMillis(470),
            Optional.of(Duration.ofMillis(90)));

    private SomeEntry() {}

    public static SomeEntry at(String instant) {
        SomeEntry entry = new SomeEntry();
        entry.endedAt = Instant.parse(instant);
        return entry;
    }

    public static SomeEntry entry() {
        return new SomeEntry();
    }

    /** So much later. */
    public SomeEntry endedAfter(Duration later) {
        endedAt = endedAt.plus(later);
        return this;
    }

    public SomeEntry id(String value) {
        id = value;
        return this;
    }

    public SomeEntry client(String value) {
        client = value;
        return this;
    }

    public SomeEntry path(String value) {
        path = value;
        return this;
    }

    public SomeEntry model(String value) {
        model = value;
        return this;
    }

    public SomeEntry outcome(String value) {
        outcome = value;
        return this;
    }

    public SomeEntry status(int value) {
        status = value;
        return this;
    }

    public SomeEntry took(Duration took) {
        times = new LedgerEntry.Times(took, Duration.ZERO, Duration.ZERO, took, Optional.empty());
        return this;
    }

    /** An attempt on the provider of that name, whose id is {@code bkd_} and the name. */
    public SomeEntry tried(String provider) {
        attempts.add(new AttemptEntry("bkd_" + provider, provider, "primary", model, Optional.empty(), true));
        return this;
    }

    public SomeEntry tried(String provider, String pool, FailureClass failure) {
        attempts.add(new AttemptEntry("bkd_" + provider, provider, pool, model, Optional.of(failure), false));
        return this;
    }

    public SomeEntry used(long prompt, long completion, String cost) {
        return used(new Usage(prompt, completion, 0, 0, 0), Bill.Certainty.REPORTED, cost);
    }

    public SomeEntry used(Usage usage, Bill.Certainty certainty, String cost) {
        bill = Optional.of(new Bill(usage, certainty, new BigDecimal(cost)));
        return this;
    }

    public SomeEntry translated(String dialects, String... losses) {
        translation = new TranslationNote(dialects, List.of(losses));
        return this;
    }

    public LedgerEntry build() {
        return new LedgerEntry(
                endedAt, id, client, path, true, model, attempts, outcome, status, times, bill, translation);
    }
}
