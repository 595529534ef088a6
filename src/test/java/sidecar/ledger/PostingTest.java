package sidecar.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import sidecar.failure.FailureClass;

class PostingTest {

    private static List<String> postings(SomeEntry... entries) {
        return Posting.of(List.of(entries).stream().map(SomeEntry::build).toList()).stream()
                .map(p -> p.provider() + "/" + p.account().pool() + "/"
                        + p.account().model() + "/"
                        + p.account().client() + ": " + p.counts().requests() + " requests, "
                        + p.counts().attempts() + " attempts, " + p.counts().errors() + " errors, "
                        + p.counts().successes() + " successes, "
                        + p.counts().usage().total() + " tokens, "
                        + p.counts().cost().toPlainString())
                .toList();
    }

    @Test
    void anExchangeIsCountedWhereItsLastAttemptWasAndEachAttemptWhereItWas() {
        SomeEntry entry = SomeEntry.entry()
                .tried("a", "primary", FailureClass.OVERLOADED)
                .tried("a", "primary", FailureClass.RATE_LIMITED)
                .tried("b")
                .used(10, 5, "0.25");

        assertThat(postings(entry))
                .containsExactly(
                        "a/primary/m/agent: 0 requests, 2 attempts, 2 errors, 0 successes, 0 tokens, 0",
                        "b/primary/m/agent: 1 requests, 1 attempts, 0 errors, 1 successes, 15 tokens, 0.25");
    }

    @Test
    void entriesOfOneAccountAreOnePosting() {
        assertThat(postings(
                        SomeEntry.entry().tried("a").used(1, 1, "0.000000000000000001"),
                        SomeEntry.entry().tried("a").used(2, 2, "0.1"),
                        SomeEntry.entry().client("other").tried("a")))
                .containsExactly(
                        "a/primary/m/agent: 2 requests, 2 attempts, 0 errors, 2 successes, 6 tokens,"
                                + " 0.100000000000000001",
                        "a/primary/m/other: 1 requests, 1 attempts, 0 errors, 1 successes, 0 tokens, 0");
    }

    @Test
    void aRefusalWithoutAnAttemptIsOnNobodysAccount() {
        assertThat(postings(SomeEntry.entry().outcome("queue_timeout"))).isEmpty();
    }

    @Test
    void whatTheClientDidWrongIsNoError() {
        SomeEntry entry = SomeEntry.entry().outcome("client").tried("a", "primary", FailureClass.CLIENT);

        assertThat(postings(entry))
                .containsExactly("a/primary/m/agent: 1 requests, 1 attempts, 0 errors, 0 successes, 0 tokens, 0");
    }

    @Test
    void onlySuccessesCountForLatency() {
        UsageCounts.Spent spent = Posting.of(List.of(
                        SomeEntry.entry().tried("a").took(Duration.ofMillis(30)).build(),
                        SomeEntry.entry()
                                .tried("a")
                                .took(Duration.ofMinutes(2))
                                .outcome("client_gone")
                                .build()))
                .get(0)
                .counts()
                .spent();

        assertThat(spent.took()).isEqualTo(30_000);
    }

    @Test
    void theHourAndTheDayAreThoseInWhichItEnded() {
        List<Posting> postings = Posting.of(List.of(
                SomeEntry.at("2026-11-25T23:59:59.999Z").tried("a").build(),
                SomeEntry.at("2026-11-26T00:00:00Z").tried("a").build()));

        assertThat(postings).hasSize(2);
        assertThat(postings.get(1).account().hour() - postings.get(0).account().hour())
                .isEqualTo(1);
        assertThat(postings.get(1).account().day() - postings.get(0).account().day())
                .isEqualTo(1);
    }
}
