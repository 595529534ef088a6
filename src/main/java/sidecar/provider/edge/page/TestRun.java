package sidecar.provider.edge.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import sidecar.json.Json;

/** Tests of several providers, a few at a time, each begun by the end of another. Nobody waits for it; pages look at it now and then. */
public final class TestRun implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final System.Logger LOG = System.getLogger(TestRun.class.getName());
    private static final int AT_ONCE = 8;
    private static final int PERCENT = 100;
    private static final String FAILED = "failed";

    /** Nothing to test. */
    static final TestRun NONE = new TestRun(List.of(), id -> CompletableFuture.completedFuture(Json.object()));

    private final List<TestResult> results;
    private final transient Function<String, CompletionStage<JsonNode>> ask;
    private final transient Queue<TestResult> waiting;
    private int busy;
    private boolean starting;

    private TestRun(List<TestResult> results, Function<String, CompletionStage<JsonNode>> ask) {
        this.results = List.copyOf(results);
        this.ask = ask;
        this.waiting = new ArrayDeque<>(results);
    }

    /**
     * Begins.
     *
     * @param ask sends the question to the provider with that id; asked on the threads that bring answers, so it must not block
     */
    public static TestRun of(List<TestResult> results, Function<String, CompletionStage<JsonNode>> ask) {
        TestRun run = new TestRun(results, ask);
        run.start();
        return run;
    }

    /** Starts what has room. Answers that come at once do not start others themselves: the one who starts goes on. */
    private void start() {
        if (!begins()) {
            return;
        }
        for (TestResult next = take(); next != null; next = take()) {
            TestResult result = next;
            result.begin();
            asked(result).whenComplete((answer, failure) -> {
                result.end(failure == null ? answer : unasked(result, failure));
                ended();
                start();
            });
        }
    }

    private CompletionStage<JsonNode> asked(TestResult result) {
        try {
            return ask.apply(result.getId());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static JsonNode unasked(TestResult result, Throwable failure) {
        LOG.log(System.Logger.Level.WARNING, "the test of provider " + result.getName() + " broke off", failure);
        return untested("the test broke off; the log says why");
    }

    /** The answer of a test that came to nothing. */
    public static JsonNode untested(String why) {
        return Json.object().put("ok", false).put("message", why);
    }

    private synchronized boolean begins() {
        boolean begins = !starting;
        starting = true;
        return begins;
    }

    private synchronized TestResult take() {
        TestResult next = busy < AT_ONCE ? waiting.poll() : null;
        busy += next == null ? 0 : 1;
        starting = next != null;
        return next;
    }

    private synchronized void ended() {
        busy--;
    }

    public List<TestResult> getResults() {
        return results;
    }

    public int getTotal() {
        return results.size();
    }

    public long getOver() {
        return results.stream().filter(TestResult::isOver).count();
    }

    public long getPassed() {
        return count("passed");
    }

    public long getFailed() {
        return count(FAILED);
    }

    private long count(String state) {
        return in(state).count();
    }

    private Stream<TestResult> in(String state) {
        return results.stream().filter(result -> result.getState().equals(state));
    }

    /** Those that were asked in vain, in their order; not those that there was no place to ask, or that are gone. */
    List<TestResult> failed() {
        return in(FAILED).filter(result -> !result.getFailure().isEmpty()).toList();
    }

    /** Whether there are such. */
    public boolean isInVain() {
        return !isRunning() && !failed().isEmpty();
    }

    public boolean isRunning() {
        return getOver() < getTotal();
    }

    /** How much of it is over, 0 to 100. */
    public long getPercent() {
        return results.isEmpty() ? PERCENT : PERCENT * getOver() / getTotal();
    }
}
