package sidecar.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Call;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.Received;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/**
 * The upstreams of a soak. One serves; each fault has one of its own, so that what it does to a provider is nobody else's, and
 * does it to two of three requests only, so that the provider is not down most of the time.
 */
final class SoakUpstreams implements AutoCloseable {

    static final String SMALL = "small";
    static final String MIDDLE = "middle";
    static final String LARGE = "large";
    static final String STREAMED = "streamed";
    static final String LATE = "late";
    static final String CUT = "cut";
    static final String SHORT = "short";
    static final String LIMITED = "limited";
    static final String FAILING = "failing";
    static final String REFUSING = "refusing";

    /** Bytes of text in an answer. */
    static final int MIDDLE_BYTES = 60_000;

    static final int LARGE_BYTES = 1_000_000;

    private static final int SERVING = 4;
    private static final Usage USAGE = new Usage(300, 60);
    private static final List<String> WORDS = Collections.nCopies(20, "twenty words a second ");
    private static final Duration BETWEEN_WORDS = Duration.ofMillis(50);

    /** Longer than an impatient client waits, shorter than a soak's deadline. */
    private static final Duration THINKING = Duration.ofMillis(500);

    private final Map<String, StubUpstream> stubs = new TreeMap<>();
    private final Map<String, AtomicInteger> faults = new ConcurrentHashMap<>();

    /** Starts them, and makes their providers. */
    SoakUpstreams(Gateway gateway) {
        StubUpstream good = stub("serving")
                .when(r -> r.model().equals(MIDDLE), Answers.chat("m".repeat(MIDDLE_BYTES), USAGE))
                .when(r -> r.model().equals(LARGE), Answers.chat("l".repeat(LARGE_BYTES), USAGE))
                .when(
                        r -> r.model().equals(LATE),
                        call -> Answers.chat("late", USAGE).play(call.pause(THINKING)))
                .when(Received::stream, Answers.chatStream(WORDS, USAGE, BETWEEN_WORDS));
        for (int i = 1; i <= SERVING; i++) {
            gateway.create(serving(Draft.of("serving-" + i).at(good), SMALL, MIDDLE, LARGE, STREAMED, LATE));
        }
        faulty(gateway, CUT, alternately(Call::fin, Call::reset, SoakUpstreams::cutStream));
        faulty(gateway, SHORT, alternately(Call::fin, Call::reset, SoakUpstreams::shortAnswer));
        faulty(gateway, LIMITED, Answers.rateLimited("1"));
        faulty(gateway, FAILING, Answers.error(500, "out of order", "server_error"));
        faulty(gateway, REFUSING, Answers.error(400, "no such parameter", "invalid_parameter"));
    }

    private StubUpstream stub(String name) {
        StubUpstream stub = new StubUpstream().always(Answers.wellBehaved("Hello."));
        stubs.put(name, stub);
        return stub;
    }

    private void faulty(Gateway gateway, String model, Answer fault) {
        AtomicInteger played = faults.computeIfAbsent(model, m -> new AtomicInteger());
        AtomicLong asked = new AtomicLong();
        Answer well = Answers.wellBehaved("Hello.");
        StubUpstream stub = stub(model).when(r -> r.model().equals(model), call -> {
            if (asked.incrementAndGet() % 3 == 0) {
                well.play(call);
            } else {
                played.incrementAndGet();
                fault.play(call);
            }
        });
        gateway.create(serving(Draft.of(model).at(stub), model));
    }

    private static Draft serving(Draft draft, String... models) {
        for (String model : models) {
            ObjectNode mapping = (ObjectNode)
                    Json.read("{\"native_id\":\"" + model + "\",\"cost\":{\"input\":0.0000006,\"output\":0.0000018}}");
            draft.serves(model, mapping);
        }
        return draft;
    }

    private static Answer alternately(Answer one, Answer other, UnaryOperator<Answer> fault) {
        AtomicLong number = new AtomicLong();
        return call ->
                fault.apply(number.incrementAndGet() % 2 == 0 ? one : other).play(call);
    }

    /** After a while, so that what came before has been relayed and nobody else can be asked instead. */
    private static Answer cutStream(Answer ending) {
        return Answers.cutStream(WORDS.subList(0, 5), call -> ending.play(call.pause(THINKING)));
    }

    /** Promises 1 MB and ends within it. */
    private static Answer shortAnswer(Answer ending) {
        return call -> {
            call.head(200, "Content-Type", Answers.JSON, "Content-Length", String.valueOf(LARGE_BYTES))
                    .raw("{\"id\":\"chatcmpl-1\",\"choices\":[{\"message\":{\"content\":\"" + "s".repeat(MIDDLE_BYTES));
            ending.play(call);
        };
    }

    /** How often each fault has been played. */
    Map<String, Integer> faults() {
        Map<String, Integer> played = new TreeMap<>();
        faults.forEach((model, times) -> played.put(model, times.get()));
        return played;
    }

    /** Forgets what was asked, since a soak asks for hours. */
    void forgetCalls() {
        stubs.values().forEach(StubUpstream::forgetCalls);
    }

    /** Closes the connections that were kept, as real upstreams do in time. */
    void hangUp() {
        stubs.values().forEach(StubUpstream::hangUp);
    }

    /** What went wrong in a stub itself. */
    List<String> broken() {
        return stubs.values().stream()
                .flatMap(stub -> stub.notes().stream())
                .filter(note -> note.contains("broke"))
                // a pause that the end of its connection cut short is none of the server's doing
                .filter(note -> !note.contains("interrupted while waiting for the peer"))
                .toList();
    }

    @Override
    public void close() {
        stubs.values().forEach(StubUpstream::close);
    }
}
