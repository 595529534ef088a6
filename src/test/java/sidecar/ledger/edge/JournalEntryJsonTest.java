package sidecar.ledger.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.failure.FailureClass;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.SomeEntry;
import sidecar.ledger.Usage;

/** The lines of the journal, to the byte: a version reads what the one before has left there. */
class JournalEntryJsonTest {

    private static final LedgerEntry FULL = SomeEntry.entry()
            .client("名字 \"q\"\\")
            .tried("a", "fallback", FailureClass.MODEL_BUSY)
            .tried("b")
            .used(new Usage(9, 8, 7, 1, 5), Bill.Certainty.PARTIAL, "0.000000000000000001")
            .build();

    private static final String FULL_LINE = """
            {"at":1795602030000,"id":"req-1","client":"名字 \\"q\\"\\\\","path":"/v1/chat/completions","stream":true,\
            "model":"m","outcome":"ok","status":200,"took":500000000,"waited":20000000,"own":1000000,"served":470000000,\
            "first":90000000,"attempts":[\
            {"id":"bkd_a","name":"a","pool":"fallback","model":"m","answered":false,"failure":"MODEL_BUSY"},\
            {"id":"bkd_b","name":"b","pool":"primary","model":"m","answered":true}],\
            "bill":{"prompt":9,"completion":8,"cached":7,"cacheWritten":1,"reasoning":5,"certainty":"PARTIAL",\
            "cost":"0.000000000000000001"}}""";

    private static final LedgerEntry REFUSED = SomeEntry.entry()
            .path("/v1/models")
            .model("")
            .outcome("queue_full")
            .status(429)
            .took(Duration.ofNanos(1_234_567))
            .build();

    private static final String REFUSED_LINE = """
            {"at":1795602030000,"id":"req-1","client":"agent","path":"/v1/models","stream":true,"model":"",\
            "outcome":"queue_full","status":429,"took":1234567,"waited":0,"own":0,"served":1234567,"attempts":[]}""";

    @Test
    void anEntryIsOneLine() {
        assertThat(JournalEntryJson.write(FULL)).isEqualTo(FULL_LINE);
        assertThat(JournalEntryJson.write(REFUSED)).isEqualTo(REFUSED_LINE);
    }

    @Test
    void aLineIsTheEntryThatItWas() {
        assertThat(JournalEntryJson.read(FULL_LINE)).contains(FULL);
        assertThat(JournalEntryJson.read(REFUSED_LINE)).contains(REFUSED);
    }

    @Test
    void aTranslationIsInTheLineOnlyWhereThereWasOne() {
        LedgerEntry lossless = SomeEntry.entry().translated("responses>chat").build();
        LedgerEntry lossy = SomeEntry.entry()
                .translated("messages>chat", "top_k", "container")
                .build();

        assertThat(JournalEntryJson.write(lossless))
                .contains("\"first\":90000000,\"dialects\":\"responses>chat\",\"attempts\":[]}")
                .doesNotContain("losses");
        assertThat(JournalEntryJson.write(lossy))
                .contains("\"dialects\":\"messages>chat\",\"losses\":\"top_k,container\",\"attempts\":[]}");
        assertThat(JournalEntryJson.read(JournalEntryJson.write(lossless))).contains(lossless);
        assertThat(JournalEntryJson.read(JournalEntryJson.write(lossy))).contains(lossy);
    }

    @Test
    void whatALaterVersionAddedIsPassedOver() {
        String later = REFUSED_LINE.replace("\"status\"", "\"region\":\"eu\",\"status\"");

        assertThat(JournalEntryJson.read(later)).contains(REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "at", "id", "client", "path", "stream", "model", "outcome", "status", "took", "waited", "own", "served"
            })
    void aLineWithoutWhatEveryVersionWroteIsNone(String name) {
        String without = REFUSED_LINE.replaceFirst("\"" + name + "\":[^,]*,", "");

        assertThat(without).isNotEqualTo(REFUSED_LINE);
        assertThat(JournalEntryJson.read(without)).isEmpty();
    }

    @Test
    void halfASurrogatePairIsReplacedWhereverItStands() {
        LedgerEntry entry = SomeEntry.entry()
                .id("i\ud800")
                .client("c\ud800")
                .path("/p\ud800")
                .model("m\ud800")
                .outcome("overloaded")
                .tried("n", "primary", FailureClass.OVERLOADED)
                .build();

        assertThat(JournalEntryJson.write(entry)).isEqualTo("""
                        {"at":1795602030000,"id":"i?","client":"c?","path":"/p?","stream":true,"model":"m?",\
                        "outcome":"overloaded","status":200,"took":500000000,"waited":20000000,"own":1000000,"served":470000000,\
                        "first":90000000,"attempts":[\
                        {"id":"bkd_n","name":"n","pool":"primary","model":"m?","answered":false,"failure":"OVERLOADED"}]}""");
    }
}
