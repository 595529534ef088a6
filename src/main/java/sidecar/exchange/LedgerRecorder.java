package sidecar.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.failure.FailureClass;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.Bill;
import sidecar.ledger.Ledger;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.TranslationNote;
import sidecar.pool.Lease;
import sidecar.provider.Provider;
import sidecar.time.TimeSource;

/** What happens to one exchange, as the ledger will be told. Used in the exchange's mailbox. */
final class LedgerRecorder {

    private final ClientRequest request;
    private final Ledger ledger;
    private final TimeSource time;
    private final long begunNanos;
    private final List<AttemptEntry> attempts = new ArrayList<>();
    private Optional<Duration> own = Optional.empty();
    private Optional<Duration> firstContent = Optional.empty();
    private Duration attemptSince = Duration.ZERO;
    private TranslationNote attemptTranslation = TranslationNote.NATIVE;
    private TranslationNote translation = TranslationNote.NATIVE;
    private boolean running;

    /** The exchange begins now. */
    LedgerRecorder(ClientRequest request, Ledger ledger, TimeSource time) {
        this.request = request;
        this.ledger = ledger;
        this.time = time;
        this.begunNanos = time.ticker().nanos();
    }

    private Duration since() {
        return Duration.ofNanos(time.ticker().nanos() - begunNanos);
    }

    /** @param waited how long the exchange has waited so far */
    void attempts(Duration waited) {
        running = true;
        attemptSince = since();
        attemptTranslation = TranslationNote.NATIVE;
        if (own.isEmpty()) {
            own = Optional.of(attemptSince.minus(waited));
        }
    }

    /** What of the attempt that runs is translated; said once more, the later word counts. */
    void translated(TranslationNote note) {
        attemptTranslation = note;
    }

    /** The answer was relayed to its end, or {@code fault} is what was wrong with it. */
    void answered(Attempt attempt, Optional<FailureClass> fault) {
        ended(attempt.lease(), fault, fault.isEmpty());
    }

    void failed(Attempt attempt, FailureClass kind) {
        ended(attempt.lease(), Optional.of(kind), false);
    }

    /** Neither answered nor failed; one that was not sent yet was no wire request. */
    void cancelled(Attempt attempt) {
        if (attempt.begun()) {
            ended(attempt.lease(), Optional.empty(), false);
        }
    }

    /** Only the first word about an attempt counts. */
    private void ended(Lease lease, Optional<FailureClass> failure, boolean answered) {
        if (running) {
            running = false;
            Provider provider = lease.provider();
            AttemptEntry entry = new AttemptEntry(
                    provider.id(), provider.name(), provider.pool().wire(), lease.model(), failure, answered);
            attempts.add(entry);
            translation = attemptTranslation;
            ledger.attempted(entry);
        }
    }

    /** The client is given its first content. */
    void content() {
        if (firstContent.isEmpty()) {
            firstContent = Optional.of(since());
        }
    }

    /**
     * The exchange is over.
     *
     * @param firstModel what the client asked for, by its canonical name; counts where there was no attempt
     */
    LedgerEntry over(String outcome, int status, Duration waited, Optional<String> firstModel, Optional<Bill> bill) {
        Duration took = since();
        boolean none = attempts.isEmpty();
        return new LedgerEntry(
                time.clock().instant(),
                request.id(),
                request.client().name(),
                request.path().path(),
                request.head().stream(),
                none ? firstModel.orElse("") : attempts.get(attempts.size() - 1).model(),
                attempts,
                outcome,
                status,
                new LedgerEntry.Times(
                        took,
                        waited,
                        own.orElseGet(() -> took.minus(waited)),
                        none ? Duration.ZERO : took.minus(attemptSince),
                        firstContent),
                bill,
                translation);
    }
}
