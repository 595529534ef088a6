package sidecar.reports.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.SomeEntry;
import sidecar.ledger.edge.MemoryDatabase;

/** How long the request log is looked through. */
class RequestLogSearchTest {

    private static final int MANY = 5_000;
    private static final Duration PATIENCE = Duration.ofMillis(60);

    @AutoClose
    private final MemoryDatabase memory = new MemoryDatabase();

    private final List<String> found = new ArrayList<>();

    private static RequestLogQueries.Filter outcome(Optional<String> outcome) {
        return new RequestLogQueries.Filter(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), outcome);
    }

    /** Every look at the clock takes that long. */
    private OptionalLong read(Duration look, Optional<String> outcome, OptionalLong before) {
        AtomicLong millis = new AtomicLong();
        InstantSource clock = () -> Instant.ofEpochMilli(millis.getAndAdd(look.toMillis()));
        return new RequestLogSearch(memory.source(), clock)
                .search(
                        outcome(outcome),
                        before,
                        2,
                        PATIENCE,
                        (columns, row) -> found.add(row.getString("request_id")));
    }

    private void fill() {
        LedgerEntry[] entries = new LedgerEntry[MANY];
        for (int i = 0; i < MANY; i++) {
            entries[i] = SomeEntry.entry()
                    .id("r" + i)
                    .outcome(i == 0 ? "queue_full" : LedgerEntry.OK)
                    .build();
        }
        memory.post(Instant.EPOCH, entries);
    }

    @Test
    void theNewestAreToldHoweverSlowTheMachineIs() {
        fill();

        OptionalLong next = read(Duration.ofSeconds(1), Optional.empty(), OptionalLong.empty());

        assertThat(found).containsExactly("r" + (MANY - 1), "r" + (MANY - 2));
        assertThat(next).isPresent();
    }

    @Test
    void whatIsRareIsLookedForUntilPatienceEndsAndFromThereTheNextTime() {
        fill();

        OptionalLong next = read(PATIENCE, Optional.of("queue_full"), OptionalLong.empty());
        assertThat(found).isEmpty();
        assertThat(next).isPresent();
        for (int page = 0; next.isPresent(); page++) {
            assertThat(page).as("pages").isLessThan(MANY / 1_000 + 1);
            next = read(PATIENCE, Optional.of("queue_full"), next);
        }

        assertThat(found).containsExactly("r0");
    }

    /** A node that was away writes down later what ended when the others' requests did. */
    @Test
    void whatWasWrittenLateHidesNothing() {
        LedgerEntry[] entries = new LedgerEntry[30_000];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = SomeEntry.at("2026-11-25T00:00:00Z")
                    .id("r" + i)
                    .endedAfter(Duration.ofSeconds(i))
                    .build();
        }
        entries[29_999] = SomeEntry.at("2026-11-25T00:00:00Z")
                .id("late")
                .endedAfter(Duration.ofSeconds(1))
                .build();
        memory.post(Instant.EPOCH, entries);
        Instant begin = Instant.parse("2026-11-25T00:00:00Z");

        new RequestLogSearch(memory.source(), () -> Instant.EPOCH)
                .search(
                        new RequestLogQueries.Filter(
                                Optional.of(begin.plusSeconds(1)),
                                Optional.of(begin.plusSeconds(3)),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        OptionalLong.empty(),
                        10,
                        PATIENCE,
                        (columns, row) -> found.add(row.getString("request_id")));

        assertThat(found).containsExactly("late", "r2", "r1");
    }
}
