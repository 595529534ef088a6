package sidecar.ledger;

import java.time.Duration;
import java.util.Optional;
import sidecar.json.Texts;

/** One log line for every finished exchange. */
public final class AccessLog implements Ledger {

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
                + " client=" + Texts.word(entry.client())
                + " path=" + Texts.word(entry.path())
                + " model=" + Texts.word(entry.model())
                + " provider="
                + Texts.word(entry.last().map(AttemptEntry::provider).orElse(""))
                + " attempts=" + entry.attempts().size()
                + " outcome=" + entry.outcome()
                + " status=" + entry.status()
                + " ms=" + entry.times().took().toMillis()
                + " wait_ms=" + entry.times().waited().toMillis()
                + " ttft_ms=" + number(entry.times().firstContent().map(Duration::toMillis))
                + " prompt_tokens=" + number(usage.map(Usage::prompt))
                + " completion_tokens=" + number(usage.map(Usage::completion));
    }

    private static String number(Optional<Long> value) {
        return value.map(String::valueOf).orElse("-");
    }
}
