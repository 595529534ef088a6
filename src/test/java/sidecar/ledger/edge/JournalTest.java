package sidecar.ledger.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.failure.FailureClass;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.SomeEntry;
import sidecar.ledger.Usage;

class JournalTest {

    private static final long LARGE = 1 << 20;

    @TempDir
    Path directory;

    private static LedgerEntry entry(String id) {
        return SomeEntry.entry().id(id).tried("a").used(1, 2, "0.000001").build();
    }

    private static List<LedgerEntry> entries(int from, int to) {
        List<LedgerEntry> entries = new ArrayList<>();
        for (int i = from; i < to; i++) {
            entries.add(entry("r" + i));
        }
        return entries;
    }

    private Journal open(Journal.Position after) throws IOException {
        return Journal.open(directory, after, LARGE);
    }

    /** Reads to the end in pages of {@code max}, from {@code position}; collects the entries' ids. */
    private static Journal.Position readAll(Journal journal, Journal.Position position, int max, List<String> ids)
            throws IOException {
        Journal.Position at = position;
        for (Journal.Page page = journal.read(at, max); !page.next().equals(at); page = journal.read(at, max)) {
            page.entries().forEach(entry -> ids.add(entry.requestId()));
            at = page.next();
        }
        return at;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void anEntryComesBackAsItWas() throws IOException {
        LedgerEntry all = SomeEntry.entry()
                .model("名字 \"q\"\\")
                .tried("a", "fallback", FailureClass.MODEL_BUSY)
                .tried("b")
                .used(new Usage(9, 8, 7, 1, 5), Bill.Certainty.PARTIAL, "0.000000000000000001")
                .build();
        LedgerEntry little = SomeEntry.entry().outcome("queue_full").build();
        try (Journal journal = open(Journal.Position.START)) {
            journal.append(List.of(all, little));

            assertThat(journal.read(Journal.Position.START, 10).entries()).containsExactly(all, little);
        }
    }

    @Test
    void halfASurrogatePairIsReplacedInsteadOfStoppingEverything() throws IOException {
        try (Journal journal = open(Journal.Position.START)) {
            journal.append(List.of(SomeEntry.entry().model("a\ud800b").build()));

            assertThat(journal.read(Journal.Position.START, 10).entries())
                    .extracting(LedgerEntry::model)
                    .containsExactly("a?b");
        }
    }

    @Test
    void pagesFollowEachOtherOverSegmentsAndNothingComesTwice() throws IOException {
        try (Journal journal = Journal.open(directory, Journal.Position.START, 500)) {
            for (int i = 0; i < 50; i += 5) {
                journal.append(entries(i, i + 5));
            }
            List<String> ids = new ArrayList<>();
            Journal.Position end = readAll(journal, Journal.Position.START, 7, ids);

            assertThat(files()).hasSizeGreaterThan(3);
            assertThat(ids).hasSize(50).doesNotHaveDuplicates().startsWith("r0").endsWith("r49");

            journal.append(entries(50, 52));
            ids.clear();
            readAll(journal, end, 7, ids);
            assertThat(ids).containsExactly("r50", "r51");
        }
    }

    @Test
    void whatAKilledRunLeftIsReadByTheNextAndACutLineIsPassedOver() throws IOException {
        try (Journal killed = open(Journal.Position.START)) {
            killed.append(entries(0, 3));
        }
        Files.writeString(files().get(0), "{\"at\":1,\"id\":\"cut", StandardOpenOption.APPEND);
        try (Journal journal = open(Journal.Position.START)) {
            journal.append(entries(3, 5));
            List<String> ids = new ArrayList<>();
            readAll(journal, Journal.Position.START, 100, ids);

            assertThat(ids).containsExactly("r0", "r1", "r2", "r3", "r4");
        }
    }

    @Test
    void aRunBeginsAfterWhereTheDatabaseHasComeEvenWhenTheFilesAreGone() throws IOException {
        Journal.Position there = new Journal.Position(7, 123);
        try (Journal journal = open(there)) {
            journal.append(entries(0, 1));
            List<String> ids = new ArrayList<>();
            readAll(journal, there, 10, ids);

            assertThat(ids).containsExactly("r0");
        }
    }

    @Test
    void aLineThatCannotBeReadCostsOnlyItself() throws IOException {
        try (Journal killed = open(Journal.Position.START)) {
            killed.append(entries(0, 1));
        }
        Files.writeString(files().get(0), "no json\n{\"at\":5}\n", StandardOpenOption.APPEND);
        try (Journal journal = open(Journal.Position.START)) {
            journal.append(entries(1, 2));
            List<String> ids = new ArrayList<>();
            readAll(journal, Journal.Position.START, 1, ids);

            assertThat(ids).containsExactly("r0", "r1");
        }
    }

    @Test
    void segmentsThatAreTakenUpAreDeleted() throws IOException {
        try (Journal journal = Journal.open(directory, Journal.Position.START, 500)) {
            for (int i = 0; i < 50; i += 5) {
                journal.append(entries(i, i + 5));
            }
            Journal.Position end = readAll(journal, Journal.Position.START, 7, new ArrayList<>());

            journal.discardBefore(end);

            assertThat(files()).hasSize(1);
        }
    }

    @Test
    void aTailCutAnywhereLosesNoEarlierEntry() throws IOException {
        Random random = new Random(7);
        try (Journal killed = open(Journal.Position.START)) {
            killed.append(entries(0, 20));
        }
        byte[] whole = Files.readAllBytes(files().get(0));
        for (int round = 0; round < 200; round++) {
            int cut = random.nextInt(whole.length);
            Path other = Files.createDirectories(directory.resolve("round" + round));
            Files.write(other.resolve("000000000001.jsonl"), Arrays.copyOf(whole, cut));
            try (Journal journal = Journal.open(other, Journal.Position.START, LARGE)) {
                List<String> ids = new ArrayList<>();
                readAll(journal, Journal.Position.START, 3, ids);

                long lines = new String(whole, 0, cut, StandardCharsets.UTF_8)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
                assertThat(ids).hasSize((int) lines);
            }
        }
    }

    @Test
    void anInterruptedWriteIsDoneAgainAsAWholeAndNothingTwice() throws IOException {
        try (Journal journal = open(Journal.Position.START)) {
            journal.append(entries(0, 2));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> journal.append(entries(2, 4))).isInstanceOf(IOException.class);
            assertThat(Thread.interrupted()).isTrue();

            journal.append(entries(2, 4));

            List<String> ids = new ArrayList<>();
            readAll(journal, Journal.Position.START, 10, ids);
            assertThat(ids).containsExactly("r0", "r1", "r2", "r3");
        }
    }
}
