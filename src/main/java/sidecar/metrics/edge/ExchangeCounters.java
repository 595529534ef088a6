package sidecar.metrics.edge;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.eclipse.microprofile.metrics.MetricRegistry;
import sidecar.failure.FailureClass;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.Bill;
import sidecar.ledger.Ledger;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.Usage;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/**
 * Counts in MicroProfile Metrics whatever is written into it. Nothing here falls, whatever happens to the providers that it came
 * from. A fault in here is logged, the first time, and never reaches the request. Callable from any thread; never
 * blocks.
 */
public final class ExchangeCounters implements Ledger {

    private static final System.Logger LOG = System.getLogger(ExchangeCounters.class.getName());
    private static final String OK = LedgerEntry.OK;
    private static final String TRUNCATED = "truncated";
    private static final String CANCELLED = "cancelled";

    /** The outcomes that an exchange can have without any attempt, as far as they are known beforehand. */
    private static final List<String> REFUSALS = List.of(
            "queue_full",
            "queue_timeout",
            "all_cooling",
            "no_provider",
            "model_not_found",
            "not_found",
            "deadline_exceeded",
            "draining",
            "client_gone");

    private final LabeledCounter exchanges;
    private final LabeledCounter attempts;
    private final LabeledCounter tokens;
    private final LabeledCounter truncations;
    private final LabeledCounter refusals;
    private final ExchangeDurations durations;
    private final ModelLabel models;
    private final AtomicBoolean failed = new AtomicBoolean();

    /** @param knownModel whether that is a canonical model that the catalog knows; all others are counted as one */
    public ExchangeCounters(MetricRegistry registry, Predicate<String> knownModel) {
        exchanges = new LabeledCounter(
                registry,
                "sidecar_exchanges_total",
                "Client requests that are over, by the pool of the last attempt, the canonical model and how they ended",
                "pool",
                "model",
                "outcome");
        attempts = new LabeledCounter(
                registry,
                "sidecar_attempts_total",
                "Wire requests to providers, by their failure class or ok",
                "provider",
                "result");
        tokens = new LabeledCounter(
                registry,
                "sidecar_llm_tokens_total",
                "LLM tokens; prompt includes cached and cache_written, completion includes reasoning",
                "kind");
        truncations = new LabeledCounter(
                registry, "sidecar_streams_truncated_total", "Answers that broke off after they had begun");
        refusals = new LabeledCounter(
                registry, "sidecar_refusals_total", "Client requests that ended without any attempt, by why", "code");
        durations = new ExchangeDurations(new GaugeRegistrar(registry));
        models = new ModelLabel(knownModel);
        begin();
    }

    /** A series that begins with its first event hides that event from every rate. */
    private void begin() {
        REFUSALS.forEach(code -> refusals.add(0, code));
        truncations.add(0);
        count(Usage.NOTHING);
    }

    /** These providers and their models may be counted from now on: their series are there, with 0 until then. */
    public void expect(ProviderCatalog catalog) {
        safely(() -> catalog.enabled().forEach(this::expect));
    }

    private void expect(Provider provider) {
        attempts.add(0, provider.name(), OK);
        attempts.add(0, provider.name(), CANCELLED);
        for (FailureClass kind : FailureClass.values()) {
            attempts.add(0, provider.name(), kind.wire());
        }
        for (String model : provider.mappings().keySet()) {
            exchanges.add(0, provider.pool().wire(), models.of(model), OK);
        }
    }

    @Override
    public void attempted(AttemptEntry attempt) {
        safely(() -> attempts.count(
                attempt.provider(),
                attempt.failure().map(FailureClass::wire).orElse(attempt.answered() ? OK : CANCELLED)));
    }

    @Override
    public void finished(LedgerEntry entry) {
        safely(() -> {
            exchanges.count(
                    entry.last().map(AttemptEntry::pool).orElse("none"), models.of(entry.model()), entry.outcome());
            if (entry.attempts().isEmpty()) {
                refusals.count(entry.outcome());
            }
            if (entry.outcome().equals(TRUNCATED)) {
                truncations.count();
            }
            entry.bill().map(Bill::usage).ifPresent(this::count);
            durations.record(entry);
        });
    }

    private void count(Usage usage) {
        tokens.add(usage.prompt(), "prompt");
        tokens.add(usage.completion(), "completion");
        tokens.add(usage.cached(), "cached");
        tokens.add(usage.cacheWritten(), "cache_written");
        tokens.add(usage.reasoning(), "reasoning");
    }

    private void safely(Runnable count) {
        try {
            count.run();
        } catch (RuntimeException e) {
            if (failed.compareAndSet(false, true)) {
                LOG.log(System.Logger.Level.WARNING, "something could not be counted for /metrics; said once", e);
            }
        }
    }
}
