package sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.ExchangeFixture.DONE;
import static sidecar.exchange.ExchangeFixture.delta;
import static sidecar.exchange.ExchangeFixture.event;
import static sidecar.exchange.ExchangeFixture.role;
import static sidecar.exchange.ExchangeFixture.stop;
import static sidecar.exchange.ExchangeFixture.usage;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.exchange.Splits;
import sidecar.failure.FailureClassifier;
import sidecar.ledger.Bill;
import sidecar.ledger.MeteredUsage;
import sidecar.ledger.Usage;
import sidecar.protocol.ApiPath;
import sidecar.protocol.UsageMeter;
import sidecar.protocol.request.RequestHead;
import sidecar.provider.Redactor;
import sidecar.provider.Secret;

@SuppressWarnings("StringConcatToTextBlock") // line ends are the matter here
class SseRelayTest {

    private static final Redactor REDACTOR = Redactor.of(List.of(new Secret("sk-secret-of-ours-1234")));

    private final RecordedSteps sink = new RecordedSteps();

    @Test
    void anErrorInTheMiddleRepeatsNoSecret() {
        Relay relay = relay(ApiPath.PathKind.CHAT, false, sink);

        relay.take(RequestHead.bytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n"));
        relay.take(RequestHead.bytes("data: {\"error\":{\"message\":\"bad key sk-secret-of-ours-1234\"}}\n\n"));

        assertThat(sink.text()).contains("bad key sk-sec****1234").doesNotContain("sk-secret-of-ours");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sk-secret-of-ours-1234", "\\u0073k-secret\\u002Dof-ours-1234", "sk-secret-of-ours-123\\u0034"})
    void noWayOfSayingThatItFailedRepeatsASecret(String spelled) {
        String failed = "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"message\":\"bad key " + spelled
                + "\"}}}\n\n";
        for (String event : List.of(
                failed,
                "event: response.failed\n" + failed,
                "data: {\"type\":\"error\",\"message\":\"bad key " + spelled + "\"}\n\n",
                "event: error\ndata: {\"message\":\"bad key " + spelled + "\"}\n\n",
                "event: error\ndata: bad key " + spelled + "\n\n")) {
            RecordedSteps heard = new RecordedSteps();
            Relay relay = relay(ApiPath.PathKind.RESPONSES, false, heard);
            relay.take(RequestHead.bytes("data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n"));

            relay.take(RequestHead.bytes(event));

            assertThat(heard.text()).as(event).contains("bad key sk-sec****1234");
        }
    }

    @Test
    void anEventCalledErrorBeforeAnyContentIsAFailedAttempt() {
        Relay relay = relay(ApiPath.PathKind.CHAT, false, sink);

        relay.take(RequestHead.bytes("event: error\ndata: {\"message\":\"no\"}\n\n"));

        assertThat(sink.story()).isEqualTo("failed bad_success | ");
    }

    private static Relay relay(ApiPath.PathKind kind, boolean injected, RecordedSteps sink) {
        return new RecordingRelay(
                new SseRelay(
                        RelayFixture.context(kind, FailureClassifier.defaults(), REDACTOR, injected),
                        new UsageMeter(kind, UsageMeter.Metering.RECKONED, 40, Long.MAX_VALUE)),
                sink);
    }

    private Relay chat() {
        return relay(ApiPath.PathKind.CHAT, false, sink);
    }

    private static String story(ApiPath.PathKind kind, List<byte[]> parts) {
        RecordedSteps sink = new RecordedSteps();
        Relay relay = relay(kind, true, sink);
        parts.forEach(relay::take);
        relay.end();
        return sink.story() + " | " + relay.usage();
    }

    private static final String SAMPLE = ": hello\n\n" + role("n1") + delta("n1", "é\\\"n1\\\"") + ": alive\n\n"
            + stop("n1") + usage("n1", 3, 4) + DONE;

    @Test
    void everySplitInTwoGivesTheSameOutput() {
        for (String text : List.of(SAMPLE, SAMPLE.replace("\n", "\r\n"), SAMPLE.stripTrailing())) {
            byte[] bytes = RequestHead.bytes(text);
            String whole = story(ApiPath.PathKind.CHAT, List.of(bytes));

            assertThat(whole)
                    .contains("complete", "prompt=3")
                    .doesNotContain("\"n1\"")
                    .doesNotContain("usage\":{");
            for (List<byte[]> parts : Splits.everyTwo(bytes)) {
                assertThat(story(ApiPath.PathKind.CHAT, parts)).isEqualTo(whole);
            }
            assertThat(story(ApiPath.PathKind.CHAT, Splits.single(bytes))).isEqualTo(whole);
        }
    }

    @Test
    void randomSplitsOfAMessagesStreamGiveTheSameOutput() {
        String text = "event: message_start\n"
                + "data:"
                + " {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"n1\",\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"
                + "event: ping\n"
                + "data: {\"type\":\"ping\"}\n\n"
                + "event: content_block_delta\n"
                + "data: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"hi\"}}\n\n"
                + "event: message_delta\n"
                + "data: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":12}}\n\n"
                + "event: message_stop\n"
                + "data: {\"type\":\"message_stop\"}\n\n";
        byte[] bytes = RequestHead.bytes(text);
        String whole = story(ApiPath.PathKind.MESSAGES, List.of(bytes));
        Random random = new Random(4711);

        assertThat(whole).contains(text.replace("\"n1\"", "\"m\"")).contains("prompt=9, completion=12");
        for (int i = 0; i < 200; i++) {
            assertThat(story(ApiPath.PathKind.MESSAGES, Splits.random(bytes, random, 40)))
                    .isEqualTo(whole);
        }
    }

    @Test
    void whatIsNotUnderstoodPassesByteForByte() {
        String odd =
                "id: 7\nretry: 10\nweird line\ndata:{\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\ndata: not json\n\n"
                        + "data\ndata:\n:c\n\n";
        Relay relay = chat();

        relay.take(RequestHead.bytes(odd));

        assertThat(sink.text()).isEqualTo(odd);
    }

    @Test
    void aPartialLineWaitsForItsEnd() {
        Relay relay = chat();
        relay.take(RequestHead.bytes(delta("n1", "x")));
        int before = sink.size();

        relay.take(RequestHead.bytes("data: {\"mod"));
        assertThat(sink.size()).isEqualTo(before);
        relay.take(RequestHead.bytes("el\":\"n1\"}\n"));

        assertThat(sink.text()).endsWith("data: {\"model\":\"m\"}\n");
    }

    @Test
    void aLineBeyondTheBoundPassesAsItIs() {
        String text = "data: {\"model\":\"n1\",\"x\":\"" + "y".repeat(2 * SseRelay.HELD_BYTES) + "\"}\n\n";
        Relay relay = chat();

        relay.take(RequestHead.bytes(delta("n1", "x")));
        for (byte[] part : Splits.random(RequestHead.bytes(text), new Random(1), 60_000)) {
            relay.take(part);
        }

        assertThat(sink.text()).isEqualTo(delta("m", "x") + text);
    }

    @Test
    void oneLargeEventWithinTheBoundIsStillRenamed() {
        String text = "data: {\"x\":\"" + "y".repeat(200_000) + "\",\"model\":\"n1\"}\n\n";
        Relay relay = chat();

        relay.take(RequestHead.bytes(delta("n1", "x")));
        for (byte[] part : Splits.random(RequestHead.bytes(text), new Random(2), 60_000)) {
            relay.take(part);
        }

        assertThat(sink.text()).endsWith("\"model\":\"m\"}\n\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'choices':[{'index':0,'delta':{'content':'x'}}]} | true",
                "{'choices':[{'index':0,'delta':{'reasoning_content':'x'}}]} | true",
                "{'choices':[{'index':0,'delta':{'reasoning':'x'}}]} | true",
                "{'choices':[{'index':0,'delta':{'refusal':'x'}}]} | true",
                "{'choices':[{'index':0,'delta':{'tool_calls':[{'index':0}]}}]} | true",
                "{'choices':[{'index':0,'text':'x'}]} | true",
                "{'choices':[],'usage':{'prompt_tokens':1,'completion_tokens':0}} | true",
                "{'choices':[{'index':0,'delta':{'content':''}}]} | false",
                "{'choices':[{'index':0,'delta':{'content':null,'tool_calls':null}}]} | false",
                "{'choices':[{'index':0,'delta':{'role':'assistant'}}],'usage':null} | false",
                "{'choices':[{'index':0,'message':{'content':'x'}}]} | false",
                "{'choices':[],'prompt_filter_results':[{'prompt_index':0}]} | false",
                "{} | false"
            })
    void contentIsTextReasoningToolsRefusalOrUsage(String json, boolean content) {
        chat().take(RequestHead.bytes(event(json.replace('\'', '"'))));

        assertThat(sink.events.contains("content")).isEqualTo(content);
        assertThat(sink.size() > 0).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({
        "RESPONSES, response.created, false",
        "RESPONSES, response.in_progress, false",
        "RESPONSES, response.output_item.added, false",
        "RESPONSES, response.output_text.delta, true",
        "RESPONSES, response.function_call_arguments.delta, true",
        "RESPONSES, response.completed, true",
        "MESSAGES, message_start, false",
        "MESSAGES, content_block_start, false",
        "MESSAGES, ping, false",
        "MESSAGES, content_block_delta, true",
        "MESSAGES, message_stop, true",
        "OTHER, anything, true"
    })
    void contentOfTheOtherProtocolsIsToldByTheTypeOfTheEvent(ApiPath.PathKind kind, String type, boolean content) {
        relay(kind, false, sink).take(RequestHead.bytes(event("{\"type\":\"" + type + "\"}")));

        assertThat(sink.events.contains("content")).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({
        "RESPONSES, response.completed, complete",
        "RESPONSES, response.incomplete, complete",
        "RESPONSES, response.output_text.done, cut",
        "MESSAGES, message_stop, complete",
        "MESSAGES, message_delta, cut",
        "OTHER, anything, complete"
    })
    void theOtherProtocolsEndWithTheirLastEvent(ApiPath.PathKind kind, String type, String end) {
        Relay relay = relay(kind, false, sink);
        relay.take(RequestHead.bytes(event("{\"type\":\"content_block_delta\"}")));

        relay.take(RequestHead.bytes(event("{\"type\":\"" + type + "\"}")));
        relay.end();

        assertThat(sink.events).endsWith(end);
    }

    @Test
    void aFailedResponseAfterContentIsTheUpstreamsOwnEnd() {
        Relay relay = relay(ApiPath.PathKind.RESPONSES, false, sink);
        relay.take(RequestHead.bytes(event("{\"type\":\"response.output_text.delta\"}")));

        relay.take(RequestHead.bytes(event("{\"type\":\"response.failed\",\"response\":{\"id\":\"resp_1234\"}}")));
        relay.end();

        assertThat(sink.events).contains("issued resp_1234").endsWith("complete");
    }

    @Test
    void usageThatWasNotAskedForByUsIsNeverRemoved() {
        String all = delta("m", "x") + usage("m", 1, 2) + stop("m") + DONE;
        Relay relay = chat();

        relay.take(RequestHead.bytes(all));
        relay.end();

        assertThat(sink.text()).isEqualTo(all);
        assertThat(relay.usage()).contains(reported(1, 2));
    }

    private static MeteredUsage reported(int prompt, int completion) {
        return new MeteredUsage(new Usage(prompt, completion, 0, 0, 0), Bill.Certainty.REPORTED);
    }

    private static MeteredUsage partial(int prompt, int completion) {
        return new MeteredUsage(new Usage(prompt, completion, 0, 0, 0), Bill.Certainty.PARTIAL);
    }

    @Test
    void usageThatGrowsFromEventToEventCountsOnceAndIsPartialUntilTheEnd() {
        String growing = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}],"
                + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":%d}}";
        Relay relay = chat();

        relay.take(RequestHead.bytes(event(growing.formatted(1)) + event(growing.formatted(2))));
        assertThat(relay.usage()).contains(partial(5, 2));
        relay.take(RequestHead.bytes(event(growing.formatted(3)) + stop("n1")));

        assertThat(relay.usage()).contains(reported(5, 3));
    }

    @Test
    void nothingIsUsedWhileNothingIsRelayed() {
        Relay relay = chat();

        relay.take(RequestHead.bytes(role("n1")));

        assertThat(relay.usage()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "CHAT | {'error':{'message':'boom'}}",
                "RESPONSES | {'type':'response.failed','response':{'id':'resp_1234'}}",
                "MESSAGES | {'type':'error','error':{'type':'overloaded_error'}}"
            })
    void anAnswerThatItsUpstreamBreaksOffWithAnErrorIsPartial(ApiPath.PathKind kind, String error) {
        Relay relay = relay(kind, false, sink);
        relay.take(RequestHead.bytes(
                event("{\"type\":\"x.delta\",\"delta\":\"x\",\"choices\":[{\"delta\":{\"content\":\"x\"}}]}")));

        relay.take(RequestHead.bytes(event(error.replace('\'', '"'))));
        relay.end();

        assertThat(sink.events).endsWith("complete");
        assertThat(relay.usage()).contains(partial(10, 1));
    }

    @Test
    void dataThatIsNotUnderstoodCountsByItsLength() {
        Relay relay = chat();

        relay.take(RequestHead.bytes("data: 12345678\n\ndata: 123\n\n" + DONE));
        relay.end();

        assertThat(relay.usage()).contains(new MeteredUsage(new Usage(10, 3, 0, 0, 0), Bill.Certainty.ESTIMATED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}",
                "{\"choices\":[],\"usage\":null}",
                "{\"choices\":[]}",
                "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}"
            })
    void onlyEventsWithEmptyChoicesAndUsageAreRemoved(String json) {
        Relay relay = relay(ApiPath.PathKind.CHAT, true, sink);

        relay.take(RequestHead.bytes(delta("n1", "x") + event(json)));

        assertThat(sink.text()).isEqualTo(delta("m", "x") + event(json));
    }

    @Test
    void aHugeNumberOfTinyReadsOfOneLongLineIsNotQuadratic() {
        Relay relay = chat();
        byte[] bit = RequestHead.bytes("x".repeat(64));

        relay.take(RequestHead.bytes("data: \""));
        long begin = System.nanoTime();
        for (int i = 0; i < 4000; i++) {
            relay.take(bit);
        }

        assertThat(System.nanoTime() - begin).as("nanoseconds").isLessThan(400_000_000L);
    }

    /** Six hundred streams that send 250 KB without an end of line were more than the heap. */
    @Test
    void whileMemoryIsShortALongLineIsNotWaitedFor() {
        Relay relay = chat();
        String line = "data: {\"choices\":[{\"delta\":{\"content\":\"" + "x".repeat(SseRelay.PIECE);
        relay.take(RequestHead.bytes(line));
        assertThat(relay.heldBytes()).isEqualTo(line.length());

        relay.commitHeld();

        assertThat(relay.heldBytes()).isZero();
        relay.take(RequestHead.bytes("y\"}}]}\n\ndata: [DONE]\n\n"));
        relay.end();
        assertThat(sink.text()).isEqualTo(line + "y\"}}]}\n\ndata: [DONE]\n\n");
        assertThat(sink.events).contains("complete");
    }

    @Test
    void aShortLineIsWaitedForHoweverShortMemoryIs() {
        Relay relay = chat();
        relay.take(RequestHead.bytes("data: {\"choices\":["));

        relay.commitHeld();

        assertThat(sink.events).isEmpty();
    }
}
