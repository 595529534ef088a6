package sidecar.ledger;

import java.math.BigDecimal;
import java.util.concurrent.atomic.LongAdder;
import sidecar.failure.FailureClass;

/** Sums since the start. They only rise, whatever happens to the providers they came from. Thread-safe. */
public final class Totals implements Ledger {

    private static final System.Logger LOG = System.getLogger("sidecar.exchange");

    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder tokens = new LongAdder();
    private BigDecimal cost = BigDecimal.ZERO; // guarded by this: exact, so not a double

    @Override
    public void attemptFailed(String provider, FailureClass kind) {
        if (kind != FailureClass.CLIENT) {
            errors.increment();
        }
    }

    @Override
    public void finished(LedgerEntry entry) {
        if (entry.attempts() > 0) {
            requests.increment();
        }
        entry.usage().ifPresent(usage -> tokens.add(usage.total()));
        if (entry.cost().signum() != 0) {
            charge(entry.cost());
        }
        LOG.log(System.Logger.Level.INFO, () -> line(entry));
    }

    private static String line(LedgerEntry e) {
        return "exchange id=" + e.requestId() + " client=" + e.client() + " path=" + e.path() + " model="
                + (e.model().isEmpty() ? "-" : e.model().replaceAll("\\s", "_"))
                + " provider=" + (e.provider().isEmpty() ? "-" : e.provider().replaceAll("\\s", "_")) + " attempts="
                + e.attempts() + " outcome=" + e.outcome() + " status=" + e.status() + " ms="
                + e.took().toMillis() + " ttft_ms="
                + e.firstContent().map(d -> Long.toString(d.toMillis())).orElse("-") + " prompt_tokens="
                + e.usage().map(u -> Long.toString(u.prompt())).orElse("-") + " completion_tokens="
                + e.usage().map(u -> Long.toString(u.completion())).orElse("-");
    }

    /** Exchanges that reached a provider. */
    public long requests() {
        return requests.sum();
    }

    /** Attempts that failed with another class than the client's. */
    public long errors() {
        return errors.sum();
    }

    /** LLM tokens, as reported. */
    public long tokens() {
        return tokens.sum();
    }

    /** In USD. */
    public synchronized BigDecimal cost() {
        return cost;
    }

    private synchronized void charge(BigDecimal usd) {
        cost = cost.add(usd);
    }
}
