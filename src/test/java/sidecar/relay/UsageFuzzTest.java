package sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.IntBinaryOperator;
import sidecar.exchange.Splits;
import sidecar.failure.FailureClassifier;
import sidecar.ledger.Bill;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ErrorRenderer;
import sidecar.protocol.ExpectedBody;
import sidecar.protocol.JsonTail;
import sidecar.protocol.UsageMeter;
import sidecar.provider.Redactor;
import sidecar.provider.Secret;

/**
 * Whatever an upstream sends, and however it is cut: no exception, no byte too many, an end that is told once, and usage
 * that can be charged. The first byte of an input chooses the kind of answer, the second how it is cut.
 */
class UsageFuzzTest {

    private static final ApiPath.PathKind[] KINDS = ApiPath.PathKind.values();
    private static final int[] STATUSES = {200, 200, 201, 400, 429, 500};
    private static final Redactor REDACTOR = Redactor.of(List.of(new Secret("sk-abcdef-1234567890")));

    private static final String NATIVE = "n1";

    /** Shorter than the native name: so no answer may grow. */
    private static final String MODEL = "m";

    /** What a refusal is completed with, in bytes: its message, type, code and the id of the request. */
    private static final int COMPLETION = 2_048;

    /** A refusal that is completed is written anew, a control character as six, and its text may stand in the message too. */
    private static final int ESCAPED = 12;

    @FuzzTest
    void aStreamOfAnything(byte[] input) {
        run(input, UsageFuzzTest::asTaken, (choice, sink) -> {
            ApiPath.PathKind kind = KINDS[choice % KINDS.length];
            boolean injected = choice >= 128;
            return new RecordingRelay(
                    new SseRelay(
                            new RelayContext(
                                    kind,
                                    FailureClassifier.defaults(),
                                    "lab",
                                    NATIVE,
                                    MODEL,
                                    RelayFixture.usage(injected),
                                    REDACTOR),
                            new UsageMeter(kind, UsageMeter.Metering.RECKONED, 40, Long.MAX_VALUE)),
                    sink);
        });
    }

    @FuzzTest
    void aPlainAnswerOfAnything(byte[] input) {
        run(input, UsageFuzzTest::asTakenOrCompleted, (choice, sink) -> {
            RelayContext context = new RelayContext(
                    ApiPath.PathKind.CHAT,
                    FailureClassifier.defaults(),
                    "lab",
                    NATIVE,
                    MODEL,
                    RelayFixture.usage(choice >= 128),
                    REDACTOR);
            PlainHead head = new PlainHead(
                    status(choice),
                    true,
                    true,
                    ExpectedBody.KNOWN,
                    -1,
                    true,
                    Optional.of(ErrorRenderer.of(ApiPath.of("/v1/chat/completions"), "r")));
            return new RecordingRelay(
                    new PlainRelay(
                            context,
                            head,
                            new UsageMeter(ApiPath.PathKind.CHAT, UsageMeter.Metering.RECKONED, 40, Long.MAX_VALUE)),
                    sink);
        });
    }

    @FuzzTest
    void theEndOfALongAnswerOfAnything(byte[] input) {
        JsonTail tail = new JsonTail();
        Splits.random(input, new Random(input.length), 100).forEach(tail::add);

        tail.fromUsage().ifPresent(answer -> assertThat(answer.usage).isNotNull());
    }

    private static int status(int choice) {
        return STATUSES[choice % STATUSES.length];
    }

    private static int asTaken(int choice, int taken) {
        return taken;
    }

    private static int asTakenOrCompleted(int choice, int taken) {
        return status(choice) < 400 ? taken : ESCAPED * taken + COMPLETION;
    }

    /** @param most how many bytes may be passed on, by the choice and how many were taken */
    private static void run(byte[] input, IntBinaryOperator most, BiFunction<Integer, RecordedSteps, Relay> made) {
        if (input.length < 2) {
            return;
        }
        int cut = input[1] & 0xff;
        byte[] body = Arrays.copyOfRange(input, 2, input.length);
        RecordedSteps sink = new RecordedSteps();
        int choice = input[0] & 0xff;
        Relay relay = made.apply(choice, sink);

        int taken = 0;
        for (byte[] part : Splits.random(body, new Random(cut), 1 + cut)) {
            relay.take(part);
            taken += part.length;
            assertThat(sink.size()).isLessThanOrEqualTo(most.applyAsInt(choice, taken));
            look(relay, sink, taken);
        }
        if (cut % 2 == 0) {
            relay.end();
        }
        relay.broken("reset");
        assertThat(sink.size()).isLessThanOrEqualTo(most.applyAsInt(choice, taken));
        look(relay, sink, taken);

        assertThat(sink.events.stream().filter(UsageFuzzTest::last)).hasSize(1);
        assertThat(last(sink.events.get(sink.events.size() - 1))).isTrue();
    }

    private static void look(Relay relay, RecordedSteps sink, int taken) {
        assertThat(sink.events).doesNotContain("BYTES BEFORE COMMIT");
        relay.usage().ifPresent(used -> {
            assertThat(sink.events).anyMatch(event -> event.startsWith("commit"));
            boolean reckoned = used.certainty() == Bill.Certainty.ESTIMATED;
            assertThat(used.usage().completion()).isLessThanOrEqualTo(reckoned ? taken : Long.MAX_VALUE);
            assertThat(used.usage().total()).isNotNegative();
        });
    }

    private static boolean last(String event) {
        return event.equals("complete")
                || event.equals("cut")
                || event.equals("usage refused")
                || event.startsWith("failed");
    }
}
