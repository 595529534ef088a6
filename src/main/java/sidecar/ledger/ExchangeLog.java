package sidecar.ledger;

import java.time.Duration;
import java.util.Optional;

/** One log line for every finished exchange. */
public final class ExchangeLog implements Ledger {

    private static final System.Logger LOG = System.getLogger("sidecar.exchange");

    @Override
    public void attempted(AttemptEntry attempt) {
        // the exchange's line counts them
    }

    @Override
    public void finished(LedgerEntry entry) {
        LOG.log(System.Logger.Level.INFO, () -> line(entry));
    }

    private static String line(LedgerEntry entry) {
        Optional<Usage> usage = entry.bill().map(Bill::usage);
        return "exchange id=" + entry.requestId()
                + " client=" + word(entry.client())
                + " path=" + entry.path()
                + " model=" + word(entry.model())
                + " provider=" + word(entry.last().map(AttemptEntry::provider).orElse(""))
                + " attempts=" + entry.attempts().size()
                + " outcome=" + entry.outcome()
                + " status=" + entry.status()
                + " ms=" + entry.times().took().toMillis()
                + " wait_ms=" + entry.times().waited().toMillis()
                + " ttft_ms=" + number(entry.times().firstContent().map(Duration::toMillis))
                + " prompt_tokens=" + number(usage.map(Usage::prompt))
                + " completion_tokens=" + number(usage.map(Usage::completion));
    }

    private static String word(String text) {
        return text.isEmpty() ? "-" : text.replaceAll("\\s", "_");
    }

    private static String number(Optional<Long> value) {
        return value.map(String::valueOf).orElse("-");
    }
}
