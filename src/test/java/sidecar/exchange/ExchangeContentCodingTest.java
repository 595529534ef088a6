package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.ANSWER;

import org.junit.jupiter.api.Test;
import sidecar.protocol.request.RequestHead;

/** Whole exchanges: client, upstream and time are played, everything between them is real. Compressed answers. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class ExchangeContentCodingTest {

    @Test
    void aGzipAnswerArrivesReadable() throws java.io.IOException {
        ExchangeFixture fixture = ExchangeFixture.ofOne().plain();
        java.io.ByteArrayOutputStream zipped = new java.io.ByteArrayOutputStream();
        try (java.util.zip.GZIPOutputStream gzip = new java.util.zip.GZIPOutputStream(zipped)) {
            gzip.write(RequestHead.bytes(ANSWER));
        }

        FakeUpstream.Call call = fixture.call()
                .head(200, "Content-Type", "application/json", "Content-Encoding", "gzip", "Content-Length", "999");
        call.data(zipped.toByteArray()).end();

        assertThat(fixture.client.text()).isEqualTo(ANSWER.replace("\"n1\"", "\"m\""));
        assertThat(fixture.client.headers().first("Content-Encoding")).isEmpty();
        assertThat(fixture.client.header("Content-Length")).isEqualTo(Integer.toString(fixture.client.size()));
        assertThat(call.credited).hasValue(call.received.get());
        fixture.over("ok");
    }

    @Test
    void anAnswerThatIsNotTheGzipItClaimsToBeIsAFailedAttempt() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo().plain();

        fixture.call()
                .head(200, "Content-Type", "application/json", "Content-Encoding", "gzip")
                .data(ANSWER);

        assertThat(fixture.upstream.hosts()).containsExactly("p1.example", "p2.example");
    }
}
