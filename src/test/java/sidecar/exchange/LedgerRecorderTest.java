package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import sidecar.exchange.format.WireFormats;
import sidecar.failure.FailureClass;
import sidecar.ledger.TranslationNote;
import sidecar.pool.Lease;
import sidecar.pool.LeaseResult;
import sidecar.pool.SelectionCriteria;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;

/** What the recorder keeps of translations: that of the last attempt that counts. */
class LedgerRecorderTest {

    private final ExchangeFixture fixture =
            new ExchangeFixture(SomeProvider.named("p").maps("m", "n"));
    private final ExchangeServices services = fixture.services();
    private final ClientRequest request = ExchangeFixture.request(ExchangeFixture.CHAT);
    private final LedgerRecorder recorder = new LedgerRecorder(request, services.ledger(), services.time());

    private Attempt attempt() {
        LeaseResult result =
                fixture.pool.lease(SelectionCriteria.of(Optional.of("m"), Set.of(ApiProtocol.OPENAI_COMPLETIONS)));
        Lease lease = ((LeaseResult.Leased) result).lease();
        recorder.attempts(Duration.ZERO);
        AtomicReference<WireFormats.FormatChoice> chosen = new AtomicReference<>();
        services.formats(request).choose(lease, false, chosen::set);
        return services.attempt(
                fixture.prepare("POST", ExchangeFixture.CHAT, ExchangeFixture.PLAIN),
                ((WireFormats.FormatChoice.Usable) Objects.requireNonNull(chosen.get())).format(),
                services.settings().get());
    }

    private TranslationNote over() {
        return recorder.over("ok", 200, Duration.ZERO, Optional.of("m"), Optional.empty())
                .translation();
    }

    @Test
    void theLaterWordAboutAnAttemptCounts() {
        Attempt attempt = attempt();
        recorder.translated(TranslationNote.of("messages>chat", List.of("top_k")));
        recorder.translated(TranslationNote.of("messages>chat", List.of("top_k", "container")));
        recorder.answered(attempt, Optional.empty());

        assertThat(over()).isEqualTo(new TranslationNote("messages>chat", List.of("top_k", "container")));
    }

    @Test
    void anAttemptInTheClientsDialectAfterATranslatedOneLeavesNothingOfIt() {
        Attempt first = attempt();
        recorder.translated(TranslationNote.of("messages>chat", List.of("top_k")));
        recorder.failed(first, FailureClass.OVERLOADED);
        recorder.answered(attempt(), Optional.empty());

        assertThat(over()).isEqualTo(TranslationNote.NATIVE);
    }

    @Test
    void aTranslatedAttemptAfterOneInTheClientsDialectIsKept() {
        recorder.failed(attempt(), FailureClass.OVERLOADED);
        Attempt second = attempt();
        recorder.translated(TranslationNote.of("responses>chat", List.of()));
        recorder.answered(second, Optional.empty());

        assertThat(over()).isEqualTo(new TranslationNote("responses>chat", List.of()));
    }

    @Test
    void anAttemptThatWasNeverSentIsNoneAndLeavesTheNoteOfTheOneBefore() {
        Attempt first = attempt();
        recorder.translated(TranslationNote.of("messages>chat", List.of("top_k")));
        recorder.failed(first, FailureClass.OVERLOADED);
        recorder.cancelled(attempt());

        assertThat(over()).isEqualTo(new TranslationNote("messages>chat", List.of("top_k")));
    }

    @Test
    void withoutAnAttemptNothingWasTranslated() {
        assertThat(over()).isEqualTo(TranslationNote.NATIVE);
    }
}
