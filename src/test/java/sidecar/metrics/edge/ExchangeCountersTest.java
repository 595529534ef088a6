package sidecar.metrics.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.failure.FailureClass;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.SomeEntry;
import sidecar.ledger.Usage;
import sidecar.pool.SomeProvider;
import sidecar.provider.ProviderCatalog;

class ExchangeCountersTest {

    private final FakeRegistry registry = new FakeRegistry();
    private final ExchangeCounters meters = new ExchangeCounters(registry.registry(), "known"::equals);

    private static AttemptEntry attempt(String provider, String pool, Optional<FailureClass> failure) {
        return new AttemptEntry("bkd_" + provider, provider, pool, "known", failure, failure.isEmpty());
    }

    private static LedgerEntry served(String model) {
        return SomeEntry.entry().model(model).tried("p1").build();
    }

    private static LedgerEntry refused(String code) {
        return SomeEntry.entry().model("known").outcome(code).build();
    }

    @Test
    void anExchangeIsCountedByThePoolOfItsLastAttempt() {
        meters.finished(SomeEntry.entry()
                .model("known")
                .tried("p1")
                .tried("p2", "fallback", FailureClass.OVERLOADED)
                .outcome("overloaded")
                .build());

        assertThat(registry.values())
                .containsEntry("sidecar_exchanges_total{model=known, outcome=overloaded, pool=fallback}", 1.0)
                .doesNotContainKey("sidecar_exchanges_total{model=known, outcome=overloaded, pool=primary}");
    }

    @ParameterizedTest
    @CsvSource({"known, known", "made-up-by-a-client, other", "'', none"})
    void modelsThatNobodyNamedAreOne(String model, String label) {
        meters.finished(served(model));

        assertThat(registry.values())
                .containsEntry("sidecar_exchanges_total{model=" + label + ", outcome=ok, pool=primary}", 1.0);
    }

    @Test
    void aThousandMadeUpModelsMakeOneSeries() {
        meters.finished(served("made-up"));
        int before = registry.values().size();

        for (int i = 0; i < 1_000; i++) {
            meters.finished(served("made-up-" + i));
        }

        assertThat(registry.values()).hasSize(before);
    }

    @Test
    void anAttemptIsCountedByItsFailure() {
        meters.attempted(attempt("p1", "primary", Optional.of(FailureClass.RATE_LIMITED)));
        meters.attempted(attempt("p1", "primary", Optional.empty()));

        assertThat(registry.values())
                .containsEntry("sidecar_attempts_total{provider=p1, result=rate_limited}", 1.0)
                .containsEntry("sidecar_attempts_total{provider=p1, result=ok}", 1.0);
    }

    @Test
    void aRefusalIsWhatEndsWithoutAnyAttempt() {
        meters.finished(refused("queue_full"));
        meters.finished(served("known"));

        assertThat(sum("sidecar_refusals_total")).isEqualTo(1);
        assertThat(registry.values())
                .containsEntry("sidecar_refusals_total{code=queue_full}", 1.0)
                .containsEntry("sidecar_exchanges_total{model=known, outcome=queue_full, pool=none}", 1.0);
    }

    @Test
    void aTruncatedAnswerIsCounted() {
        meters.finished(SomeEntry.entry()
                .tried("p1", "primary", FailureClass.NETWORK)
                .outcome("truncated")
                .build());

        assertThat(registry.values()).containsEntry("sidecar_streams_truncated_total", 1.0);
    }

    @Test
    void llmTokensAreCountedByKind() {
        meters.finished(SomeEntry.entry()
                .tried("p1")
                .used(new Usage(100, 20, 60, 30, 15), Bill.Certainty.REPORTED, "1")
                .build());

        assertThat(registry.values())
                .containsEntry("sidecar_llm_tokens_total{kind=prompt}", 100.0)
                .containsEntry("sidecar_llm_tokens_total{kind=completion}", 20.0)
                .containsEntry("sidecar_llm_tokens_total{kind=cached}", 60.0)
                .containsEntry("sidecar_llm_tokens_total{kind=cache_written}", 30.0)
                .containsEntry("sidecar_llm_tokens_total{kind=reasoning}", 15.0);
    }

    @Test
    void timesGoIntoTheirHistograms() {
        meters.finished(served("known"));

        assertThat(registry.values())
                .containsEntry("sidecar_request_duration_seconds_sum{stream=true}", 0.5)
                .containsEntry("sidecar_first_content_seconds_bucket{le=0.05, stream=true}", 0.0)
                .containsEntry("sidecar_first_content_seconds_bucket{le=0.1, stream=true}", 1.0)
                .containsEntry("sidecar_first_content_seconds_count{stream=false}", 0.0)
                .containsEntry("sidecar_queue_wait_seconds_bucket{le=0.025}", 1.0)
                .containsEntry("sidecar_added_seconds_bucket{le=0.0008}", 0.0)
                .containsEntry("sidecar_added_seconds_bucket{le=0.001}", 1.0);
    }

    @Test
    void whatWasNeverAttemptedSaysNothingOfWhatSidecarAdds() {
        meters.finished(refused("queue_full"));

        assertThat(registry.values())
                .containsEntry("sidecar_added_seconds_count", 0.0)
                .containsEntry("sidecar_queue_wait_seconds_count", 1.0);
    }

    @Test
    void whatMayBeCountedIsThereBeforehand() {
        meters.expect(new ProviderCatalog(List.of(
                SomeProvider.named("p1").maps("known", "n").build(),
                SomeProvider.named("p2").maps("*", "*").fallback().build())));

        assertThat(registry.values())
                .allSatisfy((name, value) -> assertThat(value).as(name).isZero())
                .containsKeys(
                        "sidecar_attempts_total{provider=p1, result=ok}",
                        "sidecar_attempts_total{provider=p2, result=bad_success}",
                        "sidecar_exchanges_total{model=known, outcome=ok, pool=primary}",
                        "sidecar_exchanges_total{model=other, outcome=ok, pool=fallback}",
                        "sidecar_refusals_total{code=queue_timeout}",
                        "sidecar_llm_tokens_total{kind=cache_written}",
                        "sidecar_streams_truncated_total");
    }

    @Test
    void expectingAgainForgetsNothing() {
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(SomeProvider.named("p1").maps("known", "n").build()));
        meters.expect(catalog);
        meters.attempted(attempt("p1", "primary", Optional.empty()));

        meters.expect(ProviderCatalog.EMPTY);
        meters.expect(catalog);

        assertThat(registry.values()).containsEntry("sidecar_attempts_total{provider=p1, result=ok}", 1.0);
    }

    @Test
    void aFaultOfTheRegistryStaysHere() {
        ExchangeCounters faulty = new ExchangeCounters(registry.registry(), model -> {
            throw new IllegalStateException("out of order");
        });

        assertThatCode(() -> faulty.finished(served("known"))).doesNotThrowAnyException();
    }

    private double sum(String name) {
        return registry.values().entrySet().stream()
                .filter(series -> series.getKey().startsWith(name))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
