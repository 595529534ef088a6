package sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.exchange.Splits;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureClassifier;
import sidecar.failure.FailureRule;
import sidecar.failure.FailureRulesSetting;
import sidecar.protocol.ApiPath;
import sidecar.protocol.UsageMeter;
import sidecar.protocol.request.RequestHead;
import sidecar.provider.Redactor;
import sidecar.provider.Secret;

@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class PlainRelayTest {

    private final RecordedSteps sink = new RecordedSteps();

    private static final Redactor REDACTOR = Redactor.of(List.of(new Secret("sk-abcdef-1234567890")));

    private static Relay relay(int status, RecordedSteps sink) {
        return relay(status, FailureClassifier.defaults(), sink);
    }

    private static Relay relay(int status, FailureClassifier rules, RecordedSteps sink) {
        return new RecordingRelay(
                new PlainRelay(RelayFixture.context(rules, REDACTOR), RelayFixture.head(status), meter()), sink);
    }

    private static UsageMeter meter() {
        return new UsageMeter(ApiPath.PathKind.CHAT, UsageMeter.Metering.RECKONED, 40, Long.MAX_VALUE);
    }

    private static String story(int status, List<byte[]> parts) {
        RecordedSteps sink = new RecordedSteps();
        Relay relay = relay(status, sink);
        parts.forEach(relay::take);
        relay.end();
        return sink.story() + " | " + relay.usage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "200 | {'id':'resp_12345','model':'n1','output':['x'],'usage':{'prompt_tokens':1,'completion_tokens':2}}",
                "200 | {'error':{'message':'boom'}}",
                "200 | not json at all",
                "400 | {'error':'key sk-abcdef-1234567890 is bad'}",
                "500 | {'model':'n1'}"
            })
    void everySplitGivesTheSameOutput(int status, String text) {
        byte[] bytes = RequestHead.bytes(text.replace('\'', '"'));
        String whole = story(status, List.of(bytes));

        for (List<byte[]> parts : Splits.everyTwo(bytes)) {
            assertThat(story(status, parts)).isEqualTo(whole);
        }
        assertThat(story(status, Splits.single(bytes))).isEqualTo(whole);
    }

    @Test
    void aLargeBodyIsRenamedTheSameWayHoweverItIsSplit() {
        String text = "{\"data\":[\"" + "x".repeat(PlainRelay.MAX_HELD_BYTES)
                + "\",{\"model\":\"n1\"}],\"model\":\"n1\",\"a\":\"n1\"}";
        byte[] bytes = RequestHead.bytes(text);
        String expected = text.replace("}],\"model\":\"n1\"", "}],\"model\":\"m\"");
        Random random = new Random(5);

        for (int i = 0; i < 5; i++) {
            RecordedSteps each = new RecordedSteps();
            Relay relay = relay(200, each);
            Splits.random(bytes, random, 200_000).forEach(relay::take);
            relay.end();
            assertThat(each.text().equals(expected)).as("renamed once").isTrue();
            assertThat(each.events).containsExactly("commit -1", "content", "complete");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "200 | {'choices':[{}],'usage':{'prompt_tokens':1,'completion_tokens':2}} | reported 1/2",
                "200 | {'choices':[{'message':{'content':'12345'}}]} | estimated 10/2",
                "200 | not json at all |",
                "400 | {'error':'no','usage':{'prompt_tokens':1}} |"
            })
    void usageIsReportedOrReckonedByLength(int status, String text, String expected) {
        Relay relay = relay(status, sink);
        relay.take(RequestHead.bytes(text.replace('\'', '"')));
        relay.end();

        assertThat(told(relay)).isEqualTo(expected == null ? "" : expected);
    }

    private static String told(Relay relay) {
        return relay.usage()
                .map(used -> used.certainty().wire() + " " + used.usage().prompt() + "/"
                        + used.usage().completion())
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'],'usage':{'prompt_tokens':1,'completion_tokens':2}} | reported 1/2",
                "'],'usage':{'input_tokens':1,'output_tokens':2},'timings':{'usage':{}}} | reported 1/2",
                "'],'x':[{'usage':{'prompt_tokens':1,'completion_tokens':2}}]} | estimated 10/262162",
                "'],'x':null} | estimated 10/262150"
            })
    void usageAtTheEndOfALongBodyIsFoundHoweverItIsSplit(String end, String expected) {
        byte[] bytes =
                RequestHead.bytes("{\"data\":[\"" + "x".repeat(PlainRelay.MAX_HELD_BYTES) + end.replace('\'', '"'));
        Random random = new Random(6);

        for (int longest : List.of(bytes.length, 200_000, 5_000)) {
            Relay relay = relay(200, sink);
            Splits.random(bytes, random, longest).forEach(relay::take);
            relay.end();
            assertThat(told(relay)).isEqualTo(expected);
        }
    }

    @Test
    void aLongBodyThatIsCutIsPartialAndCountsByItsLength() {
        Relay relay = relay(200, sink);
        assertThat(relay.usage()).isEmpty();

        relay.take(RequestHead.bytes("{" + "x".repeat(PlainRelay.MAX_HELD_BYTES - 1)));
        relay.broken("reset");

        assertThat(told(relay)).isEqualTo("partial 10/262144");
    }

    @Test
    void aSecretIsMaskedAtEveryPlaceOfALongErrorBody() {
        String secret = "sk-abcdef-1234567890";
        byte[] bytes = RequestHead.bytes("x".repeat(PlainRelay.MAX_HELD_BYTES - 10) + secret + secret + "y" + secret);

        for (int cut = PlainRelay.MAX_HELD_BYTES - 10; cut <= bytes.length; cut += 7) {
            RecordedSteps each = new RecordedSteps();
            Relay relay = relay(400, each);
            relay.take(java.util.Arrays.copyOf(bytes, cut));
            relay.take(java.util.Arrays.copyOfRange(bytes, cut, bytes.length));
            relay.end();
            assertThat(each.text().endsWith("xxsk-abc****7890sk-abc****7890ysk-abc****7890"))
                    .as("cut at %s", cut)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"500, overloaded", "429, rate_limited", "404, network", "400, network", "200, network"})
    void aTruncatedAnswerIsAFailureOfItsStatusOrOfTheWire(int status, String kind) {
        Relay relay = relay(status, sink);
        relay.take(RequestHead.bytes("{\"half"));

        relay.broken("reset");
        relay.broken("again");
        relay.end();

        assertThat(sink.events).containsExactly("failed " + kind);
    }

    @Test
    void aTruncatedAnswerThatARuleCallsTheClientsFaultStillEndsTheAttempt() {
        FailureClassifier own = new FailureClassifier(List.of(
                FailureRule.of(500, 500, "bad input", FailureClass.CLIENT),
                FailureRule.of(500, 599, FailureClass.OVERLOADED)));
        Relay relay = relay(500, own, sink);
        relay.take(RequestHead.bytes("bad input"));

        relay.broken("reset");

        assertThat(sink.events).containsExactly("failed network");
    }

    @Test
    void aRuleForOtherProvidersDoesNotCount() {
        FailureClassifier own = FailureRulesSetting.parse(
                        "[{\"status\":\"400\",\"label\":\"other\",\"class\":\"timeout\"},"
                                + "{\"status\":\"400\",\"label\":\"l?b\",\"class\":\"overloaded\"}]")
                .toOptional()
                .orElseThrow()
                .rules();
        Relay relay = relay(400, own, sink);

        relay.end();

        assertThat(sink.events).containsExactly("failed overloaded");
    }

    @Test
    void an201WithAnErrorObjectIsAFailureToo() {
        Relay relay = relay(201, sink);
        relay.take("{\"error\":{\"message\":\"x\"}}".getBytes(StandardCharsets.UTF_8));

        relay.end();

        assertThat(sink.events).containsExactly("failed bad_success");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"{'error':null,'text':'x'}", "{'data':[1],'error':false}", "{'choices':[{'error':{'a':1}}]}"})
    void anEmptyOrInnerErrorIsNone(String text) {
        Relay relay = relay(200, sink);
        relay.take(RequestHead.bytes(text.replace('\'', '"')));

        relay.end();

        assertThat(sink.events).endsWith("complete");
    }
}
