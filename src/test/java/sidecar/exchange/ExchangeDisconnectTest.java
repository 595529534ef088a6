package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.CHAT;
import static sidecar.exchange.ExchangeFixture.DONE;
import static sidecar.exchange.ExchangeFixture.PLAIN;
import static sidecar.exchange.ExchangeFixture.delta;
import static sidecar.exchange.ExchangeFixture.role;
import static sidecar.exchange.ExchangeFixture.stop;
import static sidecar.exchange.ExchangeFixture.usage;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.Usage;
import sidecar.pool.SomeProvider;
import sidecar.upstream.Upstream;

/** Whole exchanges: client, upstream and time are played, everything between them is real. Clients that leave, or read slowly. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeDisconnectTest {

    @Test
    void aHangUpBeforeTheFirstByteAbortsTheCallAndTriesNoOther() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();
        fixture.call().sent();

        fixture.exchange().disconnected();
        fixture.exchange().disconnected();

        assertThat(fixture.call().aborts).hasPositiveValue();
        assertThat(fixture.client.status()).isZero();
        assertThat(fixture.over("client_gone").status()).isZero();
        fixture.seconds(1000);
        assertThat(fixture.upstream.calls).hasSize(1);
    }

    @Test
    void aHangUpAfterTheFirstByteAbortsTheCallAndKeepsTheUsageSoFar() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.call().stream().data(delta("n1", "x") + usage("n1", 4, 2));

        fixture.exchange().disconnected();

        assertThat(fixture.call().aborts).hasPositiveValue();
        LedgerEntry entry = fixture.over("client_gone");
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.bill())
                .map(bill -> bill.usage() + " " + bill.certainty().wire())
                .contains(new Usage(4, 2, 0, 0, 0) + " partial");
    }

    @Test
    void anAnswerWithoutUsageIsReckonedByItsLength() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").priced("m", "n1", "0.5", "2", "0")).plain();

        fixture.call()
                .json(200, "{\"choices\":[{\"message\":{\"content\":\"Good day.\"}}]}")
                .end();

        // 27 bytes were asked, 9 characters answered
        assertThat(fixture.over("ok").bill())
                .contains(new Bill(new Usage(7, 3, 0, 0, 0), Bill.Certainty.ESTIMATED, new BigDecimal("9.5")));
    }

    @Test
    void aCutStreamIsBilledForWhatCame() {
        ExchangeFixture fixture =
                new ExchangeFixture(SomeProvider.named("p1").priced("m", "n1", "0.5", "2", "0")).stream();
        fixture.call().stream().data(delta("n1", "Good ") + delta("n1", "day.")).end();

        assertThat(fixture.over("truncated").bill())
                .contains(new Bill(new Usage(7, 3, 0, 0, 0), Bill.Certainty.PARTIAL, new BigDecimal("9.5")));
    }

    @Test
    void whatTheUpstreamRefusesIsNotBilled() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();

        fixture.call()
                .json(400, "{\"error\":{\"message\":\"no\"},\"usage\":{\"prompt_tokens\":7}}")
                .end();

        assertThat(fixture.over("client").bill()).isEmpty();
    }

    @Test
    void aPathWithoutAModelIsBilledOnlyWhereItSaysSo() {
        ExchangeFixture silent = ExchangeFixture.ofOne().post("/v1/files", "{}");
        ExchangeFixture telling = ExchangeFixture.ofOne().post("/v1/agents", "{}");

        silent.call().json(200, "{\"id\":\"file-12345\"}").end();
        telling.call()
                .json(200, "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}")
                .end();

        assertThat(silent.over("ok").bill()).isEmpty();
        assertThat(telling.over("ok").bill()).map(Bill::usage).contains(new Usage(7, 3, 0, 0, 0));
    }

    @Test
    void aHangUpDuringAPauseEndsIt() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        fixture.call().json(500, "{}").end();

        fixture.exchange().disconnected();
        fixture.seconds(10);

        assertThat(fixture.upstream.calls).hasSize(1);
        fixture.over("client_gone");
    }

    @Test
    void aClientThatLeftBeforeTheStartCostsNoAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        Exchange exchange = fixture.prepare("POST", CHAT, PLAIN);

        exchange.disconnected();
        exchange.start();

        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.client.status()).isZero();
        fixture.over("client_gone");
    }

    @Test
    void aShutdownBeforeTheStartCostsNoAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        Exchange exchange = fixture.prepare("POST", CHAT, PLAIN);

        exchange.shutdown();
        exchange.start();

        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.client.status()).isEqualTo(503);
        fixture.over("draining");
    }

    @Test
    void lateCallbacksAfterTheEndChangeNothing() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        FakeUpstream.Call call = fixture.call();
        call.stream().data(delta("n1", "x") + stop("n1") + DONE).end();
        String before = fixture.client.text();

        call.sent();
        call.head(500);
        call.data(delta("n1", "late"));
        call.end();
        call.fails(Upstream.Cause.RESET, true);
        fixture.exchange().disconnected();
        fixture.exchange().taken(5);
        fixture.exchange().shutdown();
        fixture.seconds(4000);

        assertThat(fixture.client.text()).isEqualTo(before);
        assertThat(fixture.failures).isEmpty();
        fixture.over("ok");
    }

    @Test
    void lateCallbacksOfAnEarlierAttemptDoNotTouchTheNext() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().stream();
        FakeUpstream.Call first = fixture.call();
        first.json(500, "{}").end();
        FakeUpstream.Call second = fixture.call();
        second.stream().data(delta("n2", "good"));

        first.head(200, "Content-Type", "text/event-stream");
        first.data(delta("n1", "bad"));
        first.fails(Upstream.Cause.RESET, true);
        second.data(stop("n2") + DONE).end();

        assertThat(fixture.client.text()).isEqualTo(delta("m", "good") + stop("m") + DONE);
        fixture.over("ok");
    }

    @Test
    void heldBytesAreCreditedAtOnceAndRelayedOnesWhenTheClientTookThem() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().stream();
        fixture.client.slow();
        FakeUpstream.Call call = fixture.call().stream();

        call.data(role("n1"));
        assertThat(call.credited).as("held").hasValue(call.received.get());
        long held = call.received.get();

        call.data(delta("n1", "x"));
        assertThat(call.credited).as("relayed, not taken").hasValue(held);
        fixture.client.take();
        assertThat(call.credited).hasValue(call.received.get());

        call.data("data: {\"partial");
        assertThat(call.credited).as("a partial line is held").hasValue(call.received.get());
    }

    @Test
    void theSumOfCreditsIsWhatWasReceivedForAPlainBodyToo() {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        FakeUpstream.Call call = fixture.call();

        call.json(200, "{" + "x".repeat(1 << 20));
        call.data("y".repeat(70_000));
        call.end();

        assertThat(call.credited).hasValue(call.received.get());
        fixture.over("ok");
    }
}
