package sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.exchange.Splits;
import sidecar.protocol.ApiPath;
import sidecar.protocol.UsageMeter;
import sidecar.protocol.request.RequestHead;

class SniffingRelayTest {

    private final RecordedSteps sink = new RecordedSteps();

    private Relay relay() {
        UsageMeter meter = new UsageMeter(ApiPath.PathKind.CHAT, UsageMeter.Metering.RECKONED, 40, Long.MAX_VALUE);
        Relay plain = new PlainRelay(RelayFixture.ofChat(), RelayFixture.head(200), meter);
        return new RecordingRelay(new SniffingRelay(plain, () -> new SseRelay(RelayFixture.ofChat(), meter)), sink);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", ": hello\n\n", "event: message\n", "id: 1\n", "retry: 5\n", "\ufeff"})
    void eventsAreKnownByTheirFirstBytesHoweverTheyCome(String before) {
        String text = before
                + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        Relay relay = relay();
        Splits.single(RequestHead.bytes(text)).forEach(relay::take);
        assertThat(relay.isStream()).isTrue();
        assertThat(sink.text()).as("before its end").contains("data: [DONE]");

        relay.end();
        assertThat(sink.events).contains("complete");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"choices\":[{}]}", " {\"choices\":[{}]}", "{\"choices\":[{\"d\":\"data: x\"}]}"})
    void anObjectIsNone(String text) {
        Relay relay = relay();
        Splits.single(RequestHead.bytes(text)).forEach(relay::take);
        relay.end();

        assertThat(relay.isStream()).isFalse();
        assertThat(sink.text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "d", "dat", "events", "<html>"})
    void whatIsNeitherIsNoAnswer(String text) {
        Relay relay = relay();
        relay.take(RequestHead.bytes(text));
        relay.end();

        assertThat(sink.events).containsExactly("failed bad_success");
    }
}
